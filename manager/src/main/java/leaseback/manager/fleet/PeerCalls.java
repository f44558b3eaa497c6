package leaseback.manager.fleet;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Asks another manager to pass one small request to a host whose control line it holds. One hop: it never passes it on.
final class PeerCalls implements AutoCloseable {
    private final HttpClient client;
    private final JsonMapper json;

    PeerCalls(SSLContext tls, JsonMapper json) {
        this.client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).sslContext(tls)
                .connectTimeout(Duration.ofSeconds(3)).build();
        this.json = json;
    }

    Lines.Reply call(String peerAddress, UUID host, PeerCall call) throws LineFault {
        String what = "host " + host + " through the manager at " + peerAddress + ", " + call.method() + " " + call.path();
        HttpRequest request = HttpRequest.newBuilder(URI.create("https://" + peerAddress + "/peer/v1/hosts/" + host + "/call"))
                .timeout(Duration.ofMillis(call.deadlineMillis()).plusSeconds(2))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(json.writeValueAsBytes(call))).build();
        try {
            HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() != 200) {
                throw new LineFault(what + ": it answered " + response.statusCode() + " "
                        + new String(response.body(), java.nio.charset.StandardCharsets.UTF_8).strip());
            }
            return json.readValue(response.body(), Lines.Reply.class);
        } catch (IOException | JacksonException broken) {
            throw new LineFault(what + ": " + broken, broken);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new LineFault(what + ": interrupted", interrupted);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
