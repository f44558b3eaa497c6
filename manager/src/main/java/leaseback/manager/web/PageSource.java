package leaseback.manager.web;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Pages of one part of the house, for the console to show.
public interface PageSource {
    /// The page at an address; empty when there is none here.
    ///
    /// @param parts of the path, never empty
    Optional<? extends ConsolePages.Page> page(List<String> parts, Map<String, String> query, Instant now);

    /// What a search field asks for, of a length that a search can bear.
    static String text(Map<String, String> query) {
        String text = query.getOrDefault("q", "").strip();
        return text.substring(0, Math.min(text.length(), 100));
    }
}
