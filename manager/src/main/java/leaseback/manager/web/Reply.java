package leaseback.manager.web;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/// What a browser gets.
record Reply(int status, String type, byte[] body, Map<String, String> headers) {
    private static final String HTML = "text/html; charset=utf-8";

    static Reply html(int status, String text) {
        return new Reply(status, HTML, text.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    static Reply json(int status, byte[] body) {
        return new Reply(status, Answer.JSON, body, Map.of());
    }

    static Reply empty(int status) {
        return new Reply(status, "text/plain; charset=utf-8", new byte[0], Map.of());
    }

    static Reply seeOther(String address) {
        return empty(303).with("Location", address);
    }

    /// To be taken away.
    static Reply file(String name, String type, byte[] body) {
        return new Reply(200, type, body, Map.of("Content-Disposition", "attachment; filename=\"" + name + "\""));
    }

    Reply with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Reply(status, type, body, more);
    }
}
