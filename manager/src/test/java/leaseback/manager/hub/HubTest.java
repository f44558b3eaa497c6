package leaseback.manager.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import leaseback.manager.audit.Audit;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.database.Database;
import leaseback.manager.database.TestDatabase;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jspecify.annotations.Nullable;

/// Each event at least once and in order, whatever the listeners do.
final class HubTest {
    private static final Insistence SOON = new Insistence(Duration.ofMillis(400), Duration.ofMillis(20), Duration.ofMillis(100), 3, 60);
    private static final Set<String> TYPES = Set.of("A", "B");
    private final TestDatabase testDatabase = TestDatabase.fresh();
    private final Database database = testDatabase.database();
    private final InstantSource clock = InstantSource.system();
    private final Listeners listeners = new Listeners(clock, SOON);
    private Hub hub;
    private Ears ears;

    @BeforeEach
    void open() throws IOException {
        hub = hub();
        ears = new Ears();
    }

    @AfterEach
    void close() {
        hub.close();
        ears.close();
        testDatabase.close();
    }

    @Test
    void aListenerThatFailsAndComesBackIsToldAllInOrder() {
        acts(0, 3);
        listens("/a", null);
        ears.behave(500);
        acts(3, 30);
        until(() -> shown("/a").state() == Listener.State.FAILING);
        assertThat(shown("/a").lastFailure()).isEqualTo("it answered with status 500");
        assertThat(shown("/a").waiting()).isEqualTo(27);
        ears.heard().clear();
        ears.behave(201);
        until(() -> shown("/a").waiting() == 0);
        assertThat(ears.heard()).isEqualTo(bodies("/a", 3, 30));
        assertThat(shown("/a").state()).isEqualTo(Listener.State.LISTENING);
        assertThat(shown("/a").retryAt()).isNull();
        assertThat(left()).isZero();
    }

    @Test
    void whatWasNotTakenWhenTheManagerDiedIsToldByTheNextOne() throws Exception {
        listens("/a", null);
        acts(0, 5);
        // Takes the event and dies before it answers: whoever asked does not know.
        ears.behave(exchange -> hub.close());
        hub.run();
        ears.behave(200);
        hub = hub();
        database.transact(handle -> handle.execute("update hub_listener set claimed_until = now()"));
        until(() -> shown("/a").waiting() == 0);
        assertThat(ears.heard().stream().distinct().toList()).isEqualTo(bodies("/a", 0, 5));
        assertThat(ears.heard().getFirst()).isEqualTo(ears.heard().get(1));
    }

    @Test
    void anActThatIsRolledBackIsToldNobody() {
        listens("/a", null);
        assertThatThrownBy(() -> database.transact(handle -> {
            act(handle, 0);
            throw new IllegalStateException("no");
        })).hasMessage("no");
        acts(1, 2);
        until(() -> !ears.heard().isEmpty());
        assertThat(ears.heard()).isEqualTo(bodies("/a", 1, 2));
    }

    @Test
    void hostileListenersHinderNobody() throws Exception {
        for (String path : List.of("/slow", "/away", "/huge", "/good", "/broken")) {
            listens(path, null);
        }
        ears.behave(exchange -> {
            switch (exchange.getRequestURI().getPath()) {
                case "/slow" -> linger();
                case "/away" -> {
                    exchange.getResponseHeaders().add("Location", ears.url("/elsewhere"));
                    exchange.sendResponseHeaders(307, -1);
                }
                case "/huge" -> flood(exchange);
                case "/broken" -> exchange.close();
                default -> exchange.sendResponseHeaders(200, -1);
            }
        });
        acts(0, 10);
        until(() -> shown("/good").waiting() == 0 && shown("/huge").waiting() == 0 && shown("/slow").failures() > 1
                && shown("/away").failures() > 1 && shown("/broken").failures() > 1);
        assertThat(ears.heard().stream().filter(each -> each.startsWith("/good"))).isEqualTo(bodies("/good", 0, 10));
        assertThat(ears.heard()).noneMatch(each -> each.startsWith("/elsewhere"));
        assertThat(shown("/away").lastFailure()).isEqualTo("it answered with status 307");
        assertThat(shown("/slow").lastFailure()).isEqualTo("it did not answer within 400 ms");
        assertThat(shown("/broken").lastFailure()).startsWith("it cannot be reached");
    }

    @Test
    void ofAListenerThatStaysAwayOnlySoManyEventsAreKept() {
        listens("/a", null);
        ears.behave(500);
        acts(0, 100);
        until(() -> left() == 60);
        assertThat(shown("/a").missed()).isEqualTo(40);
        ears.heard().clear();
        ears.behave(200);
        until(() -> shown("/a").waiting() == 0);
        assertThat(ears.heard()).isEqualTo(bodies("/a", 40, 100));
    }

    @Test
    void aListenerIsToldOnlyWhatItAskedFor() {
        listens("/a", "eventType=B");
        acts(0, 6);
        until(() -> shown("/a").waiting() == 0);
        assertThat(ears.heard()).containsExactly("/a {\"n\":1}", "/a {\"n\":3}", "/a {\"n\":5}");
    }

    @Test
    void twoManagersTellOneListenerInOrder() throws Exception {
        listens("/a", null);
        try (Hub other = hub(); ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Hub each : List.of(hub, other)) {
                threads.execute(() -> {
                    for (int i = 0; i < 40; i++) {
                        each.run();
                    }
                });
            }
            acts(0, 50);
        }
        until(() -> shown("/a").waiting() == 0);
        assertThat(ears.heard()).isEqualTo(bodies("/a", 0, 50));
    }

    @Test
    void whatIsNoPlaceToTellIsRefused() {
        for (String wrong : List.of("file:///etc/passwd", "ftp://x/", "https://", "https:///events", "//host/x", "/events", "http://u:p@host/",
                "http://u@host/", "http://host/#x", "https://host:0/", "http://host:70000/", "http://ho st/", "", "http://host/" + "x".repeat(1000))) {
            assertThatThrownBy(() -> register(wrong, null)).as(wrong).isInstanceOf(Refusal.class);
        }
        assertThatThrownBy(() -> register(ears.url("/a"), "eventType=C")).hasMessageContaining("there is no event C");
        assertThatThrownBy(() -> register(ears.url("/a"), "x=1")).hasMessageContaining("eventType=");
        UUID first = register(ears.url("/0"), null).id();
        for (int i = 0; i < Listeners.MOST; i++) {
            register(ears.url("/" + i), null);
        }
        assertThat(register(ears.url("/0"), null).id()).isEqualTo(first);
        assertThatThrownBy(() -> register(ears.url("/more"), null)).hasMessageContaining("20 listeners");
        assertThat(database.<Boolean>transact(handle -> listeners.remove(handle, "other", first, "olga"))).isFalse();
        assertThat(database.<Boolean>transact(handle -> listeners.remove(handle, "api", first, "olga"))).isTrue();
        register(ears.url("/more?secret=x"), null);
        assertThat(database.read(handle -> Audit.page(handle, "olga", null, null, 100)).toString()).doesNotContain("secret");
    }

    private Hub hub() {
        return new Hub(database, (handle, entry) -> entry.act().length() > 1 ? List.of() : List.of(
                new Told(entry.id(), "api", entry.act(), "{\"n\":" + entry.subject() + "}"),
                new Told(entry.id(), "nobody", entry.act(), "{}")), clock, SOON);
    }

    private void acts(int from, int to) {
        for (int n = from; n < to; n++) {
            int number = n;
            database.transact(handle -> act(handle, number));
        }
    }

    /// All at one instant: their order is that of their making.
    private static int act(Handle handle, int number) {
        Audit.write(handle, Instant.EPOCH, "test", number % 2 == 0 ? "A" : "B", String.valueOf(number), "");
        return number;
    }

    private static List<String> bodies(String path, int from, int to) {
        return IntStream.range(from, to).mapToObj(n -> path + " {\"n\":" + n + "}").toList();
    }

    /// From now on; what was before is noticed first.
    private void listens(String path, @Nullable String query) {
        hub.run();
        register(ears.url(path), query);
    }

    private Listener register(String callback, @Nullable String query) {
        return database.transact(handle -> listeners.register(handle, "api", callback, query, TYPES, "olga"));
    }

    private Listener shown(String path) {
        return database.read(handle -> listeners.of(handle, "api")).stream().filter(each -> each.callback().equals(ears.url(path))).findFirst()
                .orElseThrow();
    }

    private long left() {
        return database.read(handle -> handle.createQuery("select count(*) from hub_event").mapTo(Long.class).one());
    }

    private void until(BooleanSupplier done) {
        Instant last = Instant.now().plusSeconds(60);
        hub.run();
        while (!done.getAsBoolean()) {
            assertThat(Instant.now()).as("by now it should have happened").isBefore(last);
            nap(10);
            hub.run();
        }
    }

    private static void linger() {
        nap(3000);
    }

    private static void flood(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        byte[] much = "x".repeat(1 << 16).getBytes(StandardCharsets.UTF_8);
        try {
            for (int i = 0; i < 1 << 14; i++) {
                exchange.getResponseBody().write(much);
            }
        } catch (IOException hungUp) {
            exchange.close();
        }
    }

    private static void nap(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
