package leaseback.manager.billing;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.ZoneId;
import java.util.List;
import leaseback.manager.catalog.Money;

/// Documents as text that a person reads: in a letter, on a terminal.
public final class StatementText {
    private static final int WIDTH = 78;
    private static final int AMOUNT = 16;

    private StatementText() {}

    public static String of(Bill bill, ZoneId zone) {
        StringBuilder text = new StringBuilder();
        append(text, bill, zone);
        return text.toString();
    }

    /// A month: its documents, and what is left after one was set against the other.
    public static String of(List<Bill> documents, Settlement settlement, ZoneId zone) {
        StringBuilder text = new StringBuilder();
        for (Bill bill : documents) {
            append(text, bill, zone);
            text.append('\n');
        }
        text.append("Settlement\n");
        row(text, "You owed us", settlement.owedToUs());
        row(text, "We owed you", settlement.owedToThem());
        row(text, "Set one against the other", settlement.setOff());
        if (settlement.prepaid().minor() > 0) {
            row(text, "Taken from what you paid in advance", settlement.prepaid());
        }
        if (settlement.toPay().minor() > 0 || settlement.toReceive().minor() == 0) {
            row(text, "You pay", settlement.toPay());
        }
        if (settlement.toReceive().minor() > 0) {
            row(text, "We pay you", settlement.toReceive());
        }
        return text.toString();
    }

    private static void append(StringBuilder text, Bill bill, ZoneId zone) {
        text.append(bill.credits() != null ? "Credit note " : bill.kind() == Bill.Kind.BILL ? "Bill " : "Payout ").append(bill.number()).append(", ")
                .append(bill.from().atZone(zone).toLocalDate()).append(" to ").append(bill.to().minusMillis(1).atZone(zone).toLocalDate())
                .append(bill.credits() == null ? "" : ", of bill " + bill.credits()).append('\n');
        for (Line line : bill.lines()) {
            row(text, line.text(), line.amount());
            if (line.quantity().compareTo(BigDecimal.ONE) != 0) {
                BigDecimal quantity = line.quantity().setScale(4, RoundingMode.HALF_EVEN).stripTrailingZeros();
                text.append("    ").append((quantity.scale() < 0 ? quantity.setScale(0) : quantity).toPlainString()).append(' ').append(line.unit())
                        .append('\n');
            }
        }
        boolean owed = bill.kind() == Bill.Kind.BILL;
        if (bill.tax().amount().minor() != 0) {
            row(text, (owed ? "of it " : "plus ") + bill.tax().vat().percent().toPlainString() + " % value added tax ("
                    + bill.tax().country() + ")", bill.tax().amount());
        }
        row(text, bill.credits() != null ? "Taken off what you owe us" : owed ? "You owe us, by " + bill.due() : "We owe you", bill.gross());
    }

    private static void row(StringBuilder text, String words, Money amount) {
        String left = "  " + words;
        String right = amount.toString();
        int room = WIDTH - AMOUNT;
        while (left.length() > room) {
            int cut = left.lastIndexOf(' ', room);
            cut = cut < 10 ? room : cut;
            text.append(left, 0, cut).append('\n');
            left = "      " + left.substring(cut).strip();
        }
        text.append(left).append(" ".repeat(Math.max(1, WIDTH - left.length() - right.length()))).append(right).append('\n');
    }
}
