package leaseback.protocol;

import java.time.DayOfWeek;
import java.time.LocalTime;
import java.util.Objects;

/// One weekly interval on the owner's wall clock, from `from` (included) to `to` (excluded).
///
/// When `to` is not after `from`, the window ends on the following day: 22:00 to 05:00 is seven hours;
/// 00:00 to 00:00 is the whole day.
public record Window(DayOfWeek day, LocalTime from, LocalTime to) {
    public Window {
        Objects.requireNonNull(day);
        if (from.getSecond() != 0 || from.getNano() != 0 || to.getSecond() != 0 || to.getNano() != 0) {
            throw new IllegalArgumentException(
                    "a window starts and ends on a full minute, not at " + from + " or " + to);
        }
    }

    /// Length on the wall clock: 1 to 1440.
    public int minutes() {
        int minutes = (to.toSecondOfDay() - from.toSecondOfDay()) / 60;
        return minutes > 0 ? minutes : minutes + 1440;
    }

    /// Whether the wall clock, showing `time` on `day`, is inside.
    public boolean contains(DayOfWeek dayShown, LocalTime time) {
        boolean crossesMidnight = !to.isAfter(from);
        if (!crossesMidnight) {
            return dayShown == day && !time.isBefore(from) && time.isBefore(to);
        }
        return dayShown == day && !time.isBefore(from)
                || dayShown == day.plus(1) && time.isBefore(to);
    }
}
