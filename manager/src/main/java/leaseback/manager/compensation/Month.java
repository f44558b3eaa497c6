package leaseback.manager.compensation;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;

/// One calendar month of an account, by its own wall clock: its edges are midnights there, whatever the clocks do in between.
public record Month(YearMonth month, ZoneId zone) {
    public static Month of(Instant instant, ZoneId zone) {
        return new Month(YearMonth.from(instant.atZone(zone)), zone);
    }

    public Instant from() {
        return month.atDay(1).atStartOfDay(zone).toInstant();
    }

    /// The first instant after it.
    public Instant to() {
        return month.plusMonths(1).atDay(1).atStartOfDay(zone).toInstant();
    }

    public Month next() {
        return new Month(month.plusMonths(1), zone);
    }

    public Duration length() {
        return Duration.between(from(), to());
    }

    /// How much of the month lies between two instants, 0 to 1.
    public BigDecimal share(Instant start, Instant end) {
        Instant first = start.isBefore(from()) ? from() : start;
        Instant last = end.isAfter(to()) ? to() : end;
        if (!first.isBefore(last)) {
            return BigDecimal.ZERO;
        }
        return BigDecimal.valueOf(Duration.between(first, last).toMillis())
                .divide(BigDecimal.valueOf(length().toMillis()), MathContext.DECIMAL128);
    }
}
