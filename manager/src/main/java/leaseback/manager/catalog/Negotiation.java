package leaseback.manager.catalog;

import java.math.BigInteger;
import java.math.BigDecimal;
import java.math.RoundingMode;

/// How far a plan may be bargained over; the least and most bytes are the plan's own.
///
/// @param leastHoursAWeek          the machine is to be on
/// @param leastProcessorHoursAWeek its processor may work for others
/// @param diskPercent              how many percent of the monthly pay are for the disk; the rest is for the hours
/// @param mostMonthlyPay           never more than this, however much is lent
/// @param mostVersions             of one quote
public record Negotiation(int leastHoursAWeek, int leastProcessorHoursAWeek, int diskPercent, Money mostMonthlyPay, int mostVersions) {
    public Negotiation {
        Text.given("mostMonthlyPay of a negotiation", mostMonthlyPay);
        if (leastHoursAWeek < 1 || leastHoursAWeek > 168 || leastProcessorHoursAWeek < 0 || leastProcessorHoursAWeek > 168) {
            throw new IllegalArgumentException("a negotiation's least hours a week are 1 to 168, of the processor 0 to 168, not "
                    + leastHoursAWeek + " and " + leastProcessorHoursAWeek);
        }
        if (diskPercent < 0 || diskPercent > 100 || mostMonthlyPay.minor() < 0 || mostVersions < 2 || mostVersions > 100) {
            throw new IllegalArgumentException("a negotiation needs diskPercent from 0 to 100, mostMonthlyPay of nothing or more and "
                    + "mostVersions from 2 to 100, not " + diskPercent + ", " + mostMonthlyPay + " and " + mostVersions);
        }
    }

    /// What is paid for this much instead of `listed` for that much: in proportion, part for the disk, part for the hours.
    /// Lending less never pays more.
    public Money pay(Money listed, long listedBytes, long bytes, long listedMinutes, long minutes) {
        BigInteger disk = product(diskPercent, bytes, listedMinutes);
        BigInteger hours = product(100 - diskPercent, minutes, listedBytes);
        // One division, so that cents are rounded once.
        long minor = new BigDecimal(disk.add(hours).multiply(BigInteger.valueOf(listed.minor())))
                .divide(new BigDecimal(product(100, listedBytes, listedMinutes)), 0, RoundingMode.HALF_EVEN).longValueExact();
        return new Money(Math.min(minor, mostMonthlyPay.minor()), listed.currency());
    }

    private static BigInteger product(long a, long b, long c) {
        return BigInteger.valueOf(a).multiply(BigInteger.valueOf(b)).multiply(BigInteger.valueOf(c));
    }
}
