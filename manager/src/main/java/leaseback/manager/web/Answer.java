package leaseback.manager.web;

import java.io.InputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What goes back over HTTP.
///
/// @param stream what follows `body`, closed when it is sent; null for nothing more
@SuppressWarnings("ArrayRecordComponent")
record Answer(int status, String type, byte[] body, Map<String, String> headers, @Nullable InputStream stream) {
    static final String JSON = "application/json";

    Answer(int status, String type, byte[] body, Map<String, String> headers) {
        this(status, type, body, headers, null);
    }

    static Answer of(String type, byte[] body) {
        return new Answer(200, type, body, Map.of());
    }

    /// All of `stream`, however long.
    static Answer of(String type, InputStream stream) {
        return new Answer(200, type, new byte[0], Map.of(), stream);
    }
}
