package leaseback.manager.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import leaseback.manager.Manager;
import leaseback.manager.ManagerSettings;
import leaseback.manager.clock.SettableClock;
import leaseback.manager.database.Database;
import leaseback.manager.database.TestDatabase;
import leaseback.manager.lease.Leases;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.NullNode;

/// A whole manager, every part of its API in place, with a clock that can be set and no host; and a client that holds every
/// exchange against what the manager publishes about itself.
final class LivingApi implements AutoCloseable {
    static final Instant START = Instant.parse("2027-01-04T08:00:00Z");
    private final TestDatabase testDatabase = TestDatabase.fresh();
    /// Asked by POST, and yet nothing is done.
    private static final Set<String> QUESTIONS = Set.of("/api/billPreview", "/api/offerQualification");
    private final SettableClock clock = new SettableClock(START);
    private final Map<String, String> actors = new ConcurrentHashMap<>();
    private final Set<String> unheard = new ConcurrentSkipListSet<>();
    private boolean watched;
    private final Manager manager;
    private final HttpClient client = HttpClient.newHttpClient();
    private final JsonMapper json = new JsonMapper();
    private final Contract contract;
    private final String operator;

    LivingApi(Path folder) throws IOException {
        ManagerSettings.DatabaseAddress database = new ManagerSettings.DatabaseAddress(testDatabase.jdbcUrl(), testDatabase.user(),
                testDatabase.password());
        manager = Manager.start(new ManagerSettings(folder, database, folder.resolve("master.key"), "127.0.0.1", List.of(),
                ManagerSettings.Ports.ANY, "eu-test-1", Duration.ofSeconds(1), clock, new SplittableRandom(4)));
        operator = Files.readString(folder.resolve("operator.token")).strip();
        contract = new Contract(raw("", HttpRequest.newBuilder(manager.web().resolve("/api/openapi.json"))).json());
    }

    record Reply(int status, String type, byte[] body, JsonNode json) {
        String text(String pointer) {
            return json.at(pointer).asString();
        }

        String detail() {
            return text("/detail");
        }

        Reply is(int wanted) {
            assertThat(status).as(() -> Contract.words(body)).isEqualTo(wanted);
            return this;
        }
    }

    Contract contract() {
        return contract;
    }

    /// An address of the manager.
    URI at(String path) {
        return URI.create(manager.web() + path);
    }

    /// The operator's token.
    String operator() {
        return operator;
    }

    Database database() {
        return testDatabase.database();
    }

    Reply get(String token, String path) {
        return call(token, "GET", path, "");
    }

    Reply post(String token, String path, String body) {
        return call(token, "POST", path, body);
    }

    /// Sends JSON, if any.
    Reply call(String token, String method, String path, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(manager.web() + path))
                .method(method, body.isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        long before = acts(token);
        Reply reply = raw(token, request);
        boolean act = !method.equals("GET") && reply.status() < 300 && !QUESTIONS.contains(path);
        if (watched && act && acts(token) == before) {
            unheard.add(method + " " + path);
        }
        byte[] sent = body.getBytes(StandardCharsets.UTF_8);
        assertThat(contract.judge(method, path, sent, reply.status(), reply.type(), reply.body()))
                .as(() -> method + " " + path + " with " + body + " gave " + reply.status() + " " + Contract.words(reply.body())
                        + "\nwhich GET /api/openapi.json does not describe (docs/api.md says how to)").isEmpty();
        return reply;
    }

    /// Whatever the request is, unjudged.
    Reply raw(String token, HttpRequest.Builder request) {
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        HttpRequest asked = request.timeout(Duration.ofSeconds(60)).build();
        try {
            HttpResponse<byte[]> answer;
            try {
                answer = client.send(asked, HttpResponse.BodyHandlers.ofByteArray());
            } catch (IOException stale) {
                // The server closes a connection after what it could not read; a client that reuses it in that moment asks again.
                answer = client.send(asked, HttpResponse.BodyHandlers.ofByteArray());
            }
            String type = answer.headers().firstValue("Content-Type").orElse("");
            return new Reply(answer.statusCode(), type, answer.body(),
                    type.contains("json") && answer.body().length > 0 ? json.readTree(answer.body()) : NullNode.getInstance());
        } catch (IOException failed) {
            throw new AssertionError(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    /// From now on every act that succeeds must leave a line of its actor in the audit log.
    void watchTheAudit() {
        watched = true;
    }

    /// Acts that left none.
    Set<String> unheard() {
        return unheard;
    }

    /// Tells whose a token is.
    void bears(String token, String actor) {
        actors.put(token, actor);
    }

    private long acts(String token) {
        return database().read(handle -> handle.createQuery("select count(*) from audit_entry where actor like :actor")
                .bind("actor", actors.getOrDefault(token, token.equals(operator) ? "operator:%" : "customer:%")).mapTo(Long.class).one());
    }

    /// As the machine's agent would do it on first boot.
    void enrol(UUID lease) {
        database().transact(handle -> {
            new Leases(clock, new SecureRandom()).enrolled(handle, lease, clock.instant());
            return handle.execute("""
                    insert into host (id, alias, serial, machine_id, owner_id, lease_id, state, enrolled_at)
                    select gen_random_uuid(), (select coalesce(max(alias), -1) + 1 from host), m.serial, m.id, l.customer_id, l.id, 'ACTIVE', ?
                    from lease l join machine m on m.id = l.machine_id where l.id = ?""", clock.instant(), lease);
        });
    }

    /// Withdrawn, drained and let go, as by the machine's agent.
    void release(UUID lease) {
        Leases leases = new Leases(clock, new SecureRandom());
        database().transact(handle -> {
            leases.withdraw(handle, lease, "test");
            leases.release(handle, lease, "manager", "the agent has signed its receipt");
            return 0;
        });
    }

    SettableClock clock() {
        return clock;
    }

    String url() {
        return manager.web().toString();
    }

    @Override
    public void close() {
        client.close();
        manager.close();
        testDatabase.close();
    }
}
