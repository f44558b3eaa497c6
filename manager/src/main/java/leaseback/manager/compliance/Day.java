package leaseback.manager.compliance;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// What was measured of one lease on one day of its zone.
///
/// @param window   minutes the agreed hours had
/// @param present  of them, in which the machine was there
/// @param excused  of them, in which we were down or the lease was paused
/// @param touched  whether we were down, or the lease paused, at any time of that day: then nothing that failed is counted
/// @param presence readings of `window` and `present`; likewise of the others. Empty where they were not asked for
record Day(
        LocalDate day,
        long window,
        long present,
        long excused,
        boolean touched,
        long audits,
        long passed,
        long workAsked,
        long workDone,
        List<UUID> presence,
        List<UUID> disk,
        List<UUID> work) {
    /// What was asked by that provision.
    long asked(Provision provision) {
        return switch (provision) {
            case PRESENCE -> Math.max(0, window - excused);
            case DISK -> audits;
            case WORK -> workAsked;
            case AGENT_VERSION, TAMPER -> 0;
        };
    }

    /// What of it was kept, never more than was asked.
    long good(Provision provision) {
        long good = switch (provision) {
            case PRESENCE -> present;
            case DISK -> touched ? audits : passed;
            case WORK -> touched ? workAsked : workDone;
            case AGENT_VERSION, TAMPER -> 0;
        };
        return Math.min(good, asked(provision));
    }

    List<UUID> readings(Provision provision) {
        return switch (provision) {
            case PRESENCE -> presence;
            case DISK -> disk;
            case WORK -> work;
            case AGENT_VERSION, TAMPER -> List.of();
        };
    }

    List<UUID> allReadings() {
        List<UUID> all = new ArrayList<>(presence);
        all.addAll(disk);
        all.addAll(work);
        return all;
    }
}
