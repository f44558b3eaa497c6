package leaseback.manager.placement;

import java.time.Duration;

/// How hosts are lost for good, and how fast a lost piece is made anew.
///
/// @param lossPerYear share of hosts lost for good in a year, without notice: disks that die, owners who stay away
/// @param repair      from a host's loss until the segments that lay on it are whole again: the grace given to a host that is
///                    off, and the time to read and write
public record Wear(double lossPerYear, Duration repair) {
    /// One host in ten a year; two days, because a host that is off is given a day and may be needed at a certain hour.
    public static final Wear ASSUMED = new Wear(0.10, Duration.ofHours(48));
    private static final double HOURS_PER_YEAR = 8766;

    public Wear {
        if (!(lossPerYear > 0) || repair.isNegative() || repair.isZero()) {
            throw new IllegalArgumentException("hosts are lost, and repair takes time: " + lossPerYear + " a year, " + repair);
        }
    }

    /// The chance that a segment is lost within a year, from `needed` pieces on.
    ///
    /// A Markov chain over the number of pieces lost: each of those left is lost at the same rate and independently; a repair
    /// brings all back at once, after `repair` on average. The mean time until fewer than k are left, from none lost:
    /// the expected visits and stays on the way to the end without a repair, over the chance of such a way.
    public double lostPerYear(Code code) {
        double repairs = HOURS_PER_YEAR / (repair.toSeconds() / 3600.0);
        double chance = 1;
        double stay = 1 / (code.needed() * lossPerYear);
        for (int lost = 1; lost <= code.losses(); lost++) {
            double losses = (code.needed() - lost) * lossPerYear;
            stay += chance / (losses + repairs);
            chance *= losses / (losses + repairs);
        }
        return -Math.expm1(-chance / stay);
    }
}
