package leaseback.manager.compliance;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;

/// What was judged of one provision of a lease for one day of its zone; never altered.
///
/// @param kept     whether that is well enough, over days
/// @param ofDay    of the day itself
/// @param week     of the 7 days that end with it
/// @param month    of the 30 days that end with it
/// @param excused  minutes of the day that were taken out of what was asked
/// @param readings rows that prove the day: readings, or reports of altered data
/// @param standard version of the thresholds
public record Finding(
        UUID id,
        UUID leaseId,
        Provision provision,
        LocalDate day,
        boolean kept,
        Tally ofDay,
        Tally week,
        Tally month,
        long excused,
        List<UUID> readings,
        String detail,
        int standard,
        Instant judgedAt) {
    public Finding {
        readings = List.copyOf(readings);
    }

    static UUID idOf(UUID lease, Provision provision, LocalDate day) {
        return UUID.nameUUIDFromBytes(("finding " + lease + " " + provision + " " + day).getBytes(StandardCharsets.UTF_8));
    }

    /// Over the 30 days that end with the day.
    public BigDecimal score() {
        return month.score();
    }

    /// For a person.
    public String words() {
        return switch (provision) {
            case PRESENCE -> "On " + day + " the machine was on in " + ofDay.good() + " of " + ofDay.asked() + " agreed minutes ("
                    + ofDay.percent() + "); " + week.percent() + " over 7 days, " + month.percent() + " over 30."
                    + (excused == 0 ? "" : " " + excused + " minutes of that day were not asked for: an outage of ours, or a pause.");
            case DISK -> ofDay.good() == 0 && ofDay.asked() > 0
                    ? "On " + day + " the disk could not be reached: none of " + ofDay.asked() + " audits was passed; " + week.percent()
                            + " over 7 days."
                    : "On " + day + " the disk passed " + ofDay.good() + " of " + ofDay.asked() + " audits; " + week.percent() + " over 7 days.";
            case WORK -> "On " + day + " the processor did " + ofDay.percent() + " of the work it was given; " + week.percent()
                    + " over 7 days, " + month.percent() + " over 30.";
            case AGENT_VERSION, TAMPER -> "On " + day + ": " + detail + ".";
        };
    }
}
