package leaseback.manager.web;

import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Locale;
import leaseback.manager.billing.Bill;
import leaseback.manager.billing.BillBook;
import leaseback.manager.catalog.Money;
import leaseback.manager.ledger.Chart;
import leaseback.manager.ledger.Days;
import leaseback.manager.ledger.Totals;
import org.jspecify.annotations.Nullable;

/// The money at a glance: what is owed both ways, what each month came to, the documents, and the books.
///
/// @param months   the newest first
/// @param overdue  by currency
/// @param filter   text that number or customer contain; empty for all
/// @param reminded whether only overdue bills are shown
/// @param closed   the last day of the books that is closed for good; null before the first
public record MoneyPage(Totals totals, List<BillBook.Sum> months, List<BillBook.Overdue> overdue,
        List<BillBook.Entry> documents, String filter, boolean reminded,
        Days.@Nullable Closing closed, int most, Instant now) {
    public List<String> currencies() {
        return totals.balanced().keySet().stream().sorted().toList();
    }

    public Money owedToUs(String currency) {
        return totals.of(Chart.RECEIVABLE, currency).plus(totals.of(Chart.HOST_RECEIVABLE, currency));
    }

    public Money owedToHosts(String currency) {
        return totals.of(Chart.PAYABLE, currency);
    }

    public Money held(String currency) {
        return totals.of(Chart.HELD, currency);
    }

    /// Of bills that we had to remind of.
    public BillBook.Overdue late(String currency) {
        return overdue.stream().filter(each -> each.open().currency().equals(currency)).findFirst()
                .orElseGet(() -> new BillBook.Overdue(0, Money.zero(currency)));
    }

    /// Revenue less what hosts earned and incentives cost, since the books were opened.
    public Money margin(String currency) {
        return totals.of(Chart.REVENUE, currency).minus(totals.of(Chart.HOST_COMPENSATION, currency)).minus(totals.of(Chart.INCENTIVE, currency));
    }

    public boolean balanced() {
        return totals.balanced().values().stream().allMatch(sum -> sum.minor() == 0);
    }

    /// This page, as it is.
    public String address() {
        return "/money?" + (reminded ? "overdue=1&" : "") + "q=" + Figures.encoded(filter);
    }

    /// Where a document stands.
    public static String state(BillBook.Entry entry, Instant now) {
        if (entry.kind() == Bill.Kind.PAYOUT) {
            return "credited";
        }
        if (entry.settledAt() != null) {
            return "paid";
        }
        return entry.reminders() > 0 ? "reminded " + Figures.count(entry.reminders(), "time") : entry.due().isBefore(now) ? "due" : "issued";
    }

    public static String mark(BillBook.Entry entry, Instant now) {
        return switch (state(entry, now)) {
            case "credited", "paid" -> "up";
            case "issued", "due" -> "wait";
            default -> "missed";
        };
    }

    /// `Apr 2027` for a whole month, its days otherwise; on the customer's calendar.
    public static String period(BillBook.Entry entry) {
        ZonedDateTime from = entry.from().atZone(entry.zone());
        boolean month = from.getDayOfMonth() == 1 && from.plusMonths(1).toInstant().equals(entry.to());
        String first = Figures.day(entry.from(), entry.zone());
        String last = Figures.day(entry.to().minusMillis(1), entry.zone());
        return month ? first.substring(2) : first.equals(last) ? first : first + " to " + last;
    }

    public static String kind(BillBook.Entry entry) {
        return entry.ofOrder() ? "order" : entry.kind().name().toLowerCase(Locale.ROOT);
    }
}
