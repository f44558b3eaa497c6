package leaseback.manager.sealing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import leaseback.manager.audit.Audit;
import leaseback.manager.database.Database;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Keys that a tenant has under names, for what is to be unreadable once one of them is destroyed (SSE-KMS). They are sealed by
/// the [Kms]. A destroyed name is never used again. Unwrapped they stay in memory for a minute, at most 1,000 of them.
public final class NamedKeys {
    /// Names are of letters, digits, and `. _ -`.
    public static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final int KEY_BYTES = 32;
    private static final int MOST_KEYS = 1000;
    private static final Duration CACHED = Duration.ofMinutes(1);
    private static final int MOST_CACHED = 1000;

    private final Database database;
    private final Kms kms;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Map<String, Cached> cache = new ConcurrentHashMap<>();

    NamedKeys(Database database, Kms kms, InstantSource clock, RandomGenerator random) {
        this.database = database;
        this.kms = kms;
        this.clock = clock;
        this.random = random;
    }

    /// A key, without its bytes.
    ///
    /// @param destroyedAt null while it opens what is under it
    public record Named(String name, Instant createdAt, @Nullable Instant destroyedAt) {}

    /// Makes the key, unless the name is in use: then nothing is done.
    ///
    /// @param actor for the audit
    /// @throws IllegalArgumentException for what is no name, a destroyed one, or one more than a tenant may have
    public Named create(UUID tenantId, String name, String actor) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("a key's name has 1 to 64 letters, digits, or . _ -; '" + name + "' does not");
        }
        List<Named> known = list(tenantId);
        if (known.size() >= MOST_KEYS) {
            throw new IllegalArgumentException("a customer has at most " + MOST_KEYS + " named keys, destroyed ones included");
        }
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        byte[] sealed = kms.seal(key, purpose(id(tenantId, name)));
        Arrays.fill(key, (byte) 0);
        database.transact(handle -> {
            int made = handle.createUpdate("""
                    insert into named_key (id, tenant_id, name, sealed, created_at) values (:id, :tenant, :name, :sealed, :at)
                    on conflict (id) do nothing""")
                    .bind("id", id(tenantId, name)).bind("tenant", tenantId).bind("name", name).bind("sealed", sealed)
                    .bind("at", now()).execute();
            if (made == 1) {
                Audit.write(handle, now(), actor, "create named key", tenantId.toString(), name);
            }
            return made;
        });
        Named made = list(tenantId).stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
        if (made.destroyedAt() != null) {
            throw new IllegalArgumentException("the key " + name + " was destroyed at " + made.destroyedAt() + "; take another name");
        }
        return made;
    }

    /// By name.
    public List<Named> list(UUID tenantId) {
        return database.read(handle -> handle.createQuery("""
                select name, created_at, destroyed_at from named_key where tenant_id = :tenant order by name""")
                .bind("tenant", tenantId)
                .map((row, context) -> new Named(row.getString(1), row.getTimestamp(2).toInstant(),
                        row.getTimestamp(3) == null ? null : row.getTimestamp(3).toInstant())).list());
    }

    /// Destroys the key; what was encrypted under it is noise within a minute. False when there is none.
    public boolean destroy(UUID tenantId, String name, String actor) {
        int gone = database.transact(handle -> {
            int destroyed = handle.createUpdate("""
                    update named_key set sealed = null, destroyed_at = :now where id = :id and destroyed_at is null""")
                    .bind("now", now()).bind("id", id(tenantId, name)).execute();
            if (destroyed == 1) {
                Audit.write(handle, now(), actor, "destroy named key", tenantId.toString(), name);
            }
            return destroyed;
        });
        forget(tenantId);
        return gone == 1;
    }

    /// The 32 bytes of a key that is not destroyed.
    public Optional<byte[]> open(UUID tenantId, String name) {
        String id = id(tenantId, name);
        Instant now = clock.instant();
        Cached cached = cache.get(id);
        if (cached != null && now.isBefore(cached.until())) {
            return Optional.of(cached.key().clone());
        }
        cache.values().removeIf(old -> !now.isBefore(old.until()));
        Optional<byte[]> sealed = database.read(handle -> handle.createQuery(
                "select sealed from named_key where id = :id and sealed is not null").bind("id", id).mapTo(byte[].class).findOne());
        return sealed.map(bytes -> {
            byte[] key = kms.open(bytes, purpose(id));
            if (cache.size() >= MOST_CACHED) {
                cache.clear();
            }
            cache.put(id, new Cached(key.clone(), now.plus(CACHED)));
            return key;
        });
    }

    /// Where the Kms sealed them.
    public static SealedColumn column() {
        return new SealedColumn("named_key", "id", "sealed", NamedKeys::purpose);
    }

    void destroyAll(Handle handle, UUID tenantId) {
        handle.createUpdate("update named_key set sealed = null, destroyed_at = :now where tenant_id = :tenant and destroyed_at is null")
                .bind("now", now()).bind("tenant", tenantId).execute();
    }

    void forget(UUID tenantId) {
        cache.keySet().removeIf(id -> id.startsWith(tenantId + "/"));
    }

    private static String id(UUID tenantId, String name) {
        return tenantId + "/" + name;
    }

    private static String purpose(String id) {
        return "named-key/" + id;
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    private record Cached(byte[] key, Instant until) {}
}
