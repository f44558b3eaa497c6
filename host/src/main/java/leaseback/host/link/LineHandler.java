package leaseback.host.link;

import java.io.IOException;

/// Answers the requests under one path, such as `/v1/pieces`.
@FunctionalInterface
public interface LineHandler {
    void handle(LineExchange exchange) throws IOException;
}
