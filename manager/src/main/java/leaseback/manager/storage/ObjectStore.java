package leaseback.manager.storage;

import java.io.IOException;
import java.io.OutputStream;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import leaseback.manager.database.Database;
import leaseback.manager.fleet.Lines;
import leaseback.manager.sealing.TenantErased;
import leaseback.manager.sealing.TenantKeys;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Puts, finds, reads, lists and deletes objects.
///
/// A PUT's way: `put` -> [ContentWriter] (cuts into segments) -> [SegmentWriter] (stripes, sealed and coded) ->
/// one [PieceSink] a host; then one transaction makes the content an object. A GET's way: `open` -> [RangeReader] ->
/// [SegmentReader] -> [PieceSource]. What is given up or deleted becomes garbage, and [Sweep] takes it off the hosts.
public final class ObjectStore {
    private static final UUID NOBODY = new UUID(0, 0);
    private final Means means;
    private final Allowance allowance;
    private final BucketOwners owners;
    private final SmallObjects small;
    private final Constraints constraints;
    private final Turns writing = Turns.within("uploads", 8);
    private final Turns reading = Turns.within("downloads", 4);

    /// @param random must be cryptographically strong outside tests: segment keys come from it; used by many threads
    public ObjectStore(Database database, TenantKeys keys, Hosts hosts, Lines lines, Sweep sweep, InstantSource clock,
            RandomGenerator random, Patience patience) {
        this(database, keys, hosts, lines, sweep, clock, random, patience, new Allowance(database, clock, Long.MAX_VALUE));
    }

    /// @param allowance of each customer
    public ObjectStore(Database database, TenantKeys keys, Hosts hosts, Lines lines, Sweep sweep, InstantSource clock,
            RandomGenerator random, Patience patience, Allowance allowance) {
        this.allowance = allowance;
        this.constraints = new Constraints(database, clock);
        this.means = new Means(database, keys, hosts, lines, sweep,
                new Contents(database, clock, patience), clock, random, patience, new Tally(), new Staging());
        this.owners = new BucketOwners(database);
        this.small = new SmallObjects(database);
    }

    /// Stores all of `content` under `key`, in place of what was there. Returns once it is durable as promised.
    ///
    /// @throws IOException what `content` threw; nothing was stored
    public StoredObject put(Bucket bucket, String key, Attributes attributes, Content content, Precondition precondition)
            throws StorageFault, IOException {
        allowance.require(bucket.ownerId(), Math.max(0, content.length()));
        return take(Tenancy.of(bucket).as(attributes), content, true, written -> {
            Instant now = means.clock().instant().truncatedTo(ChronoUnit.MILLIS);
            StoredObject object = new StoredObject(written.contentId(), bucket.id(), key, StoredObject.NULL_VERSION,
                    written.bytes(), written.digests(), locked(bucket, attributes, now), 0, now);
            boolean simple = bucket.versioning() == Versioning.OFF && precondition.equals(Precondition.NONE) && !written.streamed();
            if (simple && small.put(object, written, means.contents().afterGrace(), now)) {
                return object;
            }
            return means.database().transact(handle -> {
                means.contents().keep(handle, written);
                ObjectRows.Replaced replaced = ObjectRows.replace(handle, bucket.versioning(), object, List.of(), precondition);
                replaced.freed().forEach(old -> means.contents().drop(handle, old, means.contents().afterGrace()));
                return replaced.object();
            });
        });
    }

    /// With the lock that the bucket gives to what brings no retention of its own.
    static Attributes locked(Bucket bucket, Attributes attributes, Instant now) {
        LockRule rule = bucket.lockRule();
        boolean own = attributes.lock().mode() != null;
        return rule == null || own ? attributes : attributes.withLock(rule.from(now).withHold(attributes.lock().hold()));
    }

    /// Writes a content, and commits it; when either fails, nothing of it is left.
    <T> T take(Tenancy tenancy, Content content, Commit<T> commit) throws StorageFault, IOException {
        allowance.require(tenancy.tenantId(), Math.max(0, content.length()));
        return take(tenancy, content, false, commit);
    }

    /// Beside what the customer is allowed: for bytes that are counted already.
    ///
    /// @param stageable whether it may wait in its row to be packed when it is small
    <T> T take(Tenancy tenancy, Content content, boolean stageable, Commit<T> commit) throws StorageFault, IOException {
        means.hosts().requireStorageClass(tenancy.storageClass());
        boolean small = content.length() >= 0 && content.length() <= Segment.INLINE_BYTES;
        if (small) {
            return takeNow(tenancy, content, stageable, commit);
        }
        writing.take(tenancy.tenantId());
        try {
            return takeNow(tenancy, content, stageable, commit);
        } finally {
            writing.giveBack(tenancy.tenantId());
        }
    }

    private <T> T takeNow(Tenancy tenancy, Content content, boolean stageable, Commit<T> commit) throws StorageFault, IOException {
        // What stays in its row asks no host.
        boolean inline = content.length() >= 0 && content.length() <= Segment.INLINE_BYTES;
        ContentWriter writer = new ContentWriter(inline ? means : means.with(constraints.within(tenancy, means.hosts())), tenancy, content,
                stageable);
        Written written;
        try {
            written = writer.write();
            if (written.streamed()) {
                constraints.note(tenancy, written.contentId());
            }
        } catch (TenantErased erased) {
            throw new StorageFault(StorageFault.Reason.NO_SUCH_BUCKET, "the bucket's owner and all of theirs was erased");
        } catch (StorageFault refused) {
            throw constraints.explained(tenancy, refused);
        }
        if (content.length() < 0) {
            requireRoom(tenancy, written, writer);
        }
        try {
            T result = commit.run(written);
            allowance.took(tenancy.tenantId(), written.bytes());
            return result;
        } catch (Refused refused) {
            writer.giveUp();
            throw refused.fault();
        } catch (RuntimeException failed) {
            // When the commit's answer was lost the content may be held: then there is no intent, and giving up does nothing.
            writer.giveUp();
            if (isForeignKey(failed)) {
                throw new StorageFault(StorageFault.Reason.NO_SUCH_BUCKET, "the bucket was deleted meanwhile");
            }
            throw failed;
        }
    }

    private void requireRoom(Tenancy tenancy, Written written, ContentWriter writer) throws StorageFault {
        try {
            allowance.require(tenancy.tenantId(), written.bytes());
        } catch (StorageFault full) {
            writer.giveUp();
            throw full;
        }
    }

    /// Seals and codes small cells until the JVM has compiled what every PUT and GET runs: cold, a cell takes a hundred times as long.
    /// Some seconds of one core; for a thread of its own at start.
    public static void warmUp() {
        CellSeal seal = new CellSeal(new byte[CellSeal.KEY_BYTES]);
        byte[] plain = new byte[4096];
        byte[] cell = new byte[plain.length + CellSeal.TAG_BYTES];
        for (int round = 0; round < 4000; round++) {
            seal.seal(0, round, plain, 0, plain.length, cell);
            seal.open(0, round, cell, plain.length, plain, 0);
            seal.tag(1, round, cell, plain.length);
        }
    }

    public Optional<StoredObject> find(Bucket bucket, String key) {
        return means.database().read(handle -> ObjectRows.find(handle, bucket.id(), key));
    }

    /// As `find`, for those who will most likely read it: small ones come with their bytes.
    public Optional<Sight> look(Bucket bucket, String key) {
        return small.find(bucket.id(), key).map(seen -> new Sight(seen.object(), seen.inline()));
    }

    /// Opens bytes of what was looked at; a small object reads even when it was deleted meanwhile.
    ///
    /// @param cover the key that it was stored under; null for none
    public ObjectReader open(Sight sight, long from, long length, @Nullable Cover cover) throws StorageFault {
        Segment segment = sight.inline;
        if (segment == null) {
            return open(sight.object, from, length, cover);
        }
        requireRange(sight.object, from, length);
        return new RangeReader(means, segment, from, length, cover);
    }

    /// Opens bytes `from` to `from + length` of the object; the first bytes are at hand when it returns,
    /// so that a failure is known before an answer's head is sent.
    public ObjectReader open(StoredObject object, long from, long length) throws StorageFault {
        return open(object, from, length, null);
    }

    /// As `open`, of an object that was stored under this key; NEEDS_KEY where there is none and one is needed.
    public ObjectReader open(StoredObject object, long from, long length, @Nullable Cover cover) throws StorageFault {
        requireRange(object, from, length);
        // What is kept in the row holds no cells, so it takes no turn.
        boolean small = object.bytes() <= Segment.INLINE_BYTES;
        UUID customer = small ? NOBODY : owners.of(object.bucketId());
        if (!small) {
            reading.take(customer);
        }
        means.sweep().readBegins(object.id());
        Runnable end = () -> {
            means.sweep().readEnds(object.id());
            if (!small) {
                reading.giveBack(customer);
            }
        };
        try {
            return new RangeReader(means, object.id(), from, length, cover).atClose(end);
        } catch (StorageFault | RuntimeException failed) {
            end.run();
            throw failed;
        }
    }

    private static void requireRange(StoredObject object, long from, long length) {
        if (from < 0 || length < 0 || length > object.bytes() - from) {
            throw new IllegalArgumentException("bytes " + from + " to " + (from + length) + " of an object of " + object.bytes());
        }
    }

    /// Where part `number` of a multipart object lies; empty when it has no such part.
    /// An object that came in a single PUT is its own part 1.
    public Optional<PartRange> part(StoredObject object, int number) {
        if (object.parts() == 0) {
            return number == 1 ? Optional.of(new PartRange(0, object.bytes(), null)) : Optional.empty();
        }
        return means.database().read(handle -> ObjectRows.parts(handle, object)).stream()
                .filter(part -> part.number() == number).map(ObjectRows.PartAt::range).findFirst();
    }

    /// The parts it was uploaded in, by number; none for a single PUT.
    public List<PartSize> parts(StoredObject object) {
        return means.database().read(handle -> ObjectRows.parts(handle, object)).stream()
                .map(part -> new PartSize(part.number(), part.range().bytes(), part.range().checksum())).toList();
    }

    /// Takes what stands under the key away, or, in a bucket with versions, puts a marker before it; whether anything changed.
    public boolean delete(Bucket bucket, String key) {
        if (bucket.versioning() == Versioning.OFF) {
            SmallObjects.Gone gone = small.delete(bucket.id(), key, means.contents().afterGrace());
            if (gone.versioning() == Versioning.OFF) {
                return gone.deleted();
            }
        }
        return means.database().transact(handle -> away(handle, bucket, key, Deletion.PLAIN)).marker();
    }

    /// As `delete`, if what stands under the key is what the caller means.
    public Deletion.Outcome delete(Bucket bucket, String key, Deletion deletion) throws StorageFault {
        if (bucket.versioning() == Versioning.OFF && !deletion.conditional()) {
            SmallObjects.Gone gone = small.delete(bucket.id(), key, means.contents().afterGrace());
            if (gone.versioning() == Versioning.OFF) {
                return Deletion.Outcome.NOTHING;
            }
        }
        try {
            return means.database().transact(handle -> away(handle, bucket, key, deletion));
        } catch (Refused refused) {
            throw refused.fault();
        }
    }

    /// The bucket may have got versions since it was looked at: then nothing may be deleted for good any more.
    private Deletion.Outcome away(Handle handle, Bucket bucket, String key, Deletion deletion) {
        KeyHistory history = KeyHistory.of(handle, bucket.id(), key, means.clock().instant().truncatedTo(ChronoUnit.MILLIS));
        Versioning versioning = ObjectRows.versioning(handle, bucket.id());
        return free(handle, versioning == Versioning.OFF ? history.remove(StoredObject.NULL_VERSION, deletion)
                : history.mark(versioning, deletion)).outcome();
    }

    KeyHistory.Removed free(Handle handle, KeyHistory.Removed removed) {
        removed.freed().forEach(old -> means.contents().drop(handle, old, means.contents().afterGrace()));
        return removed;
    }

    /// @param prefix    only keys that start with it; may be empty
    /// @param delimiter keys that share what comes up to its first appearance after the prefix count as one; null for none
    /// @param after     only keys and common prefixes behind this one; null from the start
    /// @param most      1 to 1000 entries, objects and prefixes together
    public Listing list(Bucket bucket, String prefix, @Nullable String delimiter, @Nullable String after, int most) {
        return means.database().read(handle -> new Lister(handle, bucket.id(), prefix, delimiter, most).list(after));
    }

    /// How much is kept. Counts rows: for a page that a person looks at.
    public Totals totals() {
        return means.database().read(handle -> handle.createQuery("""
                select (select count(*) from bucket) as buckets, count(*) as objects, coalesce(sum(bytes), 0) as bytes
                from object""")
                .map((row, context) -> new Totals(row.getLong(1), row.getLong(2), row.getLong(3))).one());
    }

    /// What has passed and what went wrong since this manager started.
    public StorageCounts counts() {
        return means.tally().counts();
    }

    /// Where what is stored may lie.
    public Constraints constraints() {
        return constraints;
    }

    Means means() {
        return means;
    }

    private static boolean isForeignKey(Throwable failed) {
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && "23503".equals(sql.getSQLState())) {
                return true;
            }
        }
        return false;
    }

    /// An object found to be read.
    public static final class Sight {
        private final StoredObject object;
        private final @Nullable Segment inline;

        private Sight(StoredObject object, @Nullable Segment inline) {
            this.object = object;
            this.inline = inline;
        }

        public StoredObject object() {
            return object;
        }
    }

    /// @param bytes plain, of all objects
    public record Totals(long buckets, long objects, long bytes) {}

    /// One part of an object.
    ///
    /// @param checksum by the object's algorithm, as the part's digests had it; null where none is kept
    public record PartSize(int number, long bytes, @Nullable String checksum) {}

    /// First byte and count.
    ///
    /// @param checksum as in [PartSize]
    public record PartRange(long from, long bytes, @Nullable String checksum) {}

    /// Bytes on their way out.
    public interface ObjectReader extends AutoCloseable {
        /// Writes all that was asked for. What `out` throws passes unchanged.
        void writeTo(OutputStream out) throws StorageFault, IOException;

        @Override
        void close();
    }

    /// Makes a written content part of what is stored, in one transaction; throws [Refused] to leave it.
    interface Commit<T> {
        T run(Written written);
    }

    /// What the classes of this package work with.
    record Means(Database database, TenantKeys keys, Hosts hosts, Lines lines, Sweep sweep, Contents contents,
            InstantSource clock, RandomGenerator random, Patience patience, Tally tally, Staging staging) {
        Means with(Hosts others) {
            return new Means(database, keys, others, lines, sweep, contents, clock, random, patience, tally, staging);
        }
    }
}
