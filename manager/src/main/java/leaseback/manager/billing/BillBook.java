package leaseback.manager.billing;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.List;
import java.util.UUID;
import leaseback.manager.catalog.Money;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Bills and payouts as one leafs through them: the newest first, and months in sums.
public final class BillBook {
    private BillBook() {}

    /// One document in a list.
    ///
    /// @param zone      the customer's
    /// @param from      begin of its period; `to` is the first instant after it
    /// @param due       by when it is to be paid
    /// @param reminders how often we had to write for the money
    /// @param settledAt when it was seen to be paid; null before, and for payouts
    public record Entry(String number, Bill.Kind kind, UUID customerId, String customer, ZoneId zone, boolean ofOrder, Instant from, Instant to,
            Instant issuedAt, Instant due, Money gross, int reminders, @Nullable Instant settledAt) {}

    /// What was written in a month of UTC in one currency.
    ///
    public record Sum(YearMonth month, String currency, long bills, Money billed, long payouts, Money earned) {}

    /// Bills that we had to remind of and that are not paid.
    ///
    /// @param open what is still to be paid of them: what comes in is set against the oldest
    public record Overdue(long bills, Money open) {}

    /// The newest first.
    ///
    /// @param customerId null for everybody's
    /// @param text       what number or customer's name contain, whatever the case; empty for all
    /// @param reminded   only those that we had to remind of, and that are not paid yet
    public static List<Entry> newest(Handle handle, @Nullable UUID customerId, String text, boolean reminded, int limit) {
        return handle.createQuery("""
                select b.number, b.kind, b.customer_id, c.name, c.zone, b.order_id, b.period_from, b.period_to, b.issued_at, b.due_at, b.gross_minor,
                       b.currency, b.reminders, b.settled_at
                from bill b join customer c on c.id = b.customer_id
                where (cast(:customer as uuid) is null or b.customer_id = cast(:customer as uuid))
                  and (:text = '' or position(lower(:text) in lower(b.number)) > 0 or position(lower(:text) in lower(c.name)) > 0)
                  and (not :reminded or b.reminders > 0 and b.settled_at is null)
                order by b.issued_at desc, b.id desc limit :limit""")
                .bind("customer", customerId).bind("text", text).bind("reminded", reminded).bind("limit", limit)
                .map((row, context) -> new Entry(row.getString("number"), Bill.Kind.valueOf(row.getString("kind")),
                        row.getObject("customer_id", UUID.class), row.getString("name"), ZoneId.of(row.getString("zone")),
                        row.getObject("order_id") != null, at(row, "period_from"), at(row, "period_to"), at(row, "issued_at"), at(row, "due_at"),
                        new Money(row.getLong("gross_minor"), row.getString("currency")), row.getInt("reminders"),
                        row.getTimestamp("settled_at") == null ? null : at(row, "settled_at"))).list();
    }

    /// The last so many months in which anything was written, the newest first. Reads every document there is.
    public static List<Sum> months(Handle handle, int months) {
        return handle.createQuery("""
                select to_char(issued_at at time zone 'UTC', 'YYYY-MM') as month, currency,
                       count(*) filter (where kind = 'BILL') as bills, coalesce(sum(gross_minor) filter (where kind = 'BILL'), 0) as billed,
                       count(*) filter (where kind = 'PAYOUT') as payouts, coalesce(sum(gross_minor) filter (where kind = 'PAYOUT'), 0) as earned
                from bill group by month, currency order by month desc, currency limit :months""")
                .bind("months", months)
                .map((row, context) -> {
                    String currency = row.getString("currency");
                    return new Sum(YearMonth.parse(row.getString("month")), currency, row.getLong("bills"), money(row, "billed", currency),
                            row.getLong("payouts"), money(row, "earned", currency));
                }).list();
    }

    /// By currency.
    public static List<Overdue> overdue(Handle handle) {
        return handle.createQuery("""
                with late as (
                    select customer_id, currency, count(*) as bills, sum(gross_minor) as gross, max(issued_at) as last
                    from bill where reminders > 0 and settled_at is null group by customer_id, currency)
                select currency, sum(bills) as bills, coalesce(sum(greatest(0, least(gross, stands - newer))), 0) as open from (
                    select late.*,
                        (select coalesce(sum(case when l.debit = a.path then l.minor else -l.minor end), 0) from transfer_leg l
                         where (l.debit = a.path or l.credit = a.path) and l.currency = late.currency) as stands,
                        (select coalesce(sum(greatest(b.gross_minor, 0)), 0) from bill b
                         where b.customer_id = late.customer_id and b.currency = late.currency and b.kind = 'BILL' and b.issued_at > late.last) as newer
                    from late cross join lateral (select 'assets:user:' || late.customer_id || ':receivable' as path) as a) as each
                group by currency order by currency""")
                .map((row, context) -> new Overdue(row.getLong("bills"), money(row, "open", row.getString("currency")))).list();
    }

    /// In which the customer has documents.
    public static List<String> currencies(Handle handle, UUID customerId) {
        return handle.createQuery("select distinct currency from bill where customer_id = :customer order by currency")
                .bind("customer", customerId).mapTo(String.class).list();
    }

    private static Money money(ResultSet row, String column, String currency) throws SQLException {
        return new Money(row.getBigDecimal(column).longValueExact(), currency);
    }

    private static Instant at(ResultSet row, String column) throws SQLException {
        Timestamp stamp = row.getTimestamp(column);
        return stamp.toInstant();
    }
}
