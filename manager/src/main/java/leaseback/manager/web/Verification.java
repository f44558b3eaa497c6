package leaseback.manager.web;

import java.util.List;
import java.util.Optional;
import leaseback.manager.catalog.Documents;
import leaseback.manager.database.Database;
import org.eclipse.jetty.http.HttpHeader;
import tools.jackson.databind.json.JsonMapper;

/// Where a label leads, for anybody and without a token: whether the machine that bears it takes part in the programme. Nothing else is
/// told, and every code that there is not gets the same answer.
public final class Verification {
    static final String HOME = "/verify";
    private final Database database;
    private final LabelPress press;
    private final PageWriter writer = new PageWriter();
    private final JsonMapper json = Documents.mapper();

    public Verification(Database database, LabelPress press) {
        this.database = database;
        this.press = press;
    }

    /// Whether an address is one of these.
    static boolean its(String path) {
        return path.equals(HOME) || path.startsWith(HOME + "/");
    }

    Reply reply(Visit visit) {
        String path = visit.path();
        if (!visit.method().equals("GET")) {
            return writer.notSo(HOME, "GET, HEAD");
        }
        String code = path.equals(HOME) ? visit.query().getOrDefault("code", "") : path.substring(HOME.length() + 1).replace("%20", " ");
        Reply reply = path.equals(HOME) && code.isBlank() ? page(200, new VerificationPage(null)) : answer(visit, code);
        return reply.with("X-Robots-Tag", "noindex").with("Vary", "Accept");
    }

    private Reply answer(Visit visit, String code) {
        VerificationPage.Verdict verdict = database.read(handle -> {
            Optional<Boolean> takesPart = press.takesPart(handle, code);
            return takesPart.map(part -> VerificationPage.Verdict.of(part, press.programme(handle))).orElse(VerificationPage.Verdict.NONE);
        });
        int status = verdict.equals(VerificationPage.Verdict.NONE) ? 404 : 200;
        return wantsJson(visit) ? Reply.json(status, json.writeValueAsBytes(verdict)) : page(status, new VerificationPage(verdict));
    }

    private Reply page(int status, VerificationPage page) {
        // Nothing that was asked comes back, not even the path.
        return writer.page(status, "Labels", null, HOME, "verify.jte", page);
    }

    /// A browser gets a page, and so does who does not say.
    private static boolean wantsJson(Visit visit) {
        List<String> wanted = visit.request().getHeaders().getQualityCSV(HttpHeader.ACCEPT);
        for (String each : wanted) {
            if (each.equals(Answer.JSON) || each.equals("text/html") || each.equals("*/*")) {
                return each.equals(Answer.JSON);
            }
        }
        return false;
    }
}
