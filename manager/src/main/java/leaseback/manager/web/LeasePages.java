package leaseback.manager.web;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.compliance.Compliance;
import leaseback.manager.customer.Customers;
import leaseback.manager.database.Database;
import leaseback.manager.document.Label;
import leaseback.manager.fleet.Fleet;
import leaseback.manager.fleet.Host;
import leaseback.manager.lease.Lease;
import leaseback.manager.lease.LeaseBook;
import leaseback.manager.lease.Leases;
import leaseback.manager.order.Orders;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Gathers what the console shows of agreements. Reads only, but that a label gets its code when it is first looked at.
public final class LeasePages implements PageSource {
    private static final int MOST_ROWS = 100;
    private final Database database;
    private final Leases leases;
    private final LeaseBook book;
    private final Compliance compliance;
    private final Orders orders;
    private final Fleet fleet;
    private final LabelPress press;

    public LeasePages(Database database, Leases leases, Compliance compliance, Orders orders, Fleet fleet, LabelPress press,
            InstantSource clock) {
        this.database = database;
        this.leases = leases;
        this.book = new LeaseBook(clock);
        this.compliance = compliance;
        this.orders = orders;
        this.fleet = fleet;
        this.press = press;
    }

    @Override
    public Optional<ConsolePages.Page> page(List<String> parts, Map<String, String> query, Instant now) {
        return switch (parts.getFirst() + "/" + parts.size()) {
            case "leases/1" -> Optional.of(new ConsolePages.Page.Shown("Leases", "leases", leasesPage(query, now)));
            case "leases/2" -> ConsolePages.id(parts.get(1)).flatMap(id -> leasePage(id, now));
            case "leases/3" -> ConsolePages.id(parts.get(1)).flatMap(id -> label(id, parts.get(2), "console"));
            default -> Optional.empty();
        };
    }

    private LeasesPage leasesPage(Map<String, String> query, Instant now) {
        LeaseBook.Shelf shelf = Arrays.stream(LeaseBook.Shelf.values()).filter(each -> LeasesPage.key(each).equals(query.get("show"))).findFirst()
                .orElse(LeaseBook.Shelf.ALL);
        String text = PageSource.text(query);
        return database.read(handle -> {
            List<Lease> found = book.find(handle, shelf, text, MOST_ROWS);
            Map<UUID, String> owners = Customers.names(handle, found.stream().map(Lease::customerId).toList());
            return new LeasesPage(LeaseBook.counts(handle), shelf, text,
                    found.stream().map(lease -> new LeaseLine(lease, owners.getOrDefault(lease.customerId(), "–"), now)).toList(), MOST_ROWS, now);
        });
    }

    private Optional<ConsolePages.Page> leasePage(UUID id, Instant now) {
        return lease(id, now).map(page -> new ConsolePages.Page.Shown("Lease " + page.line().lease().number(), "lease", page));
    }

    /// All that is known of a lease; empty when there is none.
    Optional<LeasePage> lease(UUID id, Instant now) {
        UUID host = fleet.all().stream().filter(each -> each.terms().leaseId().equals(id)).map(Host::id).findFirst().orElse(null);
        return database.read(handle -> leases.find(handle, id).map(lease -> leasePage(handle, lease, host, now)));
    }

    /// The label of its machine; empty when there is no such lease, or no such form.
    ///
    /// @param file `label.` and the form
    Optional<ConsolePages.Page> label(UUID id, String file, String actor) {
        return Arrays.stream(Label.Format.values()).filter(format -> file.equals("label." + format.suffix())).findFirst()
                .flatMap(format -> database.transact(handle -> leases.find(handle, id).map(lease -> press.label(handle, id, actor)))
                        .map(label -> new ConsolePages.Page.File("label-" + label.code() + "." + format.suffix(), format.media(), label.print(format))));
    }

    private LeasePage leasePage(Handle handle, Lease lease, @Nullable UUID host, Instant now) {
        Map<UUID, String> owners = Customers.names(handle, List.of(lease.customerId()));
        return new LeasePage(new LeaseLine(lease, owners.getOrDefault(lease.customerId(), "–"), now), compliance.standing(handle, lease.id()).orElseThrow(),
                leases.agreed(handle, lease.id()).reversed(), leases.pauses(handle, lease.id()), leases.history(handle, lease.id()).reversed(),
                orders.ofLease(handle, lease.id()).orElse(null), host, now);
    }
}
