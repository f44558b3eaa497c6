package leaseback.manager.web;

import java.util.Map;

/// What goes back over HTTP.
@SuppressWarnings("ArrayRecordComponent")
record Answer(int status, String type, byte[] body, Map<String, String> headers) {
    static final String JSON = "application/json";

    static Answer of(String type, byte[] body) {
        return new Answer(200, type, body, Map.of());
    }
}
