package leaseback.manager.storage;

import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import leaseback.manager.audit.Audit;
import leaseback.manager.database.Database;
import leaseback.manager.fleet.Host;
import org.jdbi.v3.core.Handle;

/// What customers, or single buckets, demand of the hosts; both hold. Every manager obeys a change within five seconds, for what is
/// written or repaired from then on.
public final class Constraints {
    private static final Duration FRESH = Duration.ofSeconds(5);
    private static final int MOST_CACHED = 10_000;
    private final Database database;
    private final InstantSource clock;
    private final Map<UUID, Read> cache = new ConcurrentHashMap<>();

    public Constraints(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /// @param subjectId of a customer or bucket
    /// @param actor     for the audit
    public void set(UUID subjectId, Constraint constraint, String actor) {
        database.transact(handle -> {
            Audit.write(handle, clock.instant(), actor, "constrain placement", subjectId.toString(), constraint.toString());
            handle.createUpdate("delete from placement_constraint where subject_id = :id").bind("id", subjectId).execute();
            return constraint.isNone() ? 0 : handle.createUpdate("""
                    insert into placement_constraint (subject_id, places, not_owners) values (:id, :places, :owners)""")
                    .bind("id", subjectId).bindBySqlType("places", array(handle, "text", constraint.places().toArray()), Types.ARRAY)
                    .bindBySqlType("owners", array(handle, "uuid", constraint.notOwners().toArray()), Types.ARRAY).execute();
        });
        cache.remove(subjectId);
    }

    /// Of that very customer or bucket.
    public Constraint find(UUID subjectId) {
        Instant now = clock.instant();
        Read known = cache.get(subjectId);
        if (known != null && now.isBefore(known.until())) {
            return known.constraint();
        }
        Constraint read = database.read(handle -> handle
                .createQuery("select places, not_owners from placement_constraint where subject_id = :id").bind("id", subjectId)
                .map((row, context) -> new Constraint(Set.of((String[]) row.getArray(1).getArray()),
                        Set.of((UUID[]) row.getArray(2).getArray()))).findOne()).orElse(Constraint.NONE);
        if (cache.size() >= MOST_CACHED) {
            cache.clear();
        }
        cache.put(subjectId, new Read(read, now.plus(FRESH)));
        return read;
    }

    /// Those of `hosts` that may take a piece of the segment, by what its owner demands and what its bucket demanded.
    public List<Host> allowed(Segment segment, List<Host> hosts) {
        record Bound(Optional<UUID> tenant, Optional<UUID> bucket) {}

        Bound bound = database.read(handle -> handle
                .createQuery("select tenant_id, bound_by from segment where content_id = :content and start = :start")
                .bind("content", segment.contentId()).bind("start", segment.start())
                .map((row, context) -> new Bound(Optional.ofNullable(row.getObject(1, UUID.class)),
                        Optional.ofNullable(row.getObject(2, UUID.class)))).findOne()).orElse(new Bound(Optional.empty(), Optional.empty()));
        List<Constraint> demands = Stream.concat(bound.tenant().stream(), bound.bucket().stream()).map(this::find).toList();
        return hosts.stream().filter(host -> demands.stream().allMatch(demand -> demand.allows(host))).toList();
    }

    /// The hosts as one who stores for `tenancy` may see them.
    Hosts within(Tenancy tenancy, Hosts hosts) {
        Constraint owners = find(tenancy.tenantId());
        Constraint buckets = find(tenancy.bucketId());
        return owners.isNone() && buckets.isNone() ? hosts : new AllowedHosts(hosts, List.of(owners, buckets));
    }

    /// The same refusal, saying what demands narrowed the choice.
    StorageFault explained(Tenancy tenancy, StorageFault refused) {
        List<Constraint> demands = Stream.of(tenancy.tenantId(), tenancy.bucketId()).map(this::find).filter(each -> !each.isNone()).toList();
        return refused.reason() != StorageFault.Reason.NOT_ENOUGH_HOSTS || demands.isEmpty() ? refused
                : new StorageFault(refused.reason(), refused.getMessage() + "; only hosts count that are allowed: "
                        + demands.stream().map(Constraint::toString).collect(java.util.stream.Collectors.joining("; and ")));
    }

    /// Notes that the bucket's constraint held when this was written.
    void note(Tenancy tenancy, UUID contentId) {
        if (!find(tenancy.bucketId()).isNone()) {
            database.transact(handle -> handle.createUpdate("update segment set bound_by = :bucket where content_id = :content")
                    .bind("bucket", tenancy.bucketId()).bind("content", contentId).execute());
        }
    }

    private static java.sql.Array array(Handle handle, String type, Object[] values) {
        try {
            return handle.getConnection().createArrayOf(type, Arrays.copyOf(values, values.length));
        } catch (java.sql.SQLException broken) {
            throw new IllegalStateException("cannot make an array for the database", broken);
        }
    }

    private record Read(Constraint constraint, Instant until) {}
}
