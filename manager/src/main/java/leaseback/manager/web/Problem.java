package leaseback.manager.web;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.jetty.http.HttpStatus;
import org.jspecify.annotations.Nullable;

/// An answer of RFC 9457: what is wrong with a request, and what to change. Nothing was changed.
final class Problem extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final int status;
    private final transient Map<String, String> headers;
    private final transient List<String> allowed;

    Problem(int status, String detail) {
        this(status, detail, Map.of(), List.of());
    }

    /// @param headers further headers of the answer
    /// @param allowed what could be done instead, by name
    Problem(int status, String detail, Map<String, String> headers, List<String> allowed) {
        super(detail);
        this.status = status;
        this.headers = Map.copyOf(headers);
        this.allowed = List.copyOf(allowed);
    }

    int status() {
        return status;
    }

    /// Its members; `allowed` only where there is a choice.
    record Body(String type, String title, int status, String detail, String instance, @Nullable List<String> allowed) {}

    Answer answer(Wire wire, String path) {
        Map<String, String> all = new TreeMap<>(headers);
        String title = HttpStatus.getMessage(status);
        byte[] body = wire.bytes(new Body("about:blank", title, status, String.valueOf(getMessage()), path,
                allowed.isEmpty() ? null : allowed));
        return new Answer(status, "application/problem+json", body, all);
    }
}
