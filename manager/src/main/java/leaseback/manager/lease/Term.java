package leaseback.manager.lease;

import java.time.Instant;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/// From when to when an agreement holds.
///
/// @param ending why it ends at `to`, when that is certain; null while it may still be renewed
public record Term(Instant from, Instant to, @Nullable Ending ending) {
    /// So many months of the wall calendar in `zone`, from `from` on.
    static Term of(Instant from, int months, ZoneId zone) {
        return new Term(from, from.atZone(zone).plusMonths(months).toInstant(), null);
    }
}
