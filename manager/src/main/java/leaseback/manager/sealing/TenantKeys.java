package leaseback.manager.sealing;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import leaseback.manager.audit.Audit;
import leaseback.manager.database.Database;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// One key a tenant (the customer who owns the bucket), in versions: it seals the keys of the tenant's segments, and is itself
/// sealed by the [Kms]. Destroying it makes all of the tenant's bytes noise, wherever they lie.
///
/// What is sealed begins with `LBT1`, the tenant's id and the version. Bytes without that were sealed by the Kms itself, before
/// there were tenant keys; they open as well. Keys are kept unwrapped in memory for a minute, at most 10,000 of them.
public final class TenantKeys {
    private static final int HEADER = 0x4c425431;
    private static final int HEADER_BYTES = 24;
    private static final Duration CACHED = Duration.ofMinutes(1);
    private static final int MOST_CACHED = 10_000;

    private final Database database;
    private final Kms kms;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Map<Id, Cached> cache = new ConcurrentHashMap<>();
    private final Map<UUID, Newest> newest = new ConcurrentHashMap<>();
    private final NamedKeys named;

    /// @param random must be cryptographically strong outside tests: tenants' keys come from it
    public TenantKeys(Database database, Kms kms, InstantSource clock, RandomGenerator random) {
        this.database = database;
        this.kms = kms;
        this.clock = clock;
        this.random = random;
        this.named = new NamedKeys(database, kms, clock, random);
    }

    /// The keys that tenants name.
    public NamedKeys named() {
        return named;
    }

    /// Seals by the newest version of the tenant's key; the first is made where there is none.
    ///
    /// @throws TenantErased when the tenant's keys were destroyed
    public byte[] seal(UUID tenantId, byte[] secret, String purpose) {
        Id id = new Id(tenantId, newest(tenantId));
        return box(id).seal(header(id), secret, purpose);
    }

    /// @throws TenantErased          when the key that sealed it was destroyed
    /// @throws IllegalStateException when another key sealed it, or the bytes were altered
    public byte[] open(byte[] sealed, String purpose) {
        Id id = id(sealed);
        if (id == null) {
            return kms.open(sealed, purpose);
        }
        try {
            return box(id).open(sealed, HEADER_BYTES, purpose);
        } catch (GeneralSecurityException wrong) {
            throw new IllegalStateException("cannot open what was sealed for " + purpose + " by version " + id.version()
                    + " of the key of tenant " + id.tenantId() + ": the bytes were altered", wrong);
        }
    }

    /// Whose key sealed this; empty when the Kms itself did.
    public static Optional<Wrapped> wrapped(byte[] sealed) {
        Id id = id(sealed);
        return id == null ? Optional.empty() : Optional.of(new Wrapped(id.tenantId(), id.version()));
    }

    /// @param version of the tenant's key that sealed
    public record Wrapped(UUID tenantId, int version) {}

    /// Begins a new version of the tenant's key. Managers that have the old one in memory seal with it for up to a minute more.
    ///
    /// @param actor for the audit
    /// @return its number
    public int rotate(UUID tenantId, String actor) {
        Id next = new Id(tenantId, newest(tenantId) + 1);
        byte[] sealed = fresh(next);
        database.transact(handle -> {
            if (insert(handle, next, sealed) == 1) {
                Audit.write(handle, now(), actor, "rotate tenant key", tenantId.toString(), "version " + next.version());
            }
            return 1;
        });
        forget(tenantId);
        return newest(tenantId);
    }

    /// Destroys all versions but the newest that are older than `before`, in the caller's transaction; then call `forget`.
    ///
    /// @return the numbers of those destroyed
    public List<Integer> retire(Handle handle, UUID tenantId, Instant before) {
        return handle.createQuery("""
                update tenant_key set sealed = null, destroyed_at = :now
                where tenant_id = :tenant and destroyed_at is null
                  and exists (select 1 from tenant_key n
                    where n.tenant_id = :tenant and n.version = tenant_key.version + 1 and n.created_at < :before)
                returning version""")
                .bind("now", now()).bind("tenant", tenantId).bind("before", before).mapTo(Integer.class).list();
    }

    /// Destroys every version and all named keys, in the caller's transaction; then call `forget`. A tenant without a key gets a destroyed one,
    /// so that none can be made later.
    public List<Integer> destroy(Handle handle, UUID tenantId) {
        handle.createUpdate("""
                insert into tenant_key (id, tenant_id, version, sealed, created_at, destroyed_at)
                values (:id, :tenant, 1, null, :now, :now) on conflict (id) do nothing""")
                .bind("id", new Id(tenantId, 1).name()).bind("tenant", tenantId).bind("now", now()).execute();
        handle.createUpdate("update tenant_key set sealed = null, destroyed_at = :now where tenant_id = :tenant and destroyed_at is null")
                .bind("now", now()).bind("tenant", tenantId).execute();
        named.destroyAll(handle, tenantId);
        return handle.createQuery("select version from tenant_key where tenant_id = :tenant order by version")
                .bind("tenant", tenantId).mapTo(Integer.class).list();
    }

    /// Takes the tenant's keys out of this manager's memory.
    public void forget(UUID tenantId) {
        newest.remove(tenantId);
        cache.keySet().removeIf(id -> id.tenantId().equals(tenantId));
        named.forget(tenantId);
    }

    /// Tenants with more than one version that opens, each with its newest.
    public List<Wrapped> rotated() {
        return database.read(handle -> handle.createQuery("""
                select tenant_id, max(version) from tenant_key where destroyed_at is null group by tenant_id having count(*) > 1""")
                .map((row, context) -> new Wrapped(row.getObject(1, UUID.class), row.getInt(2))).list());
    }

    /// Where the Kms sealed them.
    public static SealedColumn column() {
        return new SealedColumn("tenant_key", "id", "sealed", id -> "tenant-key/" + id);
    }

    private int newest(UUID tenantId) {
        Newest known = newest.get(tenantId);
        Instant now = clock.instant();
        if (known != null && now.isBefore(known.until())) {
            return known.version();
        }
        Looked<Integer> found = look(handle -> lastVersion(handle, tenantId));
        if (found.value() == null) {
            Id first = new Id(tenantId, 1);
            byte[] sealed = fresh(first);
            database.transact(handle -> insert(handle, first, sealed));
            found = look(handle -> lastVersion(handle, tenantId));
        }
        int version = Objects.requireNonNull(found.value());
        if (found.lasting()) {
            bound(newest);
            newest.put(tenantId, new Newest(version, now.plus(CACHED)));
        }
        return version;
    }

    private KeyBox box(Id id) {
        Instant now = clock.instant();
        Cached cached = cache.get(id);
        if (cached != null && now.isBefore(cached.until())) {
            return cached.box();
        }
        cache.values().removeIf(old -> !now.isBefore(old.until()));
        Looked<byte[]> found = look(handle -> handle.createQuery("select sealed from tenant_key where id = :id and sealed is not null")
                .bind("id", id.name()).mapTo(byte[].class).findOne());
        byte[] sealed = found.value();
        if (sealed == null) {
            throw new TenantErased(id.tenantId(), id.version());
        }
        byte[] key = kms.open(sealed, purpose(id));
        KeyBox box = new KeyBox(key);
        Arrays.fill(key, (byte) 0);
        if (found.lasting()) {
            bound(cache);
            cache.put(id, new Cached(box, now.plus(CACHED)));
        }
        return box;
    }

    /// What was read within somebody's transaction may be taken back, so it is not kept.
    private <T> Looked<T> look(Database.Work<Optional<T>> work) {
        return database.read(handle -> new Looked<>(work.run(handle).orElse(null), !handle.isInTransaction()));
    }

    private byte[] fresh(Id id) {
        byte[] key = new byte[KeyBox.KEY_BYTES];
        random.nextBytes(key);
        byte[] sealed = kms.seal(key, purpose(id));
        Arrays.fill(key, (byte) 0);
        return sealed;
    }

    private int insert(Handle handle, Id id, byte[] sealed) {
        return handle.createUpdate("""
                insert into tenant_key (id, tenant_id, version, sealed, created_at)
                values (:id, :tenant, :version, :sealed, :at) on conflict (id) do nothing""")
                .bind("id", id.name()).bind("tenant", id.tenantId()).bind("version", id.version())
                .bind("sealed", sealed).bind("at", now()).execute();
    }

    private static String purpose(Id id) {
        return column().purpose().apply(id.name());
    }

    private static Optional<Integer> lastVersion(Handle handle, UUID tenantId) {
        return handle.createQuery("select version from tenant_key where tenant_id = :tenant order by version desc limit 1")
                .bind("tenant", tenantId).mapTo(Integer.class).findOne();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static void bound(Map<?, ?> kept) {
        if (kept.size() >= MOST_CACHED) {
            kept.clear();
        }
    }

    private static byte[] header(Id id) {
        return ByteBuffer.allocate(HEADER_BYTES).putInt(HEADER).putLong(id.tenantId().getMostSignificantBits())
                .putLong(id.tenantId().getLeastSignificantBits()).putInt(id.version()).array();
    }

    private static @Nullable Id id(byte[] sealed) {
        ByteBuffer bytes = ByteBuffer.wrap(sealed);
        return sealed.length < HEADER_BYTES || bytes.getInt() != HEADER ? null
                : new Id(new UUID(bytes.getLong(), bytes.getLong()), bytes.getInt());
    }

    private record Id(UUID tenantId, int version) {
        String name() {
            return tenantId + "/" + version;
        }
    }

    private record Cached(KeyBox box, Instant until) {}

    private record Looked<T>(@Nullable T value, boolean lasting) {}

    private record Newest(int version, Instant until) {}
}
