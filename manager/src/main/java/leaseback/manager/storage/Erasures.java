package leaseback.manager.storage;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.audit.Audit;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.customer.Customers;
import leaseback.manager.database.Database;
import leaseback.manager.fleet.Host;
import leaseback.manager.order.Signed;
import leaseback.manager.order.SigningKeys;
import leaseback.manager.sealing.TenantKeys;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/// Erases a tenant: first and at once the keys, so that nothing of theirs opens, here or in a copy of the database; then buckets,
/// objects and uploads; then the pieces on hosts, each host's answer counted; at the end a signed document that says so.
///
/// The chore may be cut off anywhere. Hosts that are away hold an erasure open until they are back or revoked.
public final class Erasures {
    private static final Logger LOG = LoggerFactory.getLogger(Erasures.class);
    private static final int PAGE = 500;

    private final Database database;
    private final TenantKeys keys;
    private final SegmentKeys segments;
    private final Buckets buckets;
    private final Hosts hosts;
    private final SigningKeys signing;
    private final InstantSource clock;

    public Erasures(Database database, TenantKeys keys, Buckets buckets, Hosts hosts, SigningKeys signing, InstantSource clock) {
        this.database = database;
        this.keys = keys;
        this.segments = new SegmentKeys(database, keys, clock);
        this.buckets = buckets;
        this.hosts = hosts;
        this.signing = signing;
        this.clock = clock;
    }

    /// Destroys the tenant's keys and revokes their access keys; what is left to do, the chore does. Asked again, it says how far it is.
    ///
    /// @param despiteLocks erase also what an object lock holds
    /// @throws Refusal CONFLICT when locks hold versions of theirs, and `despiteLocks` is not given
    public Erasure begin(UUID tenantId, String reason, boolean despiteLocks, String actor) {
        Optional<Erasure> before = find(tenantId);
        if (before.isPresent()) {
            return before.get();
        }
        segments.adopt();
        UUID id = UUID.randomUUID();
        Instant now = now();
        database.transact(handle -> {
            Held held = held(handle, tenantId, now);
            if (held.versions() > 0 && !despiteLocks) {
                throw Refusal.conflict("locks hold " + held + " of customer " + tenantId + ", the last until "
                        + (held.until() == null ? "its hold is lifted" : held.until())
                        + "; where the law demands the erasure all the same, say that it overrides the locks (--despite-locks)");
            }
            List<Integer> destroyed = keys.destroy(handle, tenantId);
            int revoked = Customers.revokeKeys(handle, tenantId, now);
            handle.createUpdate("""
                    insert into erasure (id, tenant_id, actor, reason, despite_locks, begun_at, keys, access_keys, locks)
                    values (:id, :tenant, :actor, :reason, :despite, :at, :keys, :revoked, :locks) on conflict (tenant_id) do nothing""")
                    .bind("id", id).bind("tenant", tenantId).bind("actor", actor).bind("reason", reason).bind("despite", despiteLocks)
                    .bind("at", now).bind("keys", destroyed.toString()).bind("revoked", revoked).bind("locks", held.toString()).execute();
            Audit.write(handle, now, actor, "erase tenant", tenantId.toString(), "key versions " + destroyed + ", access keys "
                    + revoked + (despiteLocks ? ", despite locks on " + held : "") + ": " + reason);
            return 1;
        });
        keys.forget(tenantId);
        LOG.info("tenant {} is being erased: its keys are gone", tenantId);
        return find(tenantId).orElseThrow();
    }

    public Optional<Erasure> find(UUID tenantId) {
        return database.read(handle -> handle.createQuery("select * from erasure where tenant_id = :tenant").bind("tenant", tenantId)
                .map((row, context) -> erasure(handle, row)).findOne());
    }

    /// The document and its signature, once the last host has answered.
    public Optional<Signed> receipt(UUID tenantId) {
        return database.read(handle -> handle.createQuery("""
                select document, signature, signing_key from erasure where tenant_id = :tenant and ended_at is not null""")
                .bind("tenant", tenantId)
                .map((row, context) -> new Signed(row.getBytes(1), row.getBytes(2), row.getInt(3))).findOne());
    }

    /// One round over all that are under way.
    public void run() {
        for (UUID tenantId : database.read(handle -> handle.createQuery("""
                select tenant_id from erasure where ended_at is null order by begun_at limit 100""").mapTo(UUID.class).list())) {
            Erasure erasure = find(tenantId).orElseThrow();
            list(erasure);
            if (left(tenantId, erasure.id()) == 0) {
                end(erasure.id(), tenantId);
            }
        }
    }

    /// Turns all rows of the tenant into garbage that names the erasure; from then on the sweep does the rest.
    private void list(Erasure erasure) {
        UUID tenantId = erasure.tenantId();
        while (database.transact(handle -> objects(handle, erasure)) > 0
                || database.transact(handle -> versions(handle, erasure)) > 0
                || database.transact(handle -> uploads(handle, erasure)) > 0
                || database.transact(handle -> contents(handle, erasure)) > 0) {
            // Page after page.
        }
        for (Bucket bucket : buckets.ownedBy(tenantId)) {
            try {
                buckets.delete(bucket);
                database.transact(handle -> handle.createUpdate("update erasure set buckets = buckets + 1 where id = :id")
                        .bind("id", erasure.id()).execute());
            } catch (StorageFault notYet) {
                LOG.info("bucket {} of an erased tenant goes in the next round: {}", bucket.name(), notYet.getMessage());
            }
        }
        if (erasure.listedAt() == null && buckets.ownedBy(tenantId).isEmpty()) {
            database.transact(handle -> handle.createUpdate("update erasure set listed_at = :at where id = :id")
                    .bind("at", now()).bind("id", erasure.id()).execute());
        }
    }

    private int objects(Handle handle, Erasure erasure) {
        List<Gone> gone = handle.createQuery("""
                delete from object where (bucket_id, key) in
                  (select o.bucket_id, o.key from object o join bucket b on b.id = o.bucket_id where b.owner_id = :tenant limit :most)
                returning id, bytes""").bind("tenant", erasure.tenantId()).bind("most", PAGE)
                .map((row, context) -> new Gone(row.getObject(1, UUID.class), row.getLong(2))).list();
        gone.forEach(each -> drop(handle, each.contentId(), erasure.id()));
        count(handle, erasure.id(), "objects", gone.size(), gone.stream().mapToLong(Gone::bytes).sum());
        return gone.size();
    }

    /// Locked ones too: without the tenant's key nobody can read them any more.
    private int versions(Handle handle, Erasure erasure) {
        List<Old> gone = handle.createQuery("""
                delete from version where (bucket_id, key, age) in
                  (select v.bucket_id, v.key, v.age from version v join bucket b on b.id = v.bucket_id
                   where b.owner_id = :tenant limit :most)
                returning id, bytes, marker""").bind("tenant", erasure.tenantId()).bind("most", PAGE)
                .map((row, context) -> new Old(new Gone(row.getObject(1, UUID.class), row.getLong(2)), row.getBoolean(3))).list();
        List<Gone> contents = gone.stream().filter(each -> !each.marker()).map(Old::gone).toList();
        contents.forEach(each -> drop(handle, each.contentId(), erasure.id()));
        count(handle, erasure.id(), "versions", contents.size(), contents.stream().mapToLong(Gone::bytes).sum());
        return gone.size();
    }

    /// What object locks of the tenant hold now.
    private static Held held(Handle handle, UUID tenantId, Instant now) {
        return handle.createQuery("""
                select count(*), count(*) filter (where retain_until > :now and lock_mode = 'COMPLIANCE'),
                  count(*) filter (where retain_until > :now and lock_mode = 'GOVERNANCE'), count(*) filter (where legal_hold),
                  max(retain_until) from
                (select o.lock_mode, o.retain_until, o.legal_hold from object o join bucket b on b.id = o.bucket_id
                 where b.owner_id = :tenant
                 union all
                 select v.lock_mode, v.retain_until, v.legal_hold from version v join bucket b on b.id = v.bucket_id
                 where b.owner_id = :tenant and not v.marker) as each
                where legal_hold or retain_until > :now""")
                .bind("tenant", tenantId).bind("now", now)
                .map((row, context) -> new Held(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4),
                        row.getTimestamp(5) == null ? null : row.getTimestamp(5).toInstant())).one();
    }

    private int uploads(Handle handle, Erasure erasure) {
        List<UUID> some = handle.createQuery("""
                select u.id from upload u join bucket b on b.id = u.bucket_id where b.owner_id = :tenant limit 10 for update of u""")
                .bind("tenant", erasure.tenantId()).mapTo(UUID.class).list();
        if (some.isEmpty()) {
            return 0;
        }
        List<Gone> parts = handle.createQuery("delete from part where upload_id in (<ids>) returning content_id, bytes")
                .bindList("ids", some).map((row, context) -> new Gone(row.getObject(1, UUID.class), row.getLong(2))).list();
        parts.forEach(each -> drop(handle, each.contentId(), erasure.id()));
        handle.createUpdate("delete from upload where id in (<ids>)").bindList("ids", some).execute();
        count(handle, erasure.id(), "uploads", some.size(), parts.stream().mapToLong(Gone::bytes).sum());
        return some.size();
    }

    /// What has segments under the tenant's keys and no row above it: deleted a while ago, given up, or being written.
    private int contents(Handle handle, Erasure erasure) {
        List<UUID> some = handle.createQuery("""
                select distinct s.content_id from segment s left join garbage g on g.content_id = s.content_id
                where s.tenant_id = :tenant and g.erasure_id is null limit :most""")
                .bind("tenant", erasure.tenantId()).bind("most", PAGE).mapTo(UUID.class).list();
        some.forEach(content -> drop(handle, content, erasure.id()));
        return some.size();
    }

    private void drop(Handle handle, UUID contentId, UUID erasureId) {
        handle.createUpdate("""
                insert into garbage (content_id, intent, due, erasure_id) values (:id, false, :due, :erasure)
                on conflict (content_id) do update set intent = false, due = excluded.due, erasure_id = excluded.erasure_id""")
                .bind("id", contentId).bind("due", clock.instant()).bind("erasure", erasureId).execute();
    }

    private static void count(Handle handle, UUID id, String what, int number, long bytes) {
        handle.createUpdate("update erasure set %s = %s + :number, bytes = bytes + :bytes where id = :id".formatted(what, what))
                .bind("number", number).bind("bytes", bytes).bind("id", id).execute();
    }

    private long left(UUID tenantId, UUID erasureId) {
        return database.read(handle -> handle.createQuery("""
                select (select count(*) from segment where tenant_id = :tenant) + (select count(*) from bucket where owner_id = :tenant)
                  + (select count(*) from garbage where erasure_id = :erasure) + (select count(*) from leftover where tenant_id = :tenant)""")
                .bind("tenant", tenantId).bind("erasure", erasureId).mapTo(Long.class).one());
    }

    private void end(UUID id, UUID tenantId) {
        Instant now = now();
        database.transact(handle -> {
            handle.createUpdate("update erasure set ended_at = :at where id = :id").bind("at", now).bind("id", id).execute();
            Erasure whole = handle.createQuery("select * from erasure where id = :id").bind("id", id)
                    .map((row, context) -> erasure(handle, row)).one();
            Signed signed = signing.sign(handle, document(whole));
            Audit.write(handle, now, "manager", "end erasure", tenantId.toString(), whole.objects() + " objects, "
                    + whole.hosts().stream().mapToLong(HostAnswer::deleted).sum() + " pieces deleted on " + whole.hosts().size() + " hosts");
            return handle.createUpdate("""
                    update erasure set document = :document, signature = :signature, signing_key = :key where id = :id""")
                    .bind("document", signed.document()).bind("signature", signed.signature()).bind("key", signed.key())
                    .bind("id", id).execute();
        });
        LOG.info("tenant {} is erased", tenantId);
    }

    private static byte[] document(Erasure erasure) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("document", "erasure receipt");
        document.put("erasure", erasure.id().toString());
        document.put("tenant", erasure.tenantId().toString());
        document.put("askedBy", erasure.actor());
        document.put("reason", erasure.reason());
        document.put("despiteLocks", erasure.despiteLocks());
        document.put("locksOverridden", erasure.locks());
        document.put("keysDestroyedAt", erasure.begunAt().toString());
        document.put("keyVersionsDestroyed", erasure.keys());
        document.put("accessKeysRevoked", erasure.accessKeys());
        document.put("buckets", erasure.buckets());
        document.put("objects", erasure.objects());
        document.put("versions", erasure.versions());
        document.put("uploads", erasure.uploads());
        document.put("bytes", erasure.bytes());
        List<Map<String, Object>> hosts = new ArrayList<>();
        for (HostAnswer host : erasure.hosts()) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("host", String.valueOf(host.host()));
            line.put("piecesDeleted", host.deleted());
            line.put("piecesOnRevokedHost", host.unheard());
            line.put("firstAnswer", String.valueOf(host.firstAt()));
            line.put("lastAnswer", String.valueOf(host.lastAt()));
            hosts.add(line);
        }
        document.put("hosts", hosts);
        document.put("endedAt", String.valueOf(erasure.endedAt()));
        return (JsonMapper.shared().writeValueAsString(document) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private Erasure erasure(Handle handle, ResultSet row) throws SQLException {
        UUID id = row.getObject("id", UUID.class);
        UUID tenantId = row.getObject("tenant_id", UUID.class);
        Map<Integer, HostAnswer> answers = new LinkedHashMap<>();
        handle.createQuery("select * from erasure_host where erasure_id = :id order by host").bind("id", id)
                .map((each, context) -> new HostAnswer(hostId(each.getInt("host")), each.getInt("host"), each.getLong("deleted"),
                        each.getLong("unheard"), 0, each.getTimestamp("first_at").toInstant(), each.getTimestamp("last_at").toInstant()))
                .forEach(answer -> answers.put(answer.alias(), answer));
        handle.createQuery("""
                select host, count(*) as pieces from (select unnest(hosts) as host from segment where tenant_id = :tenant) as held
                where host >= 0 group by host order by host""").bind("tenant", tenantId)
                .map((each, context) -> Map.entry(each.getInt("host"), each.getLong("pieces")))
                .forEach(held -> answers.merge(held.getKey(),
                        new HostAnswer(hostId(held.getKey()), held.getKey(), 0, 0, held.getValue(), null, null),
                        (answer, none) -> answer.still(held.getValue())));
        return new Erasure(id, tenantId, row.getString("actor"), row.getString("reason"), row.getBoolean("despite_locks"),
                row.getTimestamp("begun_at").toInstant(), row.getString("keys"), row.getInt("access_keys"), row.getLong("buckets"),
                row.getLong("objects"), row.getLong("versions"), row.getLong("uploads"), row.getLong("bytes"),
                instant(row, "listed_at"), instant(row, "ended_at"), row.getString("locks"), List.copyOf(answers.values()));
    }

    private @Nullable UUID hostId(int alias) {
        return hosts.byAlias(alias).map(Host::id).orElse(null);
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        return row.getTimestamp(column) == null ? null : row.getTimestamp(column).toInstant();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /// How far it is.
    ///
    /// @param keys     versions of the tenant's key that were destroyed
    /// @param bytes    plain, of objects, versions and parts
    /// @param locks    what object locks held when it began
    /// @param listedAt when no row of theirs was left but garbage
    /// @param endedAt  when no piece was left; null until then
    public record Erasure(UUID id, UUID tenantId, String actor, String reason, boolean despiteLocks, Instant begunAt, String keys,
            int accessKeys, long buckets, long objects, long versions, long uploads, long bytes, @Nullable Instant listedAt,
            @Nullable Instant endedAt, String locks, List<HostAnswer> hosts) {}

    /// @param deleted pieces the host said it deleted, or no longer has
    /// @param unheard pieces on a revoked host, which nobody can ask
    /// @param waiting pieces it still holds, because it is away
    public record HostAnswer(@Nullable UUID host, int alias, long deleted, long unheard, long waiting, @Nullable Instant firstAt,
            @Nullable Instant lastAt) {
        HostAnswer still(long pieces) {
            return new HostAnswer(host, alias, deleted, unheard, pieces, firstAt, lastAt);
        }
    }

    private record Gone(UUID contentId, long bytes) {}

    private record Old(Gone gone, boolean marker) {}

    /// Versions that locks hold; one may be under retention and legal hold.
    private record Held(long versions, long compliance, long governance, long holds, @Nullable Instant until) {
        @Override
        public String toString() {
            return versions == 0 ? "nothing" : versions + " versions (" + compliance + " in COMPLIANCE mode, " + governance
                    + " in GOVERNANCE mode, " + holds + " under legal hold)";
        }
    }
}
