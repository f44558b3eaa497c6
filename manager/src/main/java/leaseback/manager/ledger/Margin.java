package leaseback.manager.ledger;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import leaseback.manager.catalog.Money;
import org.jdbi.v3.core.Handle;

/// What was earned with each service in a time: its revenue, less what hosts and incentives cost for it. Each figure is a sum of the ledger's
/// accounts over the transfers whose value date lies in that time.
///
/// @param from     the first day
/// @param to       the first day after it
/// @param services by name; what hosts are paid for whatever runs on them is `shared`, what banks take and what is lost `fees`
public record Margin(LocalDate from, LocalDate to, String currency, List<Service> services, Service total) {
    /// What is for no single service.
    private static final String SHARED = "shared";
    private static final String FEES = "fees";
    /// Which service an incentive or a resource is for, where it is for one; its revenue's name otherwise.
    private static final Map<String, String> FOR = Map.ofEntries(Map.entry("incentive:discount", "hardware"), Map.entry("incentive:upgrade", "hardware"),
            Map.entry("incentive:support", "service"), Map.entry("incentive:renewal", SHARED), Map.entry("incentive:event", SHARED),
            Map.entry("host-compensation:monthly", SHARED),
            Map.entry("host-compensation:barter", SHARED), Map.entry("host-compensation:disk", "storage"), Map.entry("host-compensation:egress", SHARED),
            Map.entry("host-compensation:power", SHARED), Map.entry("host-compensation:cpu", "compute"));

    /// One service.
    ///
    /// @param revenue    without tax
    /// @param hosts      what hosts earned for it
    /// @param incentives what they cost
    /// @param fees       what suppliers and sales channels get for it; of banks, rounding, and what was never paid, for no service
    /// @param margin     what is left
    public record Service(String name, Money revenue, Money hosts, Money incentives, Money fees, Money margin) {
        Service(String name, Money revenue, Money hosts, Money incentives, Money fees) {
            this(name, revenue, hosts, incentives, fees, revenue.minus(hosts).minus(incentives).minus(fees));
        }

        Service plus(Service other) {
            return new Service(name, revenue.plus(other.revenue), hosts.plus(other.hosts), incentives.plus(other.incentives), fees.plus(other.fees));
        }
    }

    public Margin {
        services = List.copyOf(services);
    }

    /// Of the days from `from` until just before `to`.
    public static Margin of(Handle handle, LocalDate from, LocalDate to, String currency) {
        Map<String, Service> services = new TreeMap<>();
        Money none = Money.zero(currency);
        handle.createQuery("""
                select account, sum(net) from (
                    select l.debit as account, l.minor as net from transfer t join transfer_leg l on l.transfer_id = t.id
                    where t.value_date >= :from and t.value_date < :to and l.currency = :currency and l.debit ~ '^(revenue|expenses):'
                    union all
                    select l.credit, -l.minor from transfer t join transfer_leg l on l.transfer_id = t.id
                    where t.value_date >= :from and t.value_date < :to and l.currency = :currency and l.credit ~ '^(revenue|expenses):') as side
                group by account""")
                .bind("from", from).bind("to", to).bind("currency", currency)
                .map((row, context) -> one(row.getString(1), new Money(row.getBigDecimal(2).longValueExact(), currency), none))
                .forEach(each -> services.merge(each.name(), each, Service::plus));
        List<Service> all = new ArrayList<>(services.values());
        all.sort(Comparator.comparingInt(each -> each.name().equals(FEES) ? 2 : each.name().equals(SHARED) ? 1 : 0));
        Service total = all.stream().reduce(new Service("total", none, none, none, none), Service::plus);
        return new Margin(from, to, currency, all, total);
    }

    private static Service one(String path, Money debited, Money none) {
        String[] words = path.split(":", -1);
        if (words[0].equals("revenue")) {
            return new Service(words[1], none.minus(debited), none, none, none);
        }
        String name = words.length < 3 ? FEES : FOR.getOrDefault(words[1] + ":" + words[2], words[2]);
        return switch (words[1]) {
            case "host-compensation" -> new Service(name, none, debited, none, none);
            case "incentive" -> new Service(name, none, none, debited, none);
            case "partner" -> new Service(name, none, none, none, debited);
            default -> new Service(FEES, none, none, none, debited);
        };
    }
}
