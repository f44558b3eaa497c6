package leaseback.manager.web;

import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import tools.jackson.databind.json.JsonMapper;

/// `/metrics` for Prometheus and `/health` for whoever watches: 200 while every check passes, else 503 naming what does not.
public final class Metrics extends Handler.Abstract {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    /// Answers with a word of how a thing is, or throws with the reason why it is not well.
    @FunctionalInterface
    public interface Check {
        String word() throws Exception;
    }

    private final PrometheusRegistry registry;
    private final Map<String, Check> checks;

    /// @param checks by name
    public Metrics(PrometheusRegistry registry, Map<String, Check> checks) {
        this.registry = registry;
        this.checks = new TreeMap<>(checks);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        switch (Request.getPathInContext(request)) {
            case "/metrics" -> metrics(request, response, callback);
            case "/health" -> health(response, callback);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void metrics(Request request, Response response, Callback callback) throws Exception {
        ExpositionFormatWriter writer = ExpositionFormats.init().findWriter(request.getHeaders().get(HttpHeader.ACCEPT));
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        writer.write(page, registry.scrape());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, writer.getContentType());
        response.write(true, ByteBuffer.wrap(page.toByteArray()), callback);
    }

    private void health(Response response, Callback callback) {
        Map<String, String> found = new TreeMap<>();
        boolean well = true;
        for (Map.Entry<String, Check> check : checks.entrySet()) {
            try {
                found.put(check.getKey(), check.getValue().word());
            } catch (Exception unwell) {
                well = false;
                found.put(check.getKey(), "fails: " + unwell.getMessage());
            }
        }
        response.setStatus(well ? 200 : 503);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        byte[] page = JSON.writeValueAsString(Map.of("status", well ? "ok" : "unwell", "checks", found)).getBytes(StandardCharsets.UTF_8);
        response.write(true, ByteBuffer.wrap(page), callback);
    }
}
