package leaseback.manager.metering;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// So much was measured from `from` until just before `to`. It counts in the period in which it begins, so that of two periods side by
/// side each reading is in exactly one; who measures cuts at the edges that bills have.
///
/// @param id       the client's own: sent twice it counts once
/// @param from     whole milliseconds, as `to`; at most 32 days apart
/// @param quantity in the meter's unit, not negative
/// @param source   who measured: `pulse`, `census`, `operator:olga`
/// @param replaces the reading that this one corrects, of the same subject and meter
public record Reading(UUID id, Subject subject, Meter meter, Instant from, Instant to, long quantity, String source,
        @Nullable UUID replaces) {
    private static final Duration LONGEST = Duration.ofDays(32);

    @SuppressWarnings("NullAway") // comes from JSON too, where anything may be missing
    public Reading {
        if (id == null || subject == null || meter == null || from == null || to == null) {
            throw new IllegalArgumentException("a reading needs an id of the client's own (a UUID), subject, meter, from and to");
        }
        from = from.truncatedTo(ChronoUnit.MILLIS);
        to = to.truncatedTo(ChronoUnit.MILLIS);
        if (!from.isBefore(to) || from.plus(LONGEST).isBefore(to)) {
            throw new IllegalArgumentException("reading " + id + " goes from an earlier instant to one at most " + LONGEST.toDays()
                    + " days later, not from " + from + " to " + to);
        }
        if (quantity < 0) {
            throw new IllegalArgumentException("reading " + id + " measured " + quantity + " " + meter.unit()
                    + "; nothing is measured below 0: correct a reading by another that replaces it");
        }
        if (source == null || !source.matches("[\\w.:@/+-]{1,200}")) {
            throw new IllegalArgumentException("the source of reading " + id + " is 1 to 200 letters, digits and . : @ / + _ -");
        }
        if (id.equals(replaces)) {
            throw new IllegalArgumentException("reading " + id + " cannot replace itself");
        }
    }

    public Reading(UUID id, Subject subject, Meter meter, Instant from, Instant to, long quantity, String source) {
        this(id, subject, meter, from, to, quantity, source, null);
    }
}
