package leaseback.manager;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import org.jspecify.annotations.Nullable;

/// One face on the network: plain HTTP on loopback, HTTPS on the manager's address, the same handler behind both.
final class Listener implements AutoCloseable {
    private static final int MOST_REQUESTS = 512;
    private static final long IDLE_MILLIS = 60_000;
    private static final long STOP_MILLIS = 5_000;
    private final Server server;
    private final ServerConnector plain;
    private final ServerConnector tls;

    private Listener(Server server, ServerConnector plain, ServerConnector tls) {
        this.server = server;
        this.plain = plain;
        this.tls = tls;
    }

    /// @param clientCertificates whether a client may show a certificate on the TLS side (it never must)
    /// @param errors what answers for requests that are none; null for the usual page
    static Listener start(String name, HttpConfiguration http, String address, int plainPort, int tlsPort,
            SSLContext context, boolean clientCertificates, Handler handler,
            Request.@Nullable Handler errors) {
        VirtualThreadPool threads = new VirtualThreadPool();
        threads.setName(name);
        threads.setMaxConcurrentTasks(MOST_REQUESTS);
        Server server = new Server(threads);
        http.setSendServerVersion(false);
        http.setSendDateHeader(true);
        ServerConnector plain = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        plain.setHost(InetAddress.getLoopbackAddress().getHostAddress());
        plain.setPort(plainPort);
        SslContextFactory.Server ssl = new SslContextFactory.Server();
        ssl.setSslContext(context);
        ssl.setWantClientAuth(clientCertificates);
        ssl.setIncludeProtocols("TLSv1.3", "TLSv1.2");
        HttpConfiguration secure = new HttpConfiguration(http);
        secure.addCustomizer(new SecureRequestCustomizer(false));
        ServerConnector tls = new ServerConnector(server, 1, 1,
                new SslConnectionFactory(ssl, HttpVersion.HTTP_1_1.asString()), new HttpConnectionFactory(secure));
        tls.setHost(address);
        tls.setPort(tlsPort);
        for (ServerConnector connector : List.of(plain, tls)) {
            connector.setIdleTimeout(IDLE_MILLIS);
            server.addConnector(connector);
        }
        server.setHandler(handler);
        if (errors != null) {
            server.setErrorHandler(errors);
        }
        server.setStopTimeout(STOP_MILLIS);
        server.setStopAtShutdown(false);
        try {
            server.start();
        } catch (Exception failed) {
            List<String> ports = new ArrayList<>(List.of(String.valueOf(plainPort), String.valueOf(tlsPort)));
            try {
                server.stop();
            } catch (Exception alsoFailed) {
                failed.addSuppressed(alsoFailed);
            }
            throw new IllegalStateException("cannot listen for " + name + " on ports " + ports + " of " + address + ": "
                    + failed.getMessage() + "; choose other ports or stop what uses them", failed);
        }
        return new Listener(server, plain, tls);
    }

    int plainPort() {
        return plain.getLocalPort();
    }

    int tlsPort() {
        return tls.getLocalPort();
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception failed) {
            throw new IllegalStateException("a face did not stop: " + failed.getMessage(), failed);
        }
    }
}
