package leaseback.manager.compliance;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Draws a finding from the days that were measured. Reckons and does nothing else.
///
/// What is shared out over days is never all or nothing: it fails where 30 days, 7 days and the most recent days are all too little, and
/// there were enough of them to say so. It is in order again as soon as the most recent days since the warning are.
final class Judgement {
    static final int WEEK = 7;
    static final int MONTH = 30;

    private Judgement() {}

    /// Of the day `day`; empty when nothing was asked on it.
    ///
    /// @param days measured, in any order; later ones and those before the 30 days are left aside
    static Optional<Finding> of(Standard standard, UUID lease, Provision provision, LocalDate day, List<Day> days, Instant now) {
        Day today = days.stream().filter(each -> each.day().equals(day)).findFirst().orElse(null);
        if (today == null || today.readings(provision).isEmpty() || today.asked(provision) == 0) {
            return Optional.empty();
        }
        Tally week = sum(provision, days, day.minusDays(WEEK - 1), day);
        Tally month = sum(provision, days, day.minusDays(MONTH - 1), day);
        return Optional.of(new Finding(Finding.idOf(lease, provision, day), lease, provision, day,
                !failed(standard, provision, day, days, week, month), new Tally(today.good(provision), today.asked(provision)), week, month,
                today.excused(), today.readings(provision), "", standard.version(), now));
    }

    /// Whether what was warned of is in order again by the end of `day`.
    ///
    /// @param since the day of the warning
    static boolean cured(Standard standard, Provision provision, LocalDate day, List<Day> days, LocalDate since) {
        List<Day> recent = recent(standard, provision, days, since, day);
        // Where little is asked, what there was in the week decides; nothing at all is held against nobody.
        if (recent.size() < standard.recentDays() && since.isAfter(day.minusDays(WEEK - 2))) {
            return false;
        }
        return !sum(provision, recent).below(percent(standard, provision));
    }

    static Tally sum(Provision provision, List<Day> days, @Nullable LocalDate from, LocalDate to) {
        return sum(provision, days.stream().filter(each -> !each.day().isAfter(to) && (from == null || !each.day().isBefore(from))).toList());
    }

    private static Tally sum(Provision provision, List<Day> days) {
        Tally sum = Tally.NOTHING;
        for (Day each : days) {
            sum = sum.plus(new Tally(each.good(provision), each.asked(provision)));
        }
        return sum;
    }

    static int percent(Standard standard, Provision provision) {
        return switch (provision) {
            case PRESENCE -> standard.presencePercent();
            case DISK -> standard.diskPercent();
            case WORK -> standard.workPercent();
            case AGENT_VERSION, TAMPER -> 100;
        };
    }

    private static boolean failed(Standard standard, Provision provision, LocalDate day, List<Day> days, Tally week, Tally month) {
        LocalDate first = day.minusDays(MONTH - 1);
        boolean enough = provision == Provision.DISK ? week.asked() >= standard.leastAudits()
                : days.stream().filter(each -> each.asked(provision) > 0 && !each.day().isBefore(first) && !each.day().isAfter(day)).count()
                        >= standard.leastDays();
        int percent = percent(standard, provision);
        // A disk that fails has lost what it keeps; there the week alone decides.
        return enough && week.below(percent) && (provision == Provision.DISK || month.below(percent))
                && sum(provision, recent(standard, provision, days, first, day)).below(percent);
    }

    /// The last days on which something was asked.
    private static List<Day> recent(Standard standard, Provision provision, List<Day> days, LocalDate from, LocalDate to) {
        List<Day> asked = new ArrayList<>(days.stream()
                .filter(each -> each.asked(provision) > 0 && !each.day().isBefore(from) && !each.day().isAfter(to)).toList());
        asked.sort(Comparator.comparing(Day::day).reversed());
        return asked.subList(0, Math.min(standard.recentDays(), asked.size()));
    }
}
