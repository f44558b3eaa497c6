package leaseback.manager.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import leaseback.manager.catalog.Documents;
import java.util.Map;
import java.util.Optional;

/// The few files that the pages need, all from our own class path: a style sheet, a mark, htmx and some lines of script.
final class Assets {
    private static final String OURS = "/leaseback/manager/web/assets/";
    private static final String HTMX = "/META-INF/resources/webjars/htmx.org/2.0.10/dist/htmx.min.js";
    private final Map<String, Asset> byName = Map.of(
            "console.css", read(OURS + "console.css", "text/css; charset=utf-8"),
            "console.js", read(OURS + "console.js", "text/javascript; charset=utf-8"),
            "mark.svg", read(OURS + "mark.svg", "image/svg+xml"),
            "htmx.js", read(HTMX, "text/javascript; charset=utf-8"));

    /// One file. Its `version` is part of its address, so that browsers may keep it for ever.
    record Asset(byte[] body, String type, String version) {}

    Optional<Asset> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /// Where pages find it: `/assets/console.css?v=...`.
    String address(String name) {
        return "/assets/" + name + "?v=" + find(name).orElseThrow().version();
    }

    private static Asset read(String path, String type) {
        try (InputStream in = Assets.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException("the console's file " + path + " is not on the class path; build the manager again");
            }
            byte[] body = in.readAllBytes();
            return new Asset(body, type, sha256(body).substring(0, 12));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Hexadecimal.
    static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(Documents.sha256(bytes));
    }
}
