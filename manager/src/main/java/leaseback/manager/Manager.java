package leaseback.manager;

import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import leaseback.manager.ManagerSettings.DatabaseAddress;
import leaseback.manager.billing.Billing;
import leaseback.manager.billing.Bill;
import leaseback.manager.billing.Bills;
import leaseback.manager.billing.Credits;
import leaseback.manager.billing.BookedTaxes;
import leaseback.manager.billing.Dunning;
import leaseback.manager.billing.Invoices;
import leaseback.manager.billing.ListPrices;
import leaseback.manager.billing.OrderBills;
import leaseback.manager.billing.Products;
import leaseback.manager.billing.Settlements;
import leaseback.manager.billing.Supplies;
import leaseback.manager.catalog.Catalog;
import leaseback.manager.clock.SettableClock;
import leaseback.manager.clock.Timetable;
import leaseback.manager.compliance.Breaches;
import leaseback.manager.compliance.Compliance;
import leaseback.manager.compliance.Judge;
import leaseback.manager.compliance.Outages;
import leaseback.manager.compliance.Tampers;
import leaseback.manager.customer.BillingBook;
import leaseback.manager.customer.Customers;
import leaseback.manager.database.Database;
import leaseback.manager.database.PostgresServer;
import leaseback.manager.document.TaxBook;
import leaseback.manager.fleet.Authority;
import leaseback.manager.fleet.Enrolment;
import leaseback.manager.fleet.Fleet;
import leaseback.manager.fleet.HostAddresses;
import leaseback.manager.fleet.HostWeeks;
import leaseback.manager.fleet.LeaseDays;
import leaseback.manager.fleet.LineServer;
import leaseback.manager.fleet.ManagerIdentity;
import leaseback.manager.fleet.Pulse;
import leaseback.manager.fleet.StandDown;
import leaseback.manager.hub.Hub;
import leaseback.manager.hub.Insistence;
import leaseback.manager.hub.Listeners;
import leaseback.manager.lease.Holidays;
import leaseback.manager.lease.Labels;
import leaseback.manager.lease.LeaseTimers;
import leaseback.manager.lease.Leases;
import leaseback.manager.ledger.Days;
import leaseback.manager.ledger.Explanations;
import leaseback.manager.ledger.Ledger;
import leaseback.manager.letter.Letters;
import leaseback.manager.maintenance.MachineParts;
import leaseback.manager.maintenance.PartReplacements;
import leaseback.manager.maintenance.PartReturns;
import leaseback.manager.metering.Readings;
import leaseback.manager.order.Addenda;
import leaseback.manager.order.Amendments;
import leaseback.manager.order.BulkQuotes;
import leaseback.manager.order.Cancellations;
import leaseback.manager.order.ClaimCodes;
import leaseback.manager.order.Evidence;
import leaseback.manager.order.Factory;
import leaseback.manager.order.Orders;
import leaseback.manager.order.OwnedMachines;
import leaseback.manager.order.Quotes;
import leaseback.manager.order.Renewals;
import leaseback.manager.order.SigningKeys;
import leaseback.manager.payment.Attribution;
import leaseback.manager.payment.Bank;
import leaseback.manager.payment.BankFiles;
import leaseback.manager.payment.PaymentPort;
import leaseback.manager.payment.Payments;
import leaseback.manager.payment.Payouts;
import leaseback.manager.payment.PretendBank;
import leaseback.manager.s3.S3;
import leaseback.manager.sealing.Kms;
import leaseback.manager.sealing.KmsSettings;
import leaseback.manager.sealing.KmsSuccession;
import leaseback.manager.sealing.MasterKey;
import leaseback.manager.sealing.Resealing;
import leaseback.manager.sealing.NamedKeys;
import leaseback.manager.sealing.TenantKeys;
import leaseback.manager.sealing.Vault;
import leaseback.manager.storage.Allowance;
import leaseback.manager.storage.Buckets;
import leaseback.manager.storage.Census;
import leaseback.manager.storage.Erasures;
import leaseback.manager.storage.Hosts;
import leaseback.manager.storage.Lifecycle;
import leaseback.manager.storage.LeasedHosts;
import leaseback.manager.storage.ObjectStore;
import leaseback.manager.storage.Packer;
import leaseback.manager.storage.Patience;
import leaseback.manager.storage.Promises;
import leaseback.manager.storage.SegmentKeys;
import leaseback.manager.storage.Sweep;
import leaseback.manager.storage.TenantUse;
import leaseback.manager.storage.Uploads;
import leaseback.manager.storage.Whereabouts;
import leaseback.manager.support.Entitlements;
import leaseback.manager.support.SupportDesk;
import leaseback.manager.upkeep.AuditDays;
import leaseback.manager.upkeep.Standings;
import leaseback.manager.upkeep.Upkeep;
import leaseback.manager.upkeep.UpkeepSettings;
import leaseback.manager.web.AccessRoutes;
import leaseback.manager.web.Api;
import leaseback.manager.web.BadRequests;
import leaseback.manager.web.BillingRoutes;
import leaseback.manager.web.BillRoutes;
import leaseback.manager.web.ChannelRoutes;
import leaseback.manager.web.Console;
import leaseback.manager.web.ComplianceRoutes;
import leaseback.manager.web.ConstraintRoutes;
import leaseback.manager.web.CustomerDesk;
import leaseback.manager.web.CustomerOffers;
import leaseback.manager.web.Est;
import leaseback.manager.web.HubRoutes;
import leaseback.manager.web.KeyRoutes;
import leaseback.manager.web.LabelPress;
import leaseback.manager.web.LabelRoutes;
import leaseback.manager.web.LedgerRoutes;
import leaseback.manager.web.HolidayRoutes;
import leaseback.manager.web.LeasePages;
import leaseback.manager.web.LeaseRoutes;
import leaseback.manager.web.LetterRoutes;
import leaseback.manager.web.ListPriceRoutes;
import leaseback.manager.web.MaintenanceRoutes;
import leaseback.manager.web.Metrics;
import leaseback.manager.web.MoneyPages;
import leaseback.manager.web.Operators;
import leaseback.manager.web.PartReturnRoutes;
import leaseback.manager.web.PartnerRoutes;
import leaseback.manager.web.Passwords;
import leaseback.manager.web.PaymentRoutes;
import leaseback.manager.web.Peer;
import leaseback.manager.web.RenewalRoutes;
import leaseback.manager.web.SupportRoutes;
import leaseback.manager.web.TaxRoutes;
import leaseback.manager.web.TmfCancelRoutes;
import leaseback.manager.web.TmfEvents;
import leaseback.manager.web.TmfMoneyRoutes;
import leaseback.manager.web.TmfOfferingRoutes;
import leaseback.manager.web.TmfRoutes;
import leaseback.manager.web.Tokens;
import leaseback.manager.web.UpgradeRoutes;
import leaseback.manager.web.UpkeepRoutes;
import leaseback.manager.web.UsageRoutes;
import leaseback.manager.web.Verification;
import leaseback.manager.web.WhereRoutes;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The system manager, built here from top to bottom: what is not built here does not exist.
public final class Manager implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Manager.class);
    private static final Duration CERTIFICATE_LIFE = Duration.ofDays(30);

    private final ManagerSettings settings;
    private final InstantSource clock;
    /// What was opened, newest first: the order of closing.
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Chores chores = new Chores(registry);
    private final Database database;
    private final Customers customers;
    private final Fleet fleet;
    private final LineServer lines;
    private final ObjectStore objects;
    private final Listener s3Listener;
    private final Listener webListener;
    private final Path caFile;

    private Manager(ManagerSettings settings) throws IOException {
        this.settings = settings;
        this.clock = settings.clock();
        try {
            Path folder = Files.createDirectories(settings.folder());
            if (settings.names().isEmpty() && InetAddress.getByName(settings.address()).isAnyLocalAddress()) {
                throw new IOException("listening on " + settings.address() + " needs a name under which hosts and clients reach"
                        + " this very manager: give --name");
            }
            SecureRandom secrets = new SecureRandom();
            JvmMetrics.builder().register(registry);

            // The truth, and what it is sealed with.
            DatabaseAddress address = settings.database();
            if (address == null) {
                PostgresServer postgres = open(PostgresServer.start(folder.resolve("postgres")));
                address = new DatabaseAddress(postgres.jdbcUrl(), postgres.user(), postgres.password());
                chores.every("postgres", Duration.ofSeconds(1), () -> keepRunning(postgres));
            }
            database = open(Database.open(address.jdbcUrl(), address.user(), address.password()));
            Kms kms = kms();
            TenantKeys tenantKeys = new TenantKeys(database, kms, clock, secrets);

            // Who deals with us, and for what.
            customers = new Customers(database, kms, clock, secrets);
            Tokens tokens = new Tokens(database, clock, secrets);
            Passwords passwords = new Passwords(database, clock, secrets);
            Operators operators = new Operators(database, passwords, clock);
            new FirstOperator(folder, operators, tokens, secrets).welcome();
            Catalog catalog = new Catalog(clock);
            database.transact(handle -> {
                catalog.fillWhenEmpty(handle);
                return true;
            });
            Letters letters = new Letters(clock);
            BillingBook billingBook = new BillingBook(kms, clock);
            TaxBook taxBook = new TaxBook(clock);
            Leases leases = new Leases(clock, secrets);
            Outages outages = new Outages(database, leases, clock);
            Breaches breaches = new Breaches(database, leases, letters, clock);
            Compliance compliance = new Compliance(leases, breaches, clock);
            // In this order: what excuses, what measures, what judges, what has deadlines, what tells of them.
            Timetable timetable = new Timetable(clock).and(outages);
            Readings readings = new Readings(clock);
            // A clock that is set leaps: nobody is watched by the minute, nobody was away, and what is measured comes through the API.
            if (!(clock instanceof SettableClock)) {
                // Before any deadline is looked at: it may have passed while no manager ran.
                outages.beat();
                chores.every("heartbeat", Duration.ofSeconds(30), outages::beat);
                timetable.and(new LeaseDays(database, readings, clock)).and(new AuditDays(database, readings, clock));
            }
            timetable.and(new Judge(database, breaches, clock)).and(new LeaseTimers(database, leases)).and(breaches);
            chores.every("timetable", Duration.ofSeconds(1), timetable::run);
            Ledger ledger = new Ledger(clock);
            Days days = new Days(database, clock);
            timetable.and(days);
            SigningKeys signingKeys = new SigningKeys(kms, clock);
            ClaimCodes claimCodes = new ClaimCodes(leases, clock, secrets);
            Quotes quotes = new Quotes(catalog, leases, clock);
            Orders orders = new Orders(quotes, leases, signingKeys, clock, secrets);
            Addenda addenda = new Addenda(signingKeys, clock);
            Renewals renewals = new Renewals(database, catalog, leases, addenda, letters, clock);
            timetable.and(renewals);

            // What is owed, either way.
            Products products = new Products(clock);
            database.transact(handle -> {
                products.fillWhenEmpty(handle);
                return true;
            });
            Bills bills = new Bills(ledger, new BookedTaxes(billingBook, taxBook), clock);
            Settlements settlements = new Settlements(ledger, clock);
            Dunning dunning = new Dunning(database, bills, letters, clock);
            Billing billing = new Billing(database, leases, orders, readings, compliance, products, ledger, bills, settlements, letters, clock);
            timetable.and(new OrderBills(database, orders, quotes, leases, products, bills, ledger, letters, clock)).and(billing)
                    .and(dunning);
            Payments payments = new Payments(ledger, kms, clock)
                    .and(Attribution.byNumber((handle, number) -> bills.find(handle, number).map(Bill::customerId)));
            PaymentPort port = settings.pretendBank() ? new PretendBank() : new BankFiles();
            LOG.info("payouts leave by {}", port.describe());
            Payouts payouts = new Payouts(database, ledger, payments, billingBook, letters, port, clock);
            Bank bank = new Bank(database, payments, payouts, billingBook, clock);
            Explanations explanations = new Explanations(ledger).and(UsageRoutes.KIND, UsageRoutes.explains(readings)).and(Bills.KIND, bills::explain)
                    .and(Payments.KIND, payments::explain)
                    .and(Settlements.KIND, settlements::explain);
            Billing.explain(explanations, leases, orders, readings, products);

            // The hosts and the lines to them.
            // Certificates and lines are with machines that live by the real time, whatever clock the story is told by.
            InstantSource wall = clock instanceof SettableClock ? InstantSource.system() : clock;
            Authority authority = Authority.open(database, kms, wall, CERTIFICATE_LIFE);
            caFile = folder.resolve("ca.pem");
            Files.writeString(caFile, authority.rootPem());
            ManagerIdentity identity = authority.identity(UUID.randomUUID(), names());
            lines = open(LineServer.start(database, authority, identity, wall,
                    new InetSocketAddress(settings.address(), settings.ports().line()), reachedAt(), 0));
            fleet = new Fleet(database, leases, lines, clock);
            open(Pulse.start(database, lines, fleet, clock, settings.pulse()));
            Enrolment enrolment = new Enrolment(database, authority, claimCodes, leases, clock);

            // What the hosts keep.
            Standings standings = new Standings(database, clock);
            HostWeeks hostWeeks = new HostWeeks(database, fleet, clock);
            chores.every("host weeks", Duration.ofSeconds(20), hostWeeks::count);
            Promises promises = new Promises(database, clock);
            database.transact(handle -> {
                promises.fillWhenEmpty(handle);
                return true;
            });
            LeasedHosts leasedHosts = new LeasedHosts(fleet, hostWeeks, promises, clock);
            Hosts hosts = standings.welcome(leasedHosts);
            Sweep sweep = new Sweep(database, hosts, lines, clock);
            objects = new ObjectStore(database, tenantKeys, hosts, lines, sweep, clock, secrets, Patience.NORMAL,
                    new Allowance(database, clock, settings.tenantBytes()));
            Thread.ofPlatform().daemon().name("warm-up").start(ObjectStore::warmUp);
            Buckets buckets = new Buckets(database, clock, leasedHosts);
            Uploads uploads = new Uploads(objects);
            SegmentKeys segmentKeys = new SegmentKeys(database, tenantKeys, clock);
            Erasures erasures = new Erasures(database, tenantKeys, buckets, hosts, signingKeys, clock);
            Resealing resealing = new Resealing(database, kms,
                    List.of(TenantKeys.column(), NamedKeys.column(), Customers.sealed(), BillingBook.sealed(),
                            BillingBook.sealedOfProvider(),
                            BillingBook.sealedOfPartners(), Payments.sealed(), SigningKeys.sealed(), Authority.sealed()));
            chores.every("root-key", Duration.ofSeconds(10), resealing::learn);
            chores.every("segment-keys", Duration.ofSeconds(10), segmentKeys::run);
            chores.every("erasures", Duration.ofSeconds(2), erasures::run);
            chores.every("sweep", Duration.ofSeconds(2), sweep::run);
            Lifecycle lifecycle = new Lifecycle(objects, uploads, settings.lifecycleDay());
            chores.every("lifecycle", lifecycle.period(), lifecycle::run);
            chores.every("pack", Duration.ofSeconds(5), new Packer(objects)::run);

            // What looks after it.
            Upkeep upkeep = new Upkeep(database, objects, hosts, lines, standings, host -> fleet.emptied(host.id()), clock, secrets,
                    UpkeepSettings.NORMAL);
            chores.every("walk", Duration.ofSeconds(5), upkeep::walk);
            chores.every("repair", Duration.ofSeconds(2), upkeep::repairAll);
            chores.every("audit", Duration.ofSeconds(15), upkeep::audit);
            chores.every("judge", Duration.ofMinutes(10), upkeep::judge);
            StandDown standDown = new StandDown(database, fleet, lines, leases, authority, clock);
            chores.every("stand down", Duration.ofSeconds(5), standDown::run);

            // The faces, and what is seen of it all.
            Seen seen = new Seen(registry);
            Census census = new Census(database, wall);
            seen.watch(fleet, objects, census);
            seen.watch(upkeep);
            S3 s3 = new S3(buckets, objects, uploads, customers, clock, settings.region(), domains(), secrets, settings.limits());
            TenantUse tenantUse = open(new TenantUse(database, readings, clock));
            AtomicReference<Set<UUID>> frozen = new AtomicReference<>(dunning.frozen());
            chores.every("overdue bills", Duration.ofSeconds(20), () -> frozen.set(dunning.frozen()));
            s3.billing(tenantUse, owner -> frozen.get().contains(owner));
            chores.every("use", Duration.ofSeconds(10), tenantUse::flush);
            if (!(clock instanceof SettableClock)) {
                chores.every("weigh", Duration.ofMinutes(5), tenantUse::weigh);
                chores.every("use by day", Duration.ofMinutes(1), tenantUse::settle);
            }
            chores.every("access logs", Duration.ofSeconds(2), s3::deliverLogs);
            s3Listener = open(Listener.start("s3", S3.configuration(), settings.address(), settings.ports().s3(), settings.ports().s3Tls(),
                    identity.forFaces(), false, seen.counted("s3", s3), null));
            LabelPress press = new LabelPress(new Labels(leases, clock, secrets), billingBook, this::publicUrl);
            Factory factory = new Factory(orders, leases, claimCodes, signingKeys, this::enrolmentUrl, authority::rootPem, clock, secrets)
                    .greet(press::greeting);
            MachineParts machineParts = new MachineParts(clock);
            Entitlements entitlements = new Entitlements(leases, clock);
            Amendments amendments = new Amendments(catalog, leases, quotes, orders, factory, addenda, clock, secrets);
            UsageRoutes usages = new UsageRoutes(database, readings, clock);
            Cancellations cancellations = new Cancellations(orders, leases, clock);
            Hub hub = open(new Hub(database, new TmfEvents(catalog, quotes, orders, cancellations, leases, bills), wall, Insistence.NORMAL));
            chores.every("hub", Duration.ofSeconds(1), hub::run);
            Api api = new Api(database, catalog, customers, leases, quotes, orders, factory, signingKeys, tokens, fleet::all, objects::totals,
                    clock)
                    .and(new KeyRoutes(database, kms, resealing, tenantKeys, segmentKeys, erasures, customers, clock))
                    .and(new UpkeepRoutes(upkeep, fleet, standDown))
                    .and(new ListPriceRoutes(database, new ListPrices(readings, products, clock)))
                    .and(new LedgerRoutes(database, ledger, days, explanations, clock))
                    .and(usages)
                    .and(new TmfRoutes(database, catalog, quotes, orders, leases))
                    .and(new TmfOfferingRoutes(database, catalog))
                    .and(new TmfCancelRoutes(database, orders, cancellations))
                    .and(new TmfMoneyRoutes(database, bills, usages))
                    .and(new HubRoutes(database, new Listeners(wall, Insistence.NORMAL)))
                    .and(new BillRoutes(database, bills, new Credits(bills, letters, clock), billing, settlements,
                            new Invoices(billingBook, settlements), products, clock))
                    .and(new LetterRoutes(database, letters))
                    .and(new SupportRoutes(database, entitlements, new SupportDesk(entitlements, letters, clock)))
                    .and(new AccessRoutes(database, customers, tokens, passwords, clock))
                    .and(new BillingRoutes(database, billingBook, letters))
                    .and(new TaxRoutes(database, taxBook))
                    .and(new PaymentRoutes(database, payments, payouts, bank))
                    .and(new LeaseRoutes(database, leases, timetable, clock))
                    .and(new HolidayRoutes(database, leases, new Holidays(leases, clock)))
                    .and(new ComplianceRoutes(database, leases, compliance, outages, new Tampers(leases, breaches, clock)))
                    .and(new RenewalRoutes(database, leases, renewals, amendments, addenda, new Evidence(signingKeys)))
                    .and(new MaintenanceRoutes(database, new PartReplacements(leases, machineParts, letters, clock, secrets), machineParts,
                            claimCodes, this::enrolmentUrl, authority::rootPem, clock))
                    .and(new PartReturnRoutes(database, new PartReturns(leases, machineParts, letters, clock, secrets)))
                    .and(new PartnerRoutes(database, billingBook, new Supplies(billingBook, clock), ledger, clock))
                    .and(new ChannelRoutes(database, catalog, new BulkQuotes(quotes, orders, clock), tokens))
                    .and(new UpgradeRoutes(database, leases, quotes, orders, addenda, amendments, new OwnedMachines(clock)))
                    .and(new LabelRoutes(database, leases, press))
                    .and(new ConstraintRoutes(customers, buckets, objects.constraints()))
                    .and(new WhereRoutes(buckets, new Whereabouts(database, hosts, new HostAddresses(database, clock), clock)));
            api.tellCapacity(leasedHosts, promises, hostWeeks, objects::totals);
            Console console = new Console(database, fleet, leases, quotes, orders, factory, customers, buckets, census, operators, clock,
                    secrets);
            console.tellStorage(upkeep::recentReport, leasedHosts::redundancy);
            LeasePages leasePages = new LeasePages(database, leases, compliance, orders, fleet, press, clock);
            MoneyPages moneyPages = new MoneyPages(database, leases, bills, settlements, new Invoices(billingBook, settlements), payments, letters,
                    ledger, days, explanations, frozen::get, wall);
            CustomerOffers customerOffers = new CustomerOffers(database, quotes, orders, addenda, renewals, amendments, new Evidence(signingKeys));
            console.and(leasePages).and(moneyPages)
                    .open(new CustomerDesk(database, customers, leases, customerOffers, moneyPages, leasePages, passwords, clock, secrets));
            console.tell(new Verification(database, press));
            Metrics metrics = new Metrics(registry, Map.of(
                    "database", () -> database.read(handle -> handle.createQuery("select 'answers'").mapTo(String.class).one()),
                    "line", () -> "listens at " + lines.address()));
            webListener = open(Listener.start("web", new HttpConfiguration(), settings.address(), settings.ports().web(),
                    settings.ports().webTls(), identity.forFaces(), true,
                    seen.counted("web",
                            new Handler.Sequence(metrics, api, new Est(authority, enrolment, clock), new Peer(authority, lines), console)),
                    new BadRequests()));
            lines.announce(reachedAt() + ":" + webListener.tlsPort());
        } catch (IOException | RuntimeException failed) {
            close();
            throw failed;
        }
    }

    /// Starts a manager; returns when its faces answer.
    ///
    /// @throws IOException when something it needs cannot be had; the message says what and what to do
    public static Manager start(ManagerSettings settings) throws IOException {
        Manager manager = new Manager(settings);
        LOG.info("manager runs: console and API {}, S3 {}, lines at {}", manager.web(), manager.s3(), manager.lines.address());
        return manager;
    }

    /// Console and JSON API over plain HTTP, loopback only.
    public URI web() {
        return URI.create("http://127.0.0.1:" + webListener.plainPort());
    }

    /// Console, API and enrolment over HTTPS.
    public URI webTls() {
        return URI.create("https://" + reachedAt() + ":" + webListener.tlsPort());
    }

    /// S3 over plain HTTP, loopback only.
    public URI s3() {
        return URI.create("http://127.0.0.1:" + s3Listener.plainPort());
    }

    public URI s3Tls() {
        return URI.create("https://" + reachedAt() + ":" + s3Listener.tlsPort());
    }

    /// Where hosts dial in, `host:port`.
    public String line() {
        return lines.address();
    }

    /// The provider's CA certificate, PEM.
    public Path caFile() {
        return caFile;
    }

    @Override
    public void close() {
        chores.close();
        while (!opened.isEmpty()) {
            AutoCloseable next = opened.pop();
            try {
                next.close();
            } catch (Exception failed) {
                LOG.warn("{} did not close cleanly", next.getClass().getSimpleName(), failed);
            }
        }
        LOG.info("manager stopped");
    }

    private <T extends AutoCloseable> T open(T part) {
        opened.push(part);
        return part;
    }

    /// The file, or the service; where there are both, what the file once sealed still opens.
    private Kms kms() throws IOException {
        Path service = settings.kms();
        if (service == null) {
            return MasterKey.at(settings.masterKey());
        }
        Vault vault = Vault.open(KmsSettings.read(service), clock);
        return Files.exists(settings.masterKey()) ? new KmsSuccession(vault, MasterKey.at(settings.masterKey())) : vault;
    }

    private String enrolmentUrl() {
        return webTls().toString();
    }

    /// Never as a request says it.
    private URI publicUrl() {
        return settings.publicUrl() == null ? webTls() : settings.publicUrl();
    }

    /// The name under which others find this manager.
    private String reachedAt() {
        return settings.names().isEmpty() ? settings.address() : settings.names().getFirst();
    }

    /// Names of ours below which a name is a bucket; addresses are no such names.
    private Set<String> domains() {
        return settings.names().stream().filter(name -> !name.matches("[0-9.]+|.*:.*")).map(name -> name.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }

    private List<String> names() {
        List<String> names = new ArrayList<>(List.of("localhost", "127.0.0.1", "::1"));
        names.addAll(settings.names());
        if (!names.contains(settings.address())) {
            names.add(settings.address());
        }
        return names;
    }

    private static void keepRunning(PostgresServer postgres) {
        try {
            postgres.ensureRunning();
        } catch (IOException failed) {
            throw new IllegalStateException("PostgreSQL could not be started again: " + failed.getMessage(), failed);
        }
    }
}
