package leaseback.manager.storage;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import leaseback.manager.database.Database;
import leaseback.manager.sealing.TenantKeys;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The chore behind a tenant key's rotation: seals the keys of the tenant's segments by the newest version, page by page, and
/// destroys the versions that nothing needs any more. No byte of data is read or written.
public final class SegmentKeys {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentKeys.class);
    private static final int PAGE = 500;
    /// Other managers seal with an old version for a minute after a new one came, and note it at once.
    private static final Duration IN_USE = Duration.ofHours(1);

    private final Database database;
    private final TenantKeys keys;
    private final InstantSource clock;

    public SegmentKeys(Database database, TenantKeys keys, InstantSource clock) {
        this.database = database;
        this.keys = keys;
        this.clock = clock;
    }

    /// All tenants whose key was rotated; how many segment keys were sealed again.
    public int run() {
        int all = 0;
        for (TenantKeys.Wrapped newest : keys.rotated()) {
            int sealed = turn(newest);
            all += sealed;
            if (sealed > 0) {
                LOG.info("sealed the keys of {} segments of tenant {} again, by version {}", sealed, newest.tenantId(), newest.version());
            }
            if (older(newest).isEmpty()) {
                List<Integer> gone = database.transact(handle ->
                        keys.retire(handle, newest.tenantId(), clock.instant().minus(IN_USE)));
                if (!gone.isEmpty()) {
                    keys.forget(newest.tenantId());
                    LOG.info("destroyed versions {} of the key of tenant {}", gone, newest.tenantId());
                }
            }
        }
        return all;
    }

    /// Gives segments that the Kms itself sealed, before there were tenant keys, to the keys of their buckets' owners.
    ///
    /// @return how many
    public int adopt() {
        int all = 0;
        while (true) {
            List<Old> page = database.read(handle -> handle.createQuery("""
                    select s.content_id, s.start, s.root, s.sealed_key, b.owner_id
                    from segment s join object o on o.id = s.content_id join bucket b on b.id = o.bucket_id where s.tenant_id is null
                    union all
                    select s.content_id, s.start, s.root, s.sealed_key, b.owner_id
                    from segment s join version v on v.id = s.content_id join bucket b on b.id = v.bucket_id where s.tenant_id is null
                    union all
                    select s.content_id, s.start, s.root, s.sealed_key, b.owner_id
                    from segment s join part p on p.content_id = s.content_id join upload u on u.id = p.upload_id
                      join bucket b on b.id = u.bucket_id where s.tenant_id is null
                    limit :most""").bind("most", 10 * PAGE)
                    .map((row, context) -> new Old(row.getObject(1, UUID.class), row.getLong(2), row.getObject(3, UUID.class),
                            row.getBytes(4), row.getObject(5, UUID.class))).list());
            int moved = page.stream().mapToInt(this::again).sum();
            all += moved;
            if (moved == 0) {
                return all;
            }
        }
    }

    /// Segments whose key only the Kms itself sealed.
    public long direct() {
        return database.read(handle -> handle.createQuery("select count(*) from segment where tenant_id is null")
                .mapTo(Long.class).one());
    }

    private int turn(TenantKeys.Wrapped newest) {
        int all = 0;
        while (true) {
            int now = older(newest).stream().mapToInt(this::again).sum();
            all += now;
            if (now == 0) {
                return all;
            }
        }
    }

    private List<Old> older(TenantKeys.Wrapped newest) {
        return database.read(handle -> handle.createQuery("""
                select content_id, start, root, sealed_key, tenant_id from segment
                where tenant_id = :tenant and key_version < :version limit :most""")
                .bind("tenant", newest.tenantId()).bind("version", newest.version()).bind("most", PAGE)
                .map((row, context) -> new Old(row.getObject(1, UUID.class), row.getLong(2), row.getObject(3, UUID.class),
                        row.getBytes(4), row.getObject(5, UUID.class))).list());
    }

    private int again(Old old) {
        String purpose = Segment.purpose(old.root());
        byte[] sealed = keys.seal(old.tenantId(), keys.open(old.sealed(), purpose), purpose);
        int version = TenantKeys.wrapped(sealed).orElseThrow().version();
        return database.transact(handle -> handle.createUpdate("""
                update segment set sealed_key = :new, tenant_id = :tenant, key_version = :version
                where content_id = :content and start = :start and sealed_key = :old""")
                .bind("new", sealed).bind("tenant", old.tenantId()).bind("version", version).bind("content", old.contentId())
                .bind("start", old.start()).bind("old", old.sealed()).execute());
    }

    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    private record Old(UUID contentId, long start, UUID root, byte[] sealed, UUID tenantId) {}
}
