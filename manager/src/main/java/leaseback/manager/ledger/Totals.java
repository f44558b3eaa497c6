package leaseback.manager.ledger;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import leaseback.manager.catalog.Money;
import org.jdbi.v3.core.Handle;

/// What the books come to: every account's balance, those of all customers or leases taken together.
///
/// @param lines    by path and currency
/// @param balanced what all debits less all credits come to, by currency: nothing, unless the database is damaged
public record Totals(List<Line> lines, Map<String, Money> balanced) {
    /// @param account such as `assets:user:*:receivable`
    /// @param accounts how many accounts that is
    /// @param amount  as its kind grows: what users owe us and what we owe hosts are both above nothing
    public record Line(String account, long accounts, Money amount) {}

    public Totals {
        lines = List.copyOf(lines);
        balanced = Map.copyOf(balanced);
    }

    /// Reads every posting there is: for figures that are counted seldom.
    public static Totals of(Handle handle) {
        Map<String, Money> sums = new TreeMap<>();
        List<Line> lines = handle.createQuery("""
                select regexp_replace(account, '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', '*') as path, currency, count(*), sum(net) from (
                    select account, currency, sum(net) as net from (
                        select debit as account, currency, sum(minor) as net from transfer_leg group by debit, currency
                        union all
                        select credit, currency, -sum(minor) from transfer_leg group by credit, currency) as side
                    group by account, currency) as each
                group by path, currency order by path, currency""")
                .map((row, context) -> {
                    Money net = new Money(row.getBigDecimal(4).longValueExact(), row.getString("currency"));
                    sums.merge(net.currency(), net, Money::plus);
                    boolean grows = AccountKind.of(row.getString("path")).growsByDebit();
                    return new Line(row.getString("path"), row.getLong(3), grows ? net : Money.zero(net.currency()).minus(net));
                }).list();
        return new Totals(lines, sums);
    }

    /// All accounts of that entry of the chart, in that currency.
    public Money of(Chart entry, String currency) {
        String path = entry.template().replaceFirst("\\{(customer|lease)}", "*");
        String family = path.replaceFirst("\\{(item|country)}", "");
        Money sum = Money.zero(currency);
        for (Line line : lines) {
            boolean its = family.equals(path) ? line.account().equals(path) : line.account().startsWith(family);
            sum = its && line.amount().currency().equals(currency) ? sum.plus(line.amount()) : sum;
        }
        return sum;
    }
}
