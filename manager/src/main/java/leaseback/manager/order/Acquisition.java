package leaseback.manager.order;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import leaseback.manager.catalog.Money;
import org.jspecify.annotations.Nullable;

/// How a customer comes to the machine.
///
/// @param months of rates, 2 to 120; for MACHINE_LEASE alone
public record Acquisition(Kind kind, @Nullable Integer months) {
    /// Bought and paid at once, as where nothing is said.
    static final Acquisition SALE = new Acquisition(Kind.SALE, null);

    /// The ways.
    public enum Kind {
        SALE,
        /// Paid by the month; after the last rate it is the customer's.
        MACHINE_LEASE,
        GIFT
    }

    @SuppressWarnings("NullAway") // comes from JSON, where anything may be missing
    public Acquisition {
        if (kind == null) {
            throw new IllegalArgumentException("an acquisition is SALE, MACHINE_LEASE or GIFT");
        }
        if (kind == Kind.MACHINE_LEASE ? months == null || months < 2 || months > 120 : months != null) {
            throw new IllegalArgumentException("a MACHINE_LEASE is paid in 2 to 120 months, and no other acquisition has months; not " + months);
        }
    }

    /// What is to be paid, when and by whom: the lines of a sale, and what takes their place. Cents that no whole rate holds are due at once.
    Quote.Answer of(Quote.Answer sale) {
        Money total = sale.total();
        if (kind == Kind.SALE || total.minor() == 0) {
            return sale;
        }
        List<OrderLine> lines = new ArrayList<>(sale.lines());
        List<OrderLine> monthly = new ArrayList<>(sale.monthly());
        Money later = total;
        if (months == null) {
            lines.add(new OrderLine("A gift to you", Money.zero(total.currency()).minus(total)));
        } else {
            Money rate = new Money(BigDecimal.valueOf(total.minor()).divide(BigDecimal.valueOf(months), 0, RoundingMode.DOWN).longValueExact(),
                    total.currency());
            later = rate.times(BigDecimal.valueOf(months));
            lines.add(new OrderLine("Paid in " + months + " monthly rates instead", Money.zero(total.currency()).minus(later)));
            monthly.add(new OrderLine("Lease of the machine, one of " + months + " rates", rate));
        }
        return new Quote.Answer(List.copyOf(lines), total.minus(later), sale.build(), List.copyOf(monthly));
    }

    /// To be read beside the price; empty for a sale.
    String words() {
        return switch (kind) {
            case SALE -> "";
            case MACHINE_LEASE -> "You lease the machine: you pay it in " + months + " monthly rates, and after the last one it is yours.";
            case GIFT -> "The machine is a gift to you.";
        };
    }
}
