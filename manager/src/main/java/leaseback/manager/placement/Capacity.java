package leaseback.manager.placement;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import leaseback.protocol.Calendar;

/// What the leases give, hour by hour of the week, Monday 00:00 UTC first. Bytes as they lie on hosts: a stored byte takes as many
/// of them as its class expands it.
///
/// @param hosts          under lease
/// @param committedBytes leased in all
/// @param usedBytes      of those that hold pieces, by the hosts' last reports
/// @param hours          168 of them
public record Capacity(int hosts, long committedBytes, long usedBytes, List<Hour> hours) {
    /// Of what can be counted upon, for repair and for what those who are in still add.
    private static final int RESERVE_PERCENT = 10;

    public Capacity {
        hours = List.copyOf(hours);
        if (hours.size() != Calendar.HOURS) {
            throw new IllegalArgumentException("a week has " + Calendar.HOURS + " hours, not " + hours.size());
        }
    }

    /// One hour of the week.
    ///
    /// @param name           `Tue 13:00 UTC`
    /// @param hosts          promised to be on
    /// @param committedBytes on those
    /// @param effectiveBytes leased bytes, each host's times the chance that it answers at that hour
    /// @param headroomBytes  effective bytes less those used on all hosts; below 0 when more is used than can be counted upon then
    public record Hour(String name, int hosts, long committedBytes, long effectiveBytes, long headroomBytes) {}

    /// One host's part.
    public record Share(long leasedBytes, long usedBytes, Reliability week) {}

    public static Capacity of(List<Share> shares) {
        long used = shares.stream().mapToLong(Share::usedBytes).sum();
        List<Hour> hours = new ArrayList<>();
        for (int hour = 0; hour < Calendar.HOURS; hour++) {
            int on = 0;
            long committed = 0;
            double effective = 0;
            for (Share share : shares) {
                double chance = share.week().at(hour);
                on += chance > 0 ? 1 : 0;
                committed += chance > 0 ? share.leasedBytes() : 0;
                effective += share.leasedBytes() * chance;
            }
            hours.add(new Hour(Reliability.name(hour), on, committed, Math.round(effective), Math.round(effective) - used));
        }
        return new Capacity(shares.size(), shares.stream().mapToLong(Share::leasedBytes).sum(), used, hours);
    }

    /// The hour with the least headroom; the first of several.
    public Hour lowest() {
        return hours.stream().reduce((least, hour) -> hour.headroomBytes() < least.headroomBytes() ? hour : least).orElseThrow();
    }

    /// Why nobody new should be let in; empty when they may. Judged at the tightest of the hours at which anybody is on: what nobody
    /// promises at an hour is for the storage classes to refuse, not for this.
    public Optional<String> shortage() {
        return hours.stream().filter(hour -> hour.effectiveBytes() > 0).min(Comparator.comparingLong(Hour::headroomBytes))
                .filter(tightest -> tightest.headroomBytes() < tightest.effectiveBytes() / 100 * RESERVE_PERCENT)
                .map(tightest -> "at " + tightest.name() + " the fleet can be counted upon for " + tightest.effectiveBytes() + " bytes, "
                        + usedBytes + " are used, and " + RESERVE_PERCENT + " % are kept in reserve; more machines must be leased first");
    }

    /// The whole week, a line a day and a bar an hour: how much of what is committed can be counted upon then.
    public List<String> lines() {
        String bars = " ▁▂▃▄▅▆▇█";
        List<String> lines = new ArrayList<>();
        for (int day = 0; day < 7; day++) {
            StringBuilder line = new StringBuilder(hours.get(24 * day).name().substring(0, 3)).append("  ");
            for (int hour = 24 * day; hour < 24 * (day + 1); hour++) {
                double share = committedBytes == 0 ? 0 : (double) hours.get(hour).effectiveBytes() / committedBytes;
                line.append(bars.charAt((int) Math.clamp(Math.ceil(8 * share), 0, 8)));
            }
            lines.add(line.toString());
        }
        return lines;
    }
}
