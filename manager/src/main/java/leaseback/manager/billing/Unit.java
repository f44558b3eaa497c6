package leaseback.manager.billing;

import java.math.BigDecimal;
import java.math.MathContext;
import leaseback.manager.compensation.Month;

/// What a price is for. Meters count in small whole units; people are billed by these.
public enum Unit {
    GIB_MONTH("GiB-month"),
    GIB("GiB"),
    CORE_HOUR("core-hour"),
    THOUSAND("thousand"),
    MONTH("month"),
    PIECE("piece");

    private static final BigDecimal BYTES_PER_GIB = BigDecimal.valueOf(1L << 30);
    private final String words;

    Unit(String words) {
        this.words = words;
    }

    public String words() {
        return words;
    }

    /// So many of a meter's units in this unit. A month of 28 to 31 days, or one with a day of 23 or 25 hours, is one month.
    BigDecimal of(long counted, Month month) {
        BigDecimal number = BigDecimal.valueOf(counted);
        return switch (this) {
            case GIB_MONTH -> number.multiply(BigDecimal.valueOf(3_600_000))
                    .divide(BYTES_PER_GIB.multiply(BigDecimal.valueOf(month.length().toMillis())), MathContext.DECIMAL128);
            case GIB -> number.divide(BYTES_PER_GIB, MathContext.DECIMAL128);
            case CORE_HOUR -> number.divide(BigDecimal.valueOf(3600), MathContext.DECIMAL128);
            case THOUSAND -> number.divide(BigDecimal.valueOf(1000), MathContext.DECIMAL128);
            case MONTH, PIECE -> number;
        };
    }
}
