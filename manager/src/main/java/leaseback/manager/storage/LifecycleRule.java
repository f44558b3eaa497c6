package leaseback.manager.storage;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One rule of a bucket on what goes by itself, and when. Zero days: the rule says nothing of it.
///
/// @param prefix         of the keys it is about
/// @param tags           all of which an object must have
/// @param over           bytes that an object must exceed; -1 for none
/// @param under          bytes that an object must stay below; `Long.MAX_VALUE` for none
/// @param days           after which what is current is deleted as a client would delete it
/// @param date           from which on it is; null for none
/// @param markers        whether a delete marker goes that hides nothing any more
/// @param noncurrentDays after which a version goes that is not current any more
/// @param newer          versions that stay however old they are: the newest of those not current
/// @param abortDays      after which an unfinished upload is aborted
public record LifecycleRule(String id, boolean enabled, String prefix, Map<String, String> tags, long over, long under, int days,
        @Nullable Instant date, boolean markers, int noncurrentDays, int newer, int abortDays) {
    static final Duration REAL_DAY = Duration.ofDays(1);

    public LifecycleRule {
        tags = Map.copyOf(tags);
    }

    boolean covers(StoredObject object) {
        return object.key().startsWith(prefix) && object.attributes().tags().entrySet().containsAll(tags.entrySet())
                && object.bytes() > over && object.bytes() < under;
    }

    /// A delete marker has no tags and no size.
    boolean coversMarkers() {
        return tags.isEmpty() && over < 0 && under == Long.MAX_VALUE;
    }

    /// When what is current goes; null for never.
    ///
    /// @param day how long a day lasts; real ones end at midnight, UTC
    public @Nullable Instant expiry(StoredObject object, Duration day) {
        if (!enabled || days == 0 && date == null || !covers(object)) {
            return null;
        }
        return days == 0 ? date : after(object.modifiedAt(), days, day);
    }

    static Instant after(Instant begin, int days, Duration day) {
        Instant end = begin.plus(day.multipliedBy(days));
        Instant midnight = end.truncatedTo(ChronoUnit.DAYS);
        return !day.equals(REAL_DAY) || midnight.equals(end) ? end : midnight.plus(REAL_DAY);
    }
}
