package leaseback.manager.web;

import java.time.ZoneId;
import java.util.List;
import leaseback.manager.billing.Bill;
import leaseback.manager.billing.Line;
import leaseback.manager.catalog.Money;
import leaseback.manager.ledger.Explanations;

/// One bill or payout, line by line, each with the way back to where it comes from.
///
/// @param open  what of it is still to be paid
/// @param base  address under which documents are shown
/// @param why   the line that was asked about, from 1; 0 for none
/// @param steps where that one comes from
public record DocumentPage(Bill bill, String customer, ZoneId zone, Money open, String base, int why, List<Explanations.Step> steps) {
    public String title() {
        return (bill.credits() != null ? "Credit note " : bill.kind() == Bill.Kind.BILL ? "Bill " : "Payout ") + bill.number();
    }

    /// `1 May 2027 to 31 May 2027`, on the customer's calendar.
    public String period() {
        return Figures.day(bill.from(), zone) + " to " + Figures.day(bill.to().minusMillis(1), zone);
    }

    /// `0.6129 month`; empty for one of something.
    public static String quantity(Line line) {
        return line.quantity().compareTo(java.math.BigDecimal.ONE) == 0 ? ""
                : line.quantity().setScale(4, java.math.RoundingMode.HALF_EVEN).stripTrailingZeros().toPlainString() + " " + line.unit();
    }

    /// Who owes what it comes to.
    public String owes() {
        return bill.kind() == Bill.Kind.BILL ? "Owed to us" : "Owed to the host";
    }

    /// Whether its parties are known well enough for a file.
    public boolean file() {
        return bill.seller() != null && bill.buyer() != null;
    }
}
