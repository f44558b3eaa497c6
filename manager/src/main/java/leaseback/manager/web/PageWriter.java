package leaseback.manager.web;

import gg.jte.Content;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes pages from templates and what they show.
final class PageWriter {
    private static final Logger LOG = LoggerFactory.getLogger(PageWriter.class);
    private final TemplateEngine templates =
            TemplateEngine.createPrecompiled(null, ContentType.Html, PageWriter.class.getClassLoader(), "leaseback.manager.web.pages");
    private final Assets assets = new Assets();

    /// @param path without `/assets/`
    Reply asset(String path) {
        return assets.find(path)
                .map(asset -> new Reply(200, asset.type(), asset.body(), Map.of("Cache-Control", "public, max-age=31536000, immutable")))
                .orElseGet(() -> notFound("/assets/" + path, null));
    }

    Reply notFound(String path, @Nullable Visitor visitor) {
        FaultPage page = new FaultPage(404, "There is nothing here", "The address " + path + " leads nowhere. What it named may have been deleted.");
        return page(404, page.title(), visitor, path, "fault.jte", page);
    }

    Reply fault(String path, @Nullable Visitor visitor, int status, String title, String advice) {
        return page(status, title, visitor, path, "fault.jte", new FaultPage(status, title, advice));
    }

    /// For a form that another site has sent.
    Reply stranger(Visit visit) {
        LOG.warn("a form sent to {} from another site was refused: origin {}", visit.path(), visit.origin());
        return fault(visit.path(), null, 403, "This did not come from the console",
                "The form was sent from another site, or the browser did not say from where. Open the console and try again there.");
    }

    /// For a method that an address does not take.
    Reply notSo(String path, String allowed) {
        return fault(path, null, 405, "That cannot be done here", "This address takes " + allowed + " only.").with("Allow", allowed);
    }

    /// What was gathered, or only its live part where htmx asks for that.
    Reply show(Visit visit, Visitor visitor, ConsolePages.Page page) {
        return switch (page) {
            case ConsolePages.Page.Shown shown -> visit.fragment() && shown.live() != null ? part(shown.live(), shown.model())
                    : page(200, shown.title(), visitor, visit.path(), shown.template(), shown.model());
            case ConsolePages.Page.File file -> Reply.file(file.name(), file.type(), file.body());
        };
    }

    /// A whole page.
    Reply page(int status, String title, @Nullable Visitor visitor, String path, String template, Object model) {
        Content body = output -> templates.render(template, model, output);
        StringOutput output = new StringOutput();
        templates.render("frame.jte", Map.of("frame", new Frame(title, visitor, path, assets::address), "body", body), output);
        return Reply.html(status, output.toString());
    }

    /// The live part of one.
    Reply part(String template, Object model) {
        StringOutput output = new StringOutput();
        templates.render(template, model, output);
        return Reply.html(200, output.toString());
    }
}
