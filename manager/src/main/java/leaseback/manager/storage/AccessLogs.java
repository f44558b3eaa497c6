package leaseback.manager.storage;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import leaseback.manager.database.Database;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Records of access, from when they are written until they are delivered as an object of a log. They wait in the database, so
/// that no manager's death loses them and any manager can deliver what any wrote.
public final class AccessLogs {
    /// A record waits at most so many times its log's roll time when no later one comes.
    private static final int PATIENCE = 2;
    private static final int TRIES = 20;
    /// Whoever delivers a batch has it for so long.
    private static final Duration CLAIM = Duration.ofMinutes(2);
    private final Database database;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final AtomicInteger sequence = new AtomicInteger();

    public AccessLogs(ObjectStore store) {
        this.database = store.means().database();
        this.clock = store.means().clock();
        this.random = store.means().random();
    }

    /// How objects of a log are named: under the prefix alone, or parted by source and the day of the event or of the delivery.
    public enum Form { SIMPLE, EVENT_TIME, DELIVERY_TIME }

    /// Where records of a source go.
    ///
    /// @param roll after so long a new object is begun
    public record Destination(Bucket target, String prefix, Form form, String source, UUID sourceOwner, Duration roll) {
        private String partition() {
            return form == Form.SIMPLE ? "" : source;
        }
    }

    /// What becomes one object.
    ///
    /// @param closedAt null while records may still come
    public record Batch(UUID id, String target, String prefix, Form form, String source, UUID sourceOwner, Instant openedAt,
            @Nullable Instant closedAt) {}

    /// Keeps records: when this returns they are durable.
    ///
    /// @throws StorageFault when the target is gone
    public void add(Destination to, List<String> lines) throws StorageFault {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Instant now = now();
            try {
                UUID full = database.transact(handle -> add(handle, to, lines, now));
                if (full == null) {
                    return;
                }
                // In a transaction of its own: two that hold the row and both want to change it would wait for each other.
                close(full, now, now);
            } catch (Refused refused) {
                throw refused.fault();
            }
        }
        throw new IllegalStateException("no batch of the log " + to.target().name() + "/" + to.prefix() + " stayed open for a record, "
                + TRIES + " times over");
    }

    /// @return a batch that must be closed first; null when the records are kept
    private @Nullable UUID add(Handle handle, Destination to, List<String> lines, Instant now) {
        UUID id = null;
        for (int attempt = 0; id == null && attempt < TRIES; attempt++) {
            // Shared: records come beside each other, and closing waits for those under way.
            Optional<Batch> open = handle.createQuery("""
                    select l.*, b.name as target from log_batch l join bucket b on b.id = l.target_id
                    where l.target_id = :target and l.prefix = :prefix and l.partition = :partition and l.closed_at is null
                    for share of l""")
                    .bind("target", to.target().id()).bind("prefix", to.prefix()).bind("partition", to.partition())
                    .map((row, context) -> batch(row)).findOne();
            if (open.isPresent()) {
                if (isFull(open.get(), to, now)) {
                    return open.get().id();
                }
                id = open.get().id();
            } else {
                id = open(handle, to, now, null, now.plus(to.roll().multipliedBy(PATIENCE))).orElse(null);
            }
        }
        if (id == null) {
            throw new IllegalStateException("no batch of the log " + to.target().name() + "/" + to.prefix() + " could be opened");
        }
        var batch = handle.prepareBatch("insert into log_record (batch_id, id, line) values (:batch, :id, :line)");
        for (String line : lines) {
            batch.bind("batch", id).bind("id", timely(now)).bind("line", line).add();
        }
        batch.execute();
        return null;
    }

    private static boolean isFull(Batch open, Destination to, Instant now) {
        return !now.isBefore(open.openedAt().plus(to.roll()))
                || to.form() == Form.EVENT_TIME && !day(now).equals(day(open.openedAt()));
    }

    private static LocalDate day(Instant at) {
        return at.atOffset(ZoneOffset.UTC).toLocalDate();
    }

    private Optional<UUID> open(Handle handle, Destination to, Instant now, @Nullable Instant closed, Instant due) {
        UUID id = UUID.randomUUID();
        int opened = handle.createUpdate("""
                insert into log_batch (id, target_id, prefix, partition, source, source_owner, form, opened_at, closed_at, due)
                select :id, b.id, :prefix, :partition, :source, :owner, :form, :now, :closed, :due from bucket b where b.id = :target
                on conflict do nothing""")
                .bind("id", id).bind("target", to.target().id()).bind("prefix", to.prefix()).bind("partition", to.partition())
                .bind("source", to.source()).bind("owner", to.sourceOwner()).bind("form", to.form().name())
                .bind("now", now).bind("closed", closed).bind("due", due).execute();
        if (opened == 1) {
            return Optional.of(id);
        }
        boolean there = handle.createQuery("select exists (select 1 from bucket where id = :id)").bind("id", to.target().id())
                .mapTo(Boolean.class).one();
        if (!there) {
            throw new Refused(StorageFault.Reason.NO_SUCH_BUCKET, "there is no bucket named " + to.target().name());
        }
        return Optional.empty();
    }

    /// Closes what is open there, and claims it for the caller to deliver.
    ///
    /// @param always whether an empty one is made where no record waits
    /// @throws StorageFault when the target is gone
    public Optional<Batch> close(Destination to, boolean always) throws StorageFault {
        Instant now = now();
        try {
            Optional<UUID> closed = database.transact(handle -> {
                Optional<UUID> open = handle.createQuery("""
                        select id from log_batch where target_id = :target and prefix = :prefix and partition = :partition
                        and closed_at is null for update""")
                        .bind("target", to.target().id()).bind("prefix", to.prefix()).bind("partition", to.partition())
                        .mapTo(UUID.class).findOne();
                if (open.isEmpty()) {
                    return always ? open(handle, to, now, now, now.plus(CLAIM)) : open;
                }
                close(handle, open.get(), now, now.plus(CLAIM));
                return open;
            });
            return closed.flatMap(this::find);
        } catch (Refused refused) {
            throw refused.fault();
        }
    }

    /// Batches whose time has come, the oldest first.
    public List<Batch> due(int most) {
        return database.read(handle -> handle.createQuery("""
                select l.*, b.name as target from log_batch l join bucket b on b.id = l.target_id
                where l.due <= :now order by l.due limit :most""")
                .bind("now", now()).bind("most", most).map((row, context) -> batch(row)).list());
    }

    /// Closes a batch if it is open, and claims it for so long; empty when another manager was faster.
    public Optional<Batch> claim(Batch batch) {
        Instant now = now();
        int claimed = database.transact(handle -> handle.createUpdate("""
                update log_batch set closed_at = coalesce(closed_at, :now), due = :until where id = :id and due <= :now""")
                .bind("id", batch.id()).bind("now", now).bind("until", now.plus(CLAIM)).execute());
        return claimed == 0 ? Optional.empty() : find(batch.id());
    }

    /// Bytes of a closed batch, its lines' ends counted.
    public long bytes(Batch batch) {
        return database.read(handle -> handle
                .createQuery("select coalesce(sum(octet_length(line) + 1), 0) from log_record where batch_id = :id")
                .bind("id", batch.id()).mapTo(Long.class).one());
    }

    /// Records after one, in the order they came.
    ///
    /// @param after null for the first
    public List<Line> lines(Batch batch, @Nullable UUID after, int most) {
        UUID from = after == null ? new UUID(0, 0) : after;
        return database.read(handle -> handle.createQuery("""
                select id, line from log_record where batch_id = :batch and id > :after order by id limit :most""")
                .bind("batch", batch.id()).bind("after", from).bind("most", most)
                .map((row, context) -> new Line(row.getObject("id", UUID.class), row.getString("line"))).list());
    }

    /// One record.
    public record Line(UUID id, String text) {}

    /// It is delivered, or given up: nothing of it is kept.
    public void drop(Batch batch) {
        database.transact(handle -> handle.createUpdate("delete from log_batch where id = :id").bind("id", batch.id()).execute());
    }

    /// Not to be tried again before this.
    public void putOff(Batch batch, Instant until) {
        database.transact(handle -> handle.createUpdate("update log_batch set due = :until where id = :id")
                .bind("until", until).bind("id", batch.id()).execute());
    }

    private void close(UUID id, Instant now, Instant due) {
        database.transact(handle -> close(handle, id, now, due));
    }

    private static int close(Handle handle, UUID id, Instant now, Instant due) {
        return handle.createUpdate("update log_batch set closed_at = :now, due = :due where id = :id and closed_at is null")
                .bind("now", now).bind("due", due).bind("id", id).execute();
    }

    private Optional<Batch> find(UUID id) {
        return database.read(handle -> handle.createQuery("""
                select l.*, b.name as target from log_batch l join bucket b on b.id = l.target_id where l.id = :id""")
                .bind("id", id).map((row, context) -> batch(row)).findOne());
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    /// Larger than all of an earlier millisecond, and than those of this manager in the same.
    private UUID timely(Instant now) {
        return new UUID(now.toEpochMilli() << 16 | sequence.getAndIncrement() & 0xffff, random.nextLong());
    }

    private static Batch batch(ResultSet row) throws SQLException {
        Timestamp closed = row.getTimestamp("closed_at");
        return new Batch(row.getObject("id", UUID.class), row.getString("target"), row.getString("prefix"),
                Form.valueOf(row.getString("form")), row.getString("source"), row.getObject("source_owner", UUID.class),
                row.getTimestamp("opened_at").toInstant(), closed == null ? null : closed.toInstant());
    }
}
