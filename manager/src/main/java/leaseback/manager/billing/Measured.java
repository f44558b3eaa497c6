package leaseback.manager.billing;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.ledger.DocumentLine;
import leaseback.manager.ledger.Explains;
import leaseback.manager.ledger.Explanation;
import leaseback.manager.metering.Meter;
import leaseback.manager.metering.Readings;
import leaseback.manager.metering.Sum;

/// A sum of readings as a line that can be asked: whose, of which meter, of which time, and as it was known when.
final class Measured {
    static final String KIND = "measured";

    private Measured() {}

    static DocumentLine line(UUID subject, Meter meter, Instant from, Instant to, Instant known) {
        return DocumentLine.whole(KIND, subject + "@" + meter.word() + "@" + from.toEpochMilli() + "@" + to.toEpochMilli() + "@"
                + known.toEpochMilli());
    }

    static Explains explains(Readings readings) {
        return (handle, line) -> {
            String[] parts = line.id().split("@", -1);
            if (parts.length != 5) {
                return Optional.empty();
            }
            Sum sum;
            Instant from;
            Instant to;
            try {
                from = Instant.ofEpochMilli(Long.parseLong(parts[2]));
                to = Instant.ofEpochMilli(Long.parseLong(parts[3]));
                sum = readings.sum(handle, UUID.fromString(parts[0]), Meter.named(parts[1]), from, to,
                        Instant.ofEpochMilli(Long.parseLong(parts[4])));
            } catch (IllegalArgumentException other) {
                return Optional.empty();
            }
            List<DocumentLine> because = sum.readings().stream().map(id -> DocumentLine.whole("reading", id)).toList();
            return Optional.of(new Explanation(sum.quantity() + " " + sum.meter().unit() + " of " + sum.meter().word() + " from " + from + " to "
                    + to + ", the sum of " + because.size() + " readings", because));
        };
    }
}
