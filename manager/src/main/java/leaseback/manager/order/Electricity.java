package leaseback.manager.order;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.catalog.Money;
import leaseback.protocol.Calendar;
import leaseback.protocol.Window;
import org.jdbi.v3.core.Handle;

/// What keeping the promise draws from the owner's socket, before work for others warms the processor: an estimate.
///
/// @param watts         while on and idle
/// @param minutesAWeek  the promised minutes of an ordinary week
/// @param wattHours     in a month of 365.25 / 12 days
/// @param kilowattHour  the price reckoned with
/// @param monthly       the cost of a month
public record Electricity(int watts, long minutesAWeek, long wattHours, Money kilowattHour, Money monthly) {
    private static final BigDecimal WEEKS_A_MONTH = new BigDecimal("365.25")
            .divide(new BigDecimal("84"), 10, RoundingMode.HALF_EVEN);
    // Any Monday: without daylight saving every week has the same hours.
    private static final Instant MONDAY = Instant.parse("2024-01-01T00:00:00Z");

    static Electricity of(int watts, List<Window> serving, Money kilowattHour) {
        long minutes = minutesAWeek(serving);
        BigDecimal wattHours = BigDecimal.valueOf(watts).multiply(BigDecimal.valueOf(minutes)).multiply(WEEKS_A_MONTH)
                .divide(BigDecimal.valueOf(60), 6, RoundingMode.HALF_EVEN);
        return new Electricity(watts, minutes, wattHours.setScale(0, RoundingMode.HALF_EVEN).longValueExact(), kilowattHour,
                kilowattHour.times(wattHours.movePointLeft(3)));
    }

    /// As the offer of a lease has it; empty for a lease that came about without one.
    public static Optional<Electricity> offered(Handle handle, UUID leaseId) {
        return handle.createQuery("""
                select cast(body -> 'electricity' ->> 'watts' as int), cast(body -> 'electricity' ->> 'minutesAWeek' as bigint),
                       cast(body -> 'electricity' ->> 'wattHours' as bigint), cast(body #>> '{electricity,kilowattHour,minor}' as bigint),
                       cast(body #>> '{electricity,monthly,minor}' as bigint), body #>> '{electricity,kilowattHour,currency}'
                from quote where lease_id = :lease and body -> 'electricity' ->> 'watts' is not null""")
                .bind("lease", leaseId).map((row, context) -> new Electricity(row.getInt(1), row.getLong(2), row.getLong(3),
                        new Money(row.getLong(4), row.getString(6)), new Money(row.getLong(5), row.getString(6)))).findOne();
    }

    /// What so many minutes draw.
    public long wattHours(long minutes) {
        return BigDecimal.valueOf(watts).multiply(BigDecimal.valueOf(minutes)).divide(BigDecimal.valueOf(60), 0, RoundingMode.HALF_EVEN).longValueExact();
    }

    /// What they cost.
    public Money cost(long minutes) {
        return kilowattHour.times(BigDecimal.valueOf(watts).multiply(BigDecimal.valueOf(minutes)).divide(BigDecimal.valueOf(60_000), 9,
                RoundingMode.HALF_EVEN));
    }

    /// In an ordinary week; a minute that two windows hold counts once.
    static long minutesAWeek(List<Window> windows) {
        return new Calendar(ZoneOffset.UTC, windows).minutesOpen(MONDAY, MONDAY.plus(Duration.ofDays(7)));
    }
}
