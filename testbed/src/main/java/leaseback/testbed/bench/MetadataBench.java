package leaseback.testbed.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import leaseback.manager.customer.Customers;
import leaseback.manager.customer.Role;
import leaseback.manager.database.Database;
import leaseback.manager.database.PostgresServer;
import leaseback.manager.sealing.MasterKey;
import leaseback.manager.sealing.TenantKeys;
import leaseback.manager.storage.Attributes;
import leaseback.manager.storage.Bucket;
import leaseback.manager.storage.Buckets;
import leaseback.manager.storage.Listing;
import leaseback.manager.storage.ObjectStore;
import leaseback.manager.storage.Patience;
import leaseback.manager.storage.Precondition;
import leaseback.manager.storage.StorageFault;
import leaseback.manager.storage.Sweep;
import org.jspecify.annotations.Nullable;

/// What one call costs in buckets of ten thousand, a hundred thousand, a million (and, if asked for, ten million) objects, and
/// how much more that is than in the smallest: storage's own classes over the embedded PostgreSQL, small objects in rows, no hosts.
///
///     MetadataBench FOLDER --sizes 10000,100000,1000000 --calls 1000
///
/// Rows are loaded by the database from one object that was really put, so that they open like any other.
public final class MetadataBench implements AutoCloseable {
    private static final int BYTES = 256;
    private static final int FOLDERS = 2_000;
    private static final int BATCH = 100_000;

    private final PostgresServer server;
    private final Database database;
    private final long postgres;
    private final Buckets buckets;
    private final ObjectStore store;
    private final UUID owner;
    private final int calls;
    private final Random random = new Random(1);
    private final Map<String, Double> smallest = new LinkedHashMap<>();

    private MetadataBench(Path folder, int calls) throws IOException {
        this.calls = calls;
        server = PostgresServer.start(folder.resolve("postgres"));
        database = Database.open(server.jdbcUrl(), server.user(), server.password());
        postgres = Long.parseLong(Files.readAllLines(folder.resolve("postgres/cluster/postmaster.pid")).getFirst().strip());
        InstantSource clock = InstantSource.system();
        SecureRandom secrets = new SecureRandom();
        MasterKey key = MasterKey.at(folder.resolve("master-key"));
        owner = new Customers(database, key, clock, secrets).add("Ada", "ada@example.com", ZoneOffset.UTC, Set.of(Role.USER)).id();
        buckets = new Buckets(database, clock);
        NoHosts none = new NoHosts();
        store = new ObjectStore(database, new TenantKeys(database, key, clock, secrets), none, none, new Sweep(database, none, none, clock),
                clock, secrets, Patience.NORMAL);
    }

    public static void main(String[] arguments) throws Exception {
        long[] sizes = {10_000, 100_000, 1_000_000};
        int calls = 1000;
        for (int at = 1; at + 1 < arguments.length; at += 2) {
            switch (arguments[at]) {
                case "--sizes" -> sizes = Stream.of(arguments[at + 1].split(",")).mapToLong(Long::parseLong).sorted().toArray();
                case "--calls" -> calls = Integer.parseInt(arguments[at + 1]);
                default -> throw new IllegalArgumentException(arguments[at] + " is not --sizes or --calls");
            }
        }
        if (arguments.length == 0) {
            throw new IllegalArgumentException("name an empty folder");
        }
        try (MetadataBench bench = new MetadataBench(Path.of(arguments[0]), calls)) {
            System.out.printf(Locale.ROOT, "%-34s %10s %12s %12s %8s%n", "call", "objects", "wall us", "CPU us", "x least");
            bench.round(5000, false);
            for (long size : sizes) {
                bench.round(size, true);
            }
            bench.deletedStart(sizes[sizes.length - 1]);
            bench.rowSizes();
        }
    }

    /// All calls on a bucket of `size` objects; the first, small, round only warms up.
    private void round(long size, boolean told) throws Exception {
        Bucket bucket = buckets.create(owner, "size-" + size);
        load(bucket, size);
        measure("PUT, a new key", size, calls, told, number -> put(bucket, key(random.nextLong(size)) + "-new" + number));
        measure("PUT, over another", size, calls, told, number -> put(bucket, key(random.nextLong(size))));
        measure("GET", size, calls, told, number -> get(bucket, key(random.nextLong(size))));
        measure("HEAD", size, calls, told, number -> require(store.find(bucket, key(random.nextLong(size))).isPresent()));
        int pages = Math.max(1, calls / 20);
        measure("LIST 1000, from anywhere", size, pages, told, number -> list(bucket, "", null, key(random.nextLong(size / 2)), 1000));
        measure("LIST of 1000 folders, delimiter", size, pages, told, number -> list(bucket, "", "/", null, 1000));
        measure("LIST 2 of a folder, delimiter", size, calls, told,
                number -> list(bucket, key(random.nextLong(size)).substring(0, 6), "/", null, 2));
        measure("DELETE", size, calls, told, number -> store.delete(bucket, key(number)));
    }

    /// The first page of a bucket whose first half was just deleted, so that its rows are still there, dead.
    private void deletedStart(long size) throws Exception {
        Bucket bucket = buckets.create(owner, "deleted-start");
        load(bucket, size);
        measure("LIST 1000, before", size, 20, true, number -> list(bucket, "", null, null, 1000));
        database.transact(handle -> handle.createUpdate("delete from object where bucket_id = :bucket and key < :half")
                .bind("bucket", bucket.id()).bind("half", key(FOLDERS / 2)).execute());
        measure("LIST 1000, half deleted, first", size, 1, true, number -> list(bucket, "", null, null, 1000));
        measure("LIST 1000, half deleted, next", size, 20, true, number -> list(bucket, "", null, null, 1000));
        database.read(handle -> handle.execute("vacuum object"));
        measure("LIST 1000, half deleted, vacuumed", size, 20, true, number -> list(bucket, "", null, null, 1000));
    }

    /// What rows take, with their indexes; of segments also those that lie on twelve hosts.
    private void rowSizes() {
        long objects = one("select count(*) from object");
        long segments = one("select count(*) from segment");
        database.read(handle -> handle.execute("vacuum full object"));
        database.read(handle -> handle.execute("vacuum full segment"));
        System.out.printf(Locale.ROOT, "bytes a row with its indexes: object %d, segment with %d bytes inline %d%n",
                one("select pg_total_relation_size('object')") / objects, BYTES, one("select pg_total_relation_size('segment')") / segments);
        database.transact(handle -> handle.execute("create table on_hosts (like segment including all)"));
        database.transact(handle -> handle.createUpdate("""
                insert into on_hosts (content_id, start, bytes, root, k, hosts, sealed_key, inline, tenant_id, key_version, class)
                select gen_random_uuid(), 0, 67108864, gen_random_uuid(), 4, array[1,2,3,4,5,6,7,8,9,10,11,12], s.sealed_key, null,
                  s.tenant_id, s.key_version, s.class from (select * from segment limit 1) s, generate_series(1, 200000)""").execute());
        System.out.printf(Locale.ROOT, "bytes a row with its indexes: segment on twelve hosts %d%n",
                one("select pg_total_relation_size('on_hosts')") / 200_000);
    }

    private long one(String query) {
        return database.read(handle -> handle.createQuery(query).mapTo(Long.class).one());
    }

    /// Keys in 2,000 folders, whose numbers' order is their order.
    private static String key(long number) {
        return String.format(Locale.ROOT, "f%04d/object-%010d", number % FOLDERS, number / FOLDERS);
    }

    private void load(Bucket bucket, long size) throws StorageFault, IOException {
        put(bucket, "template");
        for (long from = 0; from < size; from += BATCH) {
            long first = from;
            long last = Math.min(size, from + BATCH) - 1;
            database.transact(handle -> handle.createUpdate("""
                    with made as (
                      select gen_random_uuid() as id, 'f' || lpad((i %% %1$d)::text, 4, '0') || '/object-' || lpad((i / %1$d)::text, 10, '0') as key
                      from generate_series(:first, :last) i),
                    template as (select * from object where bucket_id = :bucket and key = 'template'),
                    objects as (
                      insert into object (bucket_id, key, id, bytes, etag, checksums, headers, user_pairs, parts, part_numbers, part_bytes,
                                          modified_at, version, age)
                      select t.bucket_id, m.key, m.id, t.bytes, t.etag, t.checksums, t.headers, t.user_pairs, 0, '{}', '{}', t.modified_at,
                        'null', t.age from made m, template t)
                    insert into segment (content_id, start, bytes, root, k, hosts, sealed_key, inline, tenant_id, key_version, class)
                    select m.id, 0, s.bytes, s.root, 0, '{}', s.sealed_key, s.inline, s.tenant_id, s.key_version, s.class
                    from made m, template t, segment s where s.content_id = t.id""".formatted(FOLDERS))
                    .bind("first", first).bind("last", last).bind("bucket", bucket.id()).execute());
        }
        database.read(handle -> handle.execute("vacuum analyze object"));
        database.read(handle -> handle.execute("vacuum analyze segment"));
    }

    private void put(Bucket bucket, String key) throws StorageFault, IOException {
        store.put(bucket, key, Attributes.NONE, new Noise(random.nextLong(), BYTES), Precondition.NONE);
    }

    private void get(Bucket bucket, String key) throws StorageFault, IOException {
        ObjectStore.Sight sight = store.look(bucket, key).orElseThrow();
        try (ObjectStore.ObjectReader reader = store.open(sight, 0, sight.object().bytes(), null)) {
            reader.writeTo(OutputStream.nullOutputStream());
        }
    }

    private void list(Bucket bucket, String prefix, @Nullable String delimiter, @Nullable String after, int most) {
        Listing listing = store.list(bucket, prefix, delimiter, after, most);
        require(!listing.objects().isEmpty() || !listing.prefixes().isEmpty());
    }

    private static void require(boolean found) {
        if (!found) {
            throw new IllegalStateException("something that was loaded is not there");
        }
    }

    private void measure(String name, long size, int times, boolean told, Act act) throws Exception {
        List<Long> processes = List.of(ProcessHandle.current().pid(), postgres);
        double processor = ProcessTime.seconds(processes);
        List<Long> nanos = new ArrayList<>();
        for (int number = 0; number < times; number++) {
            long begun = System.nanoTime();
            act.once(number);
            nanos.add(System.nanoTime() - begun);
        }
        double each = (ProcessTime.seconds(processes) - processor) / times * 1e6;
        nanos.sort(null);
        if (told) {
            double median = nanos.get(times / 2) / 1e3;
            double least = smallest.computeIfAbsent(name, first -> median);
            System.out.printf(Locale.ROOT, "%-34s %10d %12.0f %12.0f %8.2f%n", name, size, median, each, median / least);
        }
    }

    @Override
    public void close() throws IOException {
        database.close();
        server.close();
    }

    private interface Act {
        void once(int number) throws Exception;
    }
}
