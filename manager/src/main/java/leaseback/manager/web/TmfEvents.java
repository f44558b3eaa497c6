package leaseback.manager.web;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import leaseback.manager.audit.Audit;
import leaseback.manager.billing.Bills;
import leaseback.manager.catalog.Catalog;
import leaseback.manager.hub.Telling;
import leaseback.manager.hub.Told;
import leaseback.manager.lease.Leases;
import leaseback.manager.order.Cancellations;
import leaseback.manager.order.Orders;
import leaseback.manager.order.Quotes;
import org.jdbi.v3.core.Handle;

/// What happens, as events of TM Forum's APIs: the resource that changed, whole, as it stands when the event is made.
public final class TmfEvents implements Telling {
    private static final Resource OFFERING = new Resource(Tmf.CATALOG, "ProductOffering", List.of(Change.CREATE, Change.VALUE));
    private static final Resource QUOTE = new Resource(Tmf.QUOTES, "Quote", List.of(Change.CREATE, Change.VALUE, Change.STATE));
    private static final Resource ORDER = new Resource(Tmf.ORDERS, "ProductOrder", List.of(Change.CREATE, Change.STATE));
    private static final Resource CANCELLATION = new Resource(Tmf.ORDERS, "CancelProductOrder", List.of(Change.CREATE));
    private static final Resource AGREEMENT = new Resource(Tmf.AGREEMENTS, "Agreement", List.of(Change.CREATE, Change.VALUE, Change.STATE));
    private static final Resource BILL = new Resource(Tmf.BILLS, "CustomerBill", List.of(Change.CREATE));
    /// The events of each API.
    static final Map<String, Set<String>> TYPES = types();
    private static final Pattern ORDER_NUMBER = Pattern.compile("\\border (O-[0-9A-Z]+)");
    private final Wire wire = new Wire();
    private final Catalog catalog;
    private final Quotes quotes;
    private final Orders orders;
    private final Cancellations cancellations;
    private final Leases leases;
    private final Bills bills;

    public TmfEvents(Catalog catalog, Quotes quotes, Orders orders, Cancellations cancellations, Leases leases, Bills bills) {
        this.catalog = catalog;
        this.quotes = quotes;
        this.orders = orders;
        this.cancellations = cancellations;
        this.leases = leases;
        this.bills = bills;
    }

    private enum Change {
        CREATE("CreateEvent"),
        VALUE("AttributeValueChangeEvent"),
        STATE("StateChangeEvent");

        private final String suffix;

        Change(String suffix) {
            this.suffix = suffix;
        }
    }

    private record Resource(String api, String word, List<Change> changes) {}

    /// @param eventTime when it happened
    /// @param event     the resource, by its name
    private record Event(UUID eventId, Instant eventTime, String eventType, String title, String domain, Map<String, Object> event,
            @JsonProperty("@type") String type) {}

    @Override
    public List<Told> tell(Handle handle, Audit.Entry entry) {
        String act = entry.act();
        return switch (act) {
            case "make quote" -> quote(handle, entry, Call.uuid(entry.subject()), Change.CREATE).toList();
            case "counter quote" -> quote(handle, entry, Call.uuid(entry.subject()), Change.VALUE).toList();
            case "accept quote", "decline quote" -> Stream.concat(quote(handle, entry, Call.uuid(entry.subject()), Change.STATE),
                    order(handle, entry, answered(handle, entry), Change.CREATE)).toList();
            case "accept amendment", "accept upgrade" -> order(handle, entry, answered(handle, entry), Change.CREATE).toList();
            case "build machine", "deliver machine", "upgrade machine" -> order(handle, entry, numbered(handle, entry), Change.STATE).toList();
            case "cancel order" -> cancellation(handle, entry).toList();
            case "lease becomes OFFERED" -> agreement(handle, entry, Change.CREATE).toList();
            // Nobody answered its quote in time.
            case "lease becomes LAPSED" -> Stream.concat(agreement(handle, entry, Change.STATE),
                    quote(handle, entry, found(handle, "select id from quote where lease_id = cast(:key as uuid)", entry.subject()), Change.STATE))
                    .toList();
            case "put offering", "put item" -> offering(handle, entry, entry.detail().equals("version 1") ? Change.CREATE : Change.VALUE).toList();
            case "issue bill" -> bill(handle, entry).toList();
            default -> act.startsWith("lease becomes ") ? agreement(handle, entry, Change.STATE).toList()
                    : act.startsWith("lease stays ") ? agreement(handle, entry, Change.VALUE).toList() : List.of();
        };
    }

    private Stream<Told> quote(Handle handle, Audit.Entry entry, Optional<UUID> id, Change change) {
        return told(entry, QUOTE, change, id.flatMap(each -> quotes.find(handle, each)).map(TmfRoutes::shown));
    }

    private Stream<Told> order(Handle handle, Audit.Entry entry, Optional<UUID> id, Change change) {
        return told(entry, ORDER, change, id.flatMap(each -> orders.find(handle, each)).map(TmfRoutes::shown));
    }

    private Stream<Told> cancellation(Handle handle, Audit.Entry entry) {
        return told(entry, CANCELLATION, Change.CREATE, Call.uuid(entry.subject()).flatMap(id -> cancellations.find(handle, id))
                .map(TmfCancelRoutes::shown));
    }

    private Stream<Told> agreement(Handle handle, Audit.Entry entry, Change change) {
        return told(entry, AGREEMENT, change, Call.uuid(entry.subject()).flatMap(id -> leases.find(handle, id)).map(TmfRoutes::shown));
    }

    private Stream<Told> offering(Handle handle, Audit.Entry entry, Change change) {
        return told(entry, OFFERING, change, catalog.offering(handle, entry.subject()).map(TmfRoutes::shown)
                .or(() -> catalog.item(handle, entry.subject()).map(TmfRoutes::shown)));
    }

    private Stream<Told> bill(Handle handle, Audit.Entry entry) {
        return told(entry, BILL, Change.CREATE, Call.uuid(entry.subject()).flatMap(id -> bills.find(handle, id))
                .map(bill -> TmfMoneyRoutes.shown(bill, bills.open(handle, bill))));
    }

    private Stream<Told> told(Audit.Entry entry, Resource resource, Change change, Optional<?> shown) {
        String type = resource.word + change.suffix;
        UUID id = UUID.nameUUIDFromBytes((entry.id() + " " + type).getBytes(StandardCharsets.UTF_8));
        String name = Character.toLowerCase(resource.word.charAt(0)) + resource.word.substring(1);
        return shown.stream().map(each -> new Told(id, resource.api, type, new String(wire.bytes(new Event(id, entry.at(), type, entry.act(),
                "lease-back", Map.of(name, each), type)), StandardCharsets.UTF_8)));
    }

    /// The order that followed from an answered quote or addendum.
    private static Optional<UUID> answered(Handle handle, Audit.Entry entry) {
        return found(handle, "select id from customer_order where quote_id = cast(:key as uuid)", entry.subject());
    }

    private static Optional<UUID> numbered(Handle handle, Audit.Entry entry) {
        Matcher number = ORDER_NUMBER.matcher(entry.detail());
        return number.find() ? found(handle, "select id from customer_order where number = :key", number.group(1)) : Optional.empty();
    }

    private static Optional<UUID> found(Handle handle, String query, String key) {
        return handle.createQuery(query).bind("key", key).mapTo(UUID.class).findOne();
    }

    private static Map<String, Set<String>> types() {
        Map<String, Set<String>> all = new TreeMap<>();
        for (Resource resource : List.of(OFFERING, QUOTE, ORDER, CANCELLATION, AGREEMENT, BILL)) {
            Set<String> types = all.computeIfAbsent(resource.api, api -> new TreeSet<>());
            resource.changes.forEach(change -> types.add(resource.word + change.suffix));
        }
        return all;
    }
}
