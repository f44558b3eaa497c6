package leaseback.manager.s3;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpFields;

/// A request written the one way in which client and server both sign it.
final class CanonicalRequest {
    private CanonicalRequest() {}

    /// @param signedHeaders those that the client names, whichever they are: some sign `user-agent`
    static String of(String method, byte[] path, Query query, HttpFields headers, List<String> signedHeaders, String payload) {
        StringBuilder text = new StringBuilder(512);
        text.append(method).append('\n')
                // S3 encodes the path once and normalises nothing, unlike the other services.
                .append(Percent.encode(path, true)).append('\n')
                .append(query.canonical()).append('\n');
        for (String name : signedHeaders) {
            text.append(name).append(':')
                    .append(headers.getValuesList(name).stream().map(CanonicalRequest::trim).collect(Collectors.joining(",")))
                    .append('\n');
        }
        return text.append('\n').append(String.join(";", signedHeaders)).append('\n').append(payload).toString();
    }

    /// Header values arrive as bytes; those beyond ASCII are UTF-8 with every client we know, and are signed as such.
    private static String trim(String value) {
        String text = new String(value.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        return text.strip().replaceAll(" {2,}", " ");
    }
}
