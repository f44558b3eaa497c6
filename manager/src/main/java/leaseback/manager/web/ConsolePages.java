package leaseback.manager.web;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import leaseback.manager.catalog.Documents;
import leaseback.manager.customer.Customer;
import leaseback.manager.customer.Customers;
import leaseback.manager.database.Database;
import leaseback.manager.fleet.Fleet;
import leaseback.manager.fleet.Host;
import leaseback.manager.fleet.HostFacts;
import leaseback.manager.fleet.HostRecords;
import leaseback.manager.fleet.HostState;
import leaseback.manager.lease.Lease;
import leaseback.manager.lease.Leases;
import leaseback.manager.order.Decision;
import leaseback.manager.order.Factory;
import leaseback.manager.order.Order;
import leaseback.manager.order.OrderBook;
import leaseback.manager.order.Orders;
import leaseback.manager.order.Quotes;
import leaseback.manager.order.Signed;
import leaseback.manager.storage.Bucket;
import leaseback.manager.storage.Buckets;
import leaseback.manager.storage.Census;
import leaseback.manager.storage.Listing;
import leaseback.manager.storage.Redundancy;
import leaseback.manager.storage.StorageFault;
import leaseback.manager.storage.StoredObject;
import leaseback.manager.upkeep.Upkeep;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Gathers what each page shows. Reads only.
final class ConsolePages {
    private static final int MOST_ROWS = 100;
    private static final int MOST_FILTER = 100;
    private final Database database;
    private final Fleet fleet;
    private final HostRecords records;
    private final Leases leases;
    private final Quotes quotes;
    private final Orders orders;
    private final OrderBook book;
    private final Factory factory;
    private final Customers customers;
    private final Buckets buckets;
    private final Census census;
    private final InstantSource clock;
    private final JsonMapper json = Documents.mapper();
    private @Nullable Supplier<Upkeep.Report> report;
    private Supplier<Optional<Redundancy>> redundancy = Optional::empty;
    private final List<PageSource> sources = new ArrayList<>();

    ConsolePages(Database database, Fleet fleet, Leases leases, Quotes quotes, Orders orders, Factory factory, Customers customers,
            Buckets buckets, Census census, InstantSource clock) {
        this.database = database;
        this.fleet = fleet;
        this.records = new HostRecords(database);
        this.leases = leases;
        this.quotes = quotes;
        this.orders = orders;
        this.book = new OrderBook(quotes, orders);
        this.factory = factory;
        this.customers = customers;
        this.buckets = buckets;
        this.census = census;
        this.clock = clock;
    }

    /// Called before the first request.
    void tellStorage(Supplier<Upkeep.Report> kept, Supplier<Optional<Redundancy>> storedAs) {
        report = kept;
        redundancy = storedAs;
    }

    /// Called before the first request.
    void and(PageSource source) {
        sources.add(source);
    }

    /// What an address leads to.
    sealed interface Page {
        /// A page of text.
        ///
        /// @param live the part that refreshes itself; null when there is none
        record Shown(String title, String template, @Nullable String live, Object model) implements Page {
            Shown(String title, String name, Object model) {
                this(title, name + ".jte", name + "Live.jte", model);
            }
        }

        /// A file to take away.
        record File(String name, String type, byte[] body) implements Page {}
    }

    /// The page at `path`; empty when there is none.
    Optional<? extends Page> page(String path, Map<String, String> query) {
        List<String> parts = List.of(path.substring(1).split("/", -1));
        Instant now = clock.instant();
        return switch (parts.getFirst() + "/" + parts.size()) {
            case "fleet/1" -> Optional.of(new Page.Shown("Fleet", "fleet", fleetPage(query, now)));
            case "hosts/2" -> id(parts.get(1)).flatMap(fleet::find).map(host -> hostPage(host, now));
            case "week/1" -> Optional.of(new Page.Shown("Capacity by the hour", "week", weekPage(now)));
            case "storage/1" -> Optional.of(new Page.Shown("Storage", "storage", storagePage(now)));
            case "orders/1" -> Optional.of(new Page.Shown("Orders and offers", "orders", ordersPage(now)));
            case "orders/2" -> id(parts.get(1)).flatMap(this::orderPage);
            case "orders/3" -> id(parts.get(1)).flatMap(id -> file(id, parts.get(2)));
            case "quotes/2" -> id(parts.get(1)).flatMap(id -> quotePage(id, now));
            case "buckets/1" -> Optional.of(new Page.Shown("Buckets", "buckets", new BucketsPage(census.buckets(), names())));
            case "buckets/2" -> objectsPage(parts.get(1), query, now);
            default -> sources.stream().flatMap(source -> source.page(parts, query, now).stream()).findFirst();
        };
    }

    private FleetPage fleetPage(Map<String, String> query, Instant now) {
        List<HostLine> lines = lines(now);
        List<Census.BucketSize> sizes = census.buckets();
        String filter = query.getOrDefault("q", "").strip();
        return new FleetPage(lines, filter.substring(0, Math.min(filter.length(), MOST_FILTER)),
                FleetPage.Order.of(query.getOrDefault("sort", "")), query.containsKey("down"),
                sizes.stream().mapToLong(Census.BucketSize::objects).sum(), sizes.stream().mapToLong(Census.BucketSize::bytes).sum(),
                safety(fleet.underLease()), now);
    }

    private StoragePage storagePage(Instant now) {
        List<Census.BucketSize> sizes = census.buckets();
        Supplier<Upkeep.Report> kept = report;
        return new StoragePage(sizes.stream().mapToLong(Census.BucketSize::objects).sum(),
                sizes.stream().mapToLong(Census.BucketSize::bytes).sum(), kept == null ? null : kept.get(), now);
    }

    private FleetPage.Safety safety(int hosts) {
        if (hosts < Redundancy.FEWEST_HOSTS) {
            return new FleetPage.Safety(hosts, Redundancy.FEWEST_HOSTS, 0, 0, 0);
        }
        Redundancy code = redundancy.get().orElseGet(() -> Redundancy.of(hosts));
        return new FleetPage.Safety(hosts, Redundancy.FEWEST_HOSTS, code.k(), code.n(), code.needed() - code.k());
    }

    private List<HostLine> lines(Instant now) {
        Map<UUID, HostFacts> facts = records.all(monthsBegin(now));
        Map<UUID, String> names = names();
        return fleet.all().stream().map(host -> new HostLine(host, names.getOrDefault(host.ownerId(), "–"), facts.get(host.id()), now)).toList();
    }

    private Page hostPage(Host host, Instant now) {
        HostFacts facts = records.all(monthsBegin(now)).get(host.id());
        String owner = customers.find(host.ownerId()).map(Customer::name).orElse("–");
        return database.read(handle -> {
            Lease lease = leases.find(handle, host.terms().leaseId()).orElse(null);
            HostLine row = new HostLine(host, owner, facts, now);
            return new Page.Shown(host.serial(), "host",
                    new HostPage(row, lease, leases.history(handle, host.terms().leaseId()), records.certificates(host.id()),
                            records.backupPower(List.of(host.id())).get(host.id()), now));
        });
    }

    private WeekPage weekPage(Instant now) {
        return WeekPage.at(now, fleet.all().stream().filter(host -> host.state() == HostState.ACTIVE).map(Host::terms).toList());
    }

    private OrdersPage ordersPage(Instant now) {
        Map<UUID, String> names = names();
        return database.read(handle -> new OrdersPage(book.counts(handle), book.quotes(handle, MOST_ROWS),
                book.orders(handle, MOST_ROWS), names, MOST_ROWS, now));
    }

    private Optional<Page> orderPage(UUID id) {
        return database.read(handle -> orders.find(handle, id).map(order -> {
            Quotes.Standing quote = quotes.find(handle, order.quoteId()).orElseThrow();
            String lease = order.leaseId() == null ? null : leases.find(handle, order.leaseId()).map(Lease::number).orElse(null);
            PlacedOrder placed = new PlacedOrder(order, quote.quote().customerName());
            UUID host = fleet.all().stream().filter(each -> each.terms().leaseId().equals(order.leaseId())).map(Host::id)
                    .findFirst().orElse(null);
            Signed signed = orders.decision(handle, order.quoteId()).orElse(null);
            Decision decision = signed == null ? null : json.readValue(signed.document(), Decision.class);
            return new Page.Shown("Order " + order.number(), "order", new OrderPage(placed, quote, decision,
                    signed == null ? 0 : signed.key(), signed == null ? "" : Assets.sha256(signed.document()),
                    offer(quotes.document(handle, order.quoteId())), lease, host));
        }));
    }

    private Optional<Page> quotePage(UUID id, Instant now) {
        return database.read(handle -> quotes.find(handle, id).map(standing -> new Page.Shown(
                "Offer of lease " + standing.quote().leaseNumber(), "quote",
                new QuotePage(new QuoteLine(standing, now), offer(quotes.document(handle, id))))));
    }

    private Optional<Page> file(UUID orderId, String name) {
        Optional<Order> order = database.read(handle -> orders.find(handle, orderId));
        if (order.isEmpty()) {
            return Optional.empty();
        }
        Optional<Signed> signed = database.read(handle -> name.startsWith("manifest.") ? factory.manifest(handle, orderId)
                : orders.decision(handle, order.get().quoteId()));
        String full = order.get().number() + "-" + name;
        return switch (name) {
            case "manifest.json", "decision.json" -> signed.map(file -> new Page.File(full, "application/json", file.document()));
            case "manifest.sig", "decision.sig" -> signed.map(file -> new Page.File(full, "application/octet-stream", file.signature()));
            default -> Optional.empty();
        };
    }

    private Optional<Page> objectsPage(String name, Map<String, String> query, Instant now) {
        Bucket bucket;
        try {
            bucket = buckets.find(name);
        } catch (StorageFault unknown) {
            return Optional.empty();
        }
        String prefix = query.getOrDefault("prefix", "");
        String after = query.getOrDefault("after", "");
        Listing listing = census.list(bucket, prefix, "/", after.isEmpty() ? null : after, MOST_ROWS);
        Set<Integer> reachable = fleet.all().stream().filter(Host::reachable).map(Host::alias).collect(Collectors.toSet());
        Map<UUID, Census.Reach> reaches =
                census.reach(listing.objects().stream().map(StoredObject::id).toList(), alias -> reachable.contains(alias));
        String owner = customers.find(bucket.ownerId()).map(Customer::name).orElse("–");
        return Optional.of(new Page.Shown(bucket.name(), "objects",
                new ObjectsPage(bucket, owner, prefix, after, listing, reaches, now)));
    }

    /// The first day that can belong to this month anywhere on earth.
    private static LocalDate monthsBegin(Instant now) {
        return now.atOffset(ZoneOffset.ofHours(-12)).toLocalDate().withDayOfMonth(1);
    }

    private Map<UUID, String> names() {
        return customers.all().stream().collect(Collectors.toMap(Customer::id, Customer::name));
    }

    private static String offer(Optional<byte[]> document) {
        return document.map(bytes -> new String(bytes, StandardCharsets.UTF_8)).orElse("");
    }

    static Optional<UUID> id(String text) {
        try {
            return Optional.of(UUID.fromString(text));
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }
}
