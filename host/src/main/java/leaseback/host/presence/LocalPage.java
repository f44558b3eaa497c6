package leaseback.host.presence;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The page on this machine itself: `/` for its owner, `/metrics` for Prometheus, `/health` for whoever watches it.
///
/// Listens on loopback only, and answers only to loopback's names: a web site that points its own name at 127.0.0.1 gets 403.
public final class LocalPage implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LocalPage.class);
    private static final int MOST_AT_ONCE = 32;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore free = new Semaphore(MOST_AT_ONCE);
    private final Supplier<Standing> standing;

    /// @param port 0 for any free one
    public LocalPage(int port, Supplier<Standing> standing) throws IOException {
        this.standing = standing;
        server = open(port);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    /// A page must not keep the agent from its work: where the port is taken, any free one will do.
    private static HttpServer open(int port) throws IOException {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 16);
        } catch (IOException taken) {
            LOG.warn("the local page cannot use port {} of 127.0.0.1 and takes another: {}", port, taken.getMessage());
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        }
    }

    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!free.tryAcquire()) {
                send(exchange, 503, "text/plain", "busy\n");
                return;
            }
            try {
                route(exchange);
            } finally {
                free.release();
            }
        }
    }

    private void route(HttpExchange exchange) throws IOException {
        if (!loopbackName(exchange.getRequestHeaders().getFirst("host"))) {
            send(exchange, 403, "text/plain", "This page answers only to localhost and 127.0.0.1.\n");
            return;
        }
        if (!exchange.getRequestMethod().equals("GET") && !exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("allow", "GET, HEAD");
            send(exchange, 405, "text/plain", "Only GET and HEAD.\n");
            return;
        }
        Standing now = standing.get();
        switch (exchange.getRequestURI().getPath()) {
            case "/" -> send(exchange, 200, "text/html", PageText.html(now));
            case "/metrics" -> send(exchange, 200, "text/plain; version=0.0.4", PageText.metrics(now));
            case "/health" -> send(exchange, now.healthy() ? 200 : 503, "application/json", PageText.health(now));
            default -> send(exchange, 404, "text/plain", "There is only /, /metrics and /health.\n");
        }
    }

    private static boolean loopbackName(@Nullable String host) {
        if (host == null) {
            return false;
        }
        String name = host.replaceFirst(":[0-9]{1,5}$", "");
        return name.equalsIgnoreCase("localhost") || name.equals("127.0.0.1") || name.equals("[::1]");
    }

    private static void send(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        var headers = exchange.getResponseHeaders();
        headers.set("content-type", type.equals("application/json") ? type : type + "; charset=utf-8");
        headers.set("cache-control", "no-store");
        headers.set("x-content-type-options", "nosniff");
        headers.set("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, head ? -1 : bytes.length);
        if (!head) {
            exchange.getResponseBody().write(bytes);
        }
    }
}
