package leaseback.manager.web;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import leaseback.manager.catalog.Catalog;
import leaseback.manager.customer.Customer;
import leaseback.manager.customer.Customers;
import leaseback.manager.customer.Role;
import leaseback.manager.database.Database;
import leaseback.manager.fleet.Exchange;
import leaseback.manager.fleet.Fleet;
import leaseback.manager.fleet.LineFault;
import leaseback.manager.fleet.Lines;
import leaseback.manager.lease.Leases;
import leaseback.manager.order.Channel;
import leaseback.manager.order.ClaimCodes;
import leaseback.manager.order.Factory;
import leaseback.manager.order.Order;
import leaseback.manager.order.OrderState;
import leaseback.manager.order.Orders;
import leaseback.manager.order.QuoteRequest;
import leaseback.manager.order.Quotes;
import leaseback.manager.order.SigningKeys;
import leaseback.manager.order.Verdict;
import leaseback.manager.sealing.MasterKey;
import leaseback.manager.storage.Bucket;
import leaseback.manager.storage.Buckets;
import leaseback.manager.storage.StorageFault;

/// A database with customers, orders, hosts and objects in it, as the manager's packages leave them there.
/// Only the lines are put up by hand: no agents run.
final class ConsoleWorld {
    final Database database;
    final InstantSource clock;
    final RandomGenerator random;
    final Catalog catalog;
    final Customers customers;
    final Leases leases;
    final Quotes quotes;
    final Orders orders;
    final Factory factory;
    final Fleet fleet;
    final Buckets buckets;
    final Set<UUID> up = ConcurrentHashMap.newKeySet();
    final List<UUID> hosts = new ArrayList<>();

    ConsoleWorld(Database database, InstantSource clock, RandomGenerator random, MasterKey masterKey) {
        this.database = database;
        this.clock = clock;
        this.random = random;
        this.catalog = new Catalog(clock);
        this.customers = new Customers(database, masterKey, clock, random);
        this.leases = new Leases(clock, random);
        this.quotes = new Quotes(catalog, leases, clock);
        SigningKeys keys = new SigningKeys(masterKey, clock);
        this.orders = new Orders(quotes, leases, keys, clock, random);
        this.factory = new Factory(orders, leases, new ClaimCodes(leases, clock, random), keys, () -> "https://localhost/est",
                () -> "-----BEGIN CERTIFICATE-----", clock, random);
        this.fleet = new Fleet(database, leases, new ByHand(), clock);
        this.buckets = new Buckets(database, clock);
        database.transact(handle -> {
            catalog.fillWhenEmpty(handle);
            return 0;
        });
    }

    Customer customer(String name, String zone) {
        return customers.add(name, name.replaceAll("[^A-Za-z]", "").toLowerCase(Locale.ROOT) + "@example.org", ZoneId.of(zone), Set.of(Role.HOST));
    }

    Quotes.Standing quote(Customer customer, String system, String plan) {
        return database.transact(handle -> quotes.create(handle, UUID.randomUUID(),
                new QuoteRequest(customer.id(), system, List.of(), plan, null, null, null, null, List.of()), "operator:test"));
    }

    Order answer(Quotes.Standing standing, Verdict verdict) {
        return database.transact(handle -> orders.decide(handle, standing.quote().id(),
                new Orders.Answer(verdict, standing.quote().version(), standing.documentSha256(), Channel.SHOP), "operator:test"));
    }

    Order make(Order order, String serial) {
        return database.transact(handle -> {
            factory.build(handle, order.id(), serial, "factory:test");
            return orders.deliver(handle, order.id(), "operator:test");
        });
    }

    /// A host as enrolment and its first reports leave it.
    UUID enrolled(Customer owner, String system, String plan, String serial, long usedBytes, Duration reportedAgo, boolean lineUp) {
        Order order = make(answer(quote(owner, system, plan), Verdict.ACCEPTED), serial);
        UUID id = UUID.randomUUID();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        UUID leaseId = Objects.requireNonNull(order.leaseId());
        UUID machineId = ((OrderState.Delivered) order.state()).machine().id();
        database.transact(handle -> {
            leases.enrolled(handle, leaseId, now);
            handle.createUpdate("""
                    insert into host (id, alias, serial, machine_id, owner_id, lease_id, state, enrolled_at, reported_at, agent_version,
                                      process_id, started_at, terms_version, used_bytes, pieces)
                    values (:id, :alias, :serial, :machine, :owner, :lease, 'ACTIVE', :enrolled, :reported, '0.1.0', 4711, :enrolled, 1, :used, :pieces)""")
                    .bind("id", id).bind("alias", hosts.size()).bind("serial", serial).bind("machine", machineId).bind("owner", owner.id())
                    .bind("lease", leaseId).bind("enrolled", now.minus(Duration.ofDays(9))).bind("reported", now.minus(reportedAgo))
                    .bind("used", usedBytes).bind("pieces", usedBytes / 2_000_000).execute();
            handle.createUpdate("insert into host_link (host_id, epoch, claimed_at) values (:id, 1, :at)")
                    .bind("id", id).bind("at", now.minus(Duration.ofHours(3))).execute();
            handle.createUpdate("""
                    insert into certificate (serial, kind, subject_id, sha256, issued_at, not_after)
                    values (:serial, 'HOST', :id, :sha, :at, :until)""")
                    .bind("serial", Long.toHexString(random.nextLong()) + Long.toHexString(random.nextLong())).bind("id", id)
                    .bind("sha", new byte[32]).bind("at", now).bind("until", now.plus(Duration.ofDays(30))).execute();
            return handle.createUpdate("""
                    insert into host_presence (host_id, day, minutes_present, last_minute) values (:id, :day, :minutes, :at)""")
                    .bind("id", id).bind("day", now.atZone(owner.zone()).toLocalDate()).bind("minutes", 2400 + 100 * hosts.size()).bind("at", now).execute();
        });
        hosts.add(id);
        if (lineUp) {
            up.add(id);
        }
        fleet.refresh();
        return id;
    }

    Bucket bucket(Customer owner, String name) throws StorageFault {
        return buckets.create(owner.id(), name);
    }

    /// An object of one segment that lies on the hosts with these aliases.
    void object(Bucket bucket, String key, long bytes, int needed, Integer... aliases) {
        UUID content = UUID.randomUUID();
        database.transact(handle -> {
            handle.createUpdate("""
                    insert into object (bucket_id, key, id, bytes, etag, checksums, headers, user_pairs, parts, part_numbers, part_bytes, modified_at)
                    values (:bucket, :key, :id, :bytes, 'x', '{}', '{}', '{}', 0, '{}', '{}', :at)""")
                    .bind("bucket", bucket.id()).bind("key", key).bind("id", content).bind("bytes", bytes).bind("at", clock.instant()).execute();
            if (bytes == 0) {
                return 0;
            }
            return handle.createUpdate("""
                    insert into segment (content_id, start, bytes, root, k, hosts, sealed_key, inline)
                    values (:id, 0, :bytes, :root, :k, cast(:hosts as int[]), :key, null)""")
                    .bind("id", content).bind("bytes", (int) Math.min(bytes, 64 << 20)).bind("root", UUID.randomUUID()).bind("k", needed)
                    .bind("hosts", "{" + String.join(",", Arrays.stream(aliases).map(String::valueOf).toList()) + "}")
                    .bind("key", new byte[60]).execute();
        });
    }

    private final class ByHand implements Lines {
        @Override
        public Reply call(UUID host, String method, String path, byte[] body, Duration deadline) throws LineFault {
            throw new LineFault("no agents run in this world");
        }

        @Override
        public Exchange open(UUID host, String method, String path, Map<String, String> headers) throws LineFault {
            throw new LineFault("no agents run in this world");
        }

        @Override
        public boolean reachable(UUID host) {
            return up.contains(host);
        }
    }
}
