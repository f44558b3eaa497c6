package leaseback.manager.web;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import leaseback.manager.catalog.Documents;
import leaseback.manager.audit.Audit;
import leaseback.manager.database.Database;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// The bearer tokens of the JSON API: 256 random bits each, of which only the SHA-256 is kept.
public final class Tokens {
    private static final String PREFIX = "lbt_";
    private final Database database;
    private final InstantSource clock;
    private final RandomGenerator random;

    /// @param random must be cryptographically strong outside tests
    public Tokens(Database database, InstantSource clock, RandomGenerator random) {
        this.database = database;
        this.clock = clock;
        this.random = random;
    }

    /// A fresh token; it is in the answer and nowhere else.
    ///
    /// @param name       who or what will use it, for the audit
    /// @param customerId for the role CUSTOMER, and only for it
    public String issue(TokenRole role, String name, @Nullable UUID customerId, String actor) {
        return issue(role, name, customerId, null, actor).token();
    }

    /// A token just made.
    record Fresh(UUID id, String token) {}

    /// @param expiresAt null for one that is good until it is revoked
    Fresh issue(TokenRole role, String name, @Nullable UUID customerId, @Nullable Instant expiresAt, String actor) {
        if (role == TokenRole.CHANNEL) {
            throw new IllegalArgumentException("a channel's token comes from POST /api/salesChannel/ID/token");
        }
        if ((role == TokenRole.CUSTOMER) != (customerId != null)) {
            throw new IllegalArgumentException("a token of role CUSTOMER, and no other, is bound to a customer; this is " + role);
        }
        return keep(role, name, customerId, null, expiresAt, actor);
    }

    /// A fresh token with which a sales channel makes quotes; it is in the answer and nowhere else.
    String issueToChannel(String name, String channelId, String actor) {
        return keep(TokenRole.CHANNEL, name, null, channelId, null, actor).token();
    }

    private Fresh keep(TokenRole role, String name, @Nullable UUID customerId, @Nullable String channelId, @Nullable Instant expiresAt,
            String actor) {
        if (name.isBlank() || name.length() > 100 || name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("a token's name is one line of 1 to 100 characters");
        }
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        String token = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        Instant now = now();
        UUID id = UUID.randomUUID();
        return database.transact(handle -> {
            handle.createUpdate("""
                    insert into api_token (hash, id, name, role, customer_id, channel_id, created_at, expires_at)
                    values (:hash, :id, :name, :role, cast(:customer as uuid), :channel, :at, cast(:expires as timestamptz))""")
                    .bind("hash", hash(token)).bind("id", id).bind("name", name).bind("role", role.name()).bind("customer", customerId)
                    .bind("channel", channelId).bind("at", now).bind("expires", expiresAt).execute();
            Audit.write(handle, now, actor, "issue token", name, "role " + role + ", " + (channelId == null ? id.toString() : channelId));
            return new Fresh(id, token);
        });
    }

    /// Whether a token of this role is good.
    public boolean any(TokenRole role) {
        return database.read(handle -> handle.createQuery("""
                select exists (select 1 from api_token where role = :role and revoked_at is null)""")
                .bind("role", role.name()).mapTo(Boolean.class).one());
    }

    /// A token without its secret.
    ///
    /// @param expiresAt null for one that is good until it is revoked
    record Known(UUID id, String name, TokenRole role, @Nullable UUID customerId, Instant createdAt, @Nullable Instant expiresAt) {}

    /// Those that are good, oldest first.
    ///
    /// @param customerId of one customer; null for everybody's
    List<Known> page(@Nullable UUID customerId, @Nullable UUID after, int limit) {
        return database.read(handle -> handle.createQuery("""
                select id, name, role, customer_id, created_at, expires_at from api_token
                where revoked_at is null and (expires_at is null or expires_at > :now)
                  and (cast(:customer as uuid) is null or customer_id = cast(:customer as uuid))
                  and (cast(:after as uuid) is null
                       or (created_at, id) > (select t.created_at, t.id from api_token t where t.id = cast(:after as uuid)))
                order by created_at, id limit :limit""")
                .bind("now", now()).bind("customer", customerId).bind("after", after).bind("limit", limit)
                .map((row, context) -> known(row)).list());
    }

    private static Known known(ResultSet row) throws SQLException {
        return new Known(row.getObject("id", UUID.class), row.getString("name"), TokenRole.valueOf(row.getString("role")),
                row.getObject("customer_id", UUID.class), row.getTimestamp("created_at").toInstant(),
                row.getTimestamp("expires_at") == null ? null : row.getTimestamp("expires_at").toInstant());
    }

    /// From now on the token is unknown.
    ///
    /// @param customerId whose it must be; null for anybody's
    /// @return false when there is none such
    boolean revoke(UUID id, @Nullable UUID customerId, String actor) {
        Instant now = now();
        return database.transact(handle -> {
            Optional<String> name = handle.createQuery("""
                    update api_token set revoked_at = :at where id = :id and revoked_at is null
                      and (cast(:customer as uuid) is null or customer_id = cast(:customer as uuid)) returning name""")
                    .bind("at", now).bind("id", id).bind("customer", customerId).mapTo(String.class).findOne();
            name.ifPresent(each -> Audit.write(handle, now, actor, "revoke token", each, id.toString()));
            return name.isPresent();
        });
    }

    /// Forgets who signed in with the old password.
    static void revokeSignedIn(Handle handle, UUID customerId, Instant at) {
        handle.createUpdate("update api_token set revoked_at = :at where customer_id = :customer and expires_at is not null and revoked_at is null")
                .bind("at", at).bind("customer", customerId).execute();
    }

    /// Who bears this token; empty when it is unknown or revoked.
    public Optional<Caller> find(String token) {
        return database.read(handle -> handle.createQuery("""
                select name, role, customer_id, channel_id from api_token
                where hash = :hash and revoked_at is null and (expires_at is null or expires_at > :now)""")
                .bind("hash", hash(token)).bind("now", clock.instant())
                .map((row, context) -> {
                    String name = row.getString("name");
                    Caller caller = switch (TokenRole.valueOf(row.getString("role"))) {
                        case OPERATOR -> new Caller.Operator(name);
                        case FACTORY -> new Caller.FactoryLine(name);
                        case CHANNEL -> new Caller.Shop(name, row.getString("channel_id"));
                        case CUSTOMER -> new Caller.Buyer(name, row.getObject("customer_id", UUID.class));
                    };
                    return caller;
                }).findOne());
    }

    /// From now on the token is unknown; nothing happens when it is already.
    public void revoke(String token, String actor) {
        Instant now = now();
        database.transact(handle -> {
            handle.createQuery("update api_token set revoked_at = :at where hash = :hash and revoked_at is null returning name")
                    .bind("at", now).bind("hash", hash(token)).mapTo(String.class).findOne()
                    .ifPresent(name -> Audit.write(handle, now, actor, "revoke token", name, ""));
            return token;
        });
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static byte[] hash(String token) {
        return Documents.sha256(token.getBytes(StandardCharsets.UTF_8));
    }
}
