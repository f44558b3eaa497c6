package leaseback.host.presence;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import leaseback.protocol.Battery;
import leaseback.protocol.Earnings;
import leaseback.protocol.LeaseTerms;
import org.jspecify.annotations.Nullable;

/// How this machine stands at one instant, for the owner's eyes.
///
/// @param hostId     null until it has enrolled
/// @param trouble    what keeps it from its work, in words; null when nothing does
/// @param lineAt     the manager that holds its line
/// @param nextChange when the serving window opens or shuts; `Instant.MAX` for never
/// @param exchanges  requests of others being answered
/// @param battery    by its last report; null when it has none
/// @param working    whether it works for others, or did a moment ago: what its light shows
public record Standing(
        @Nullable UUID hostId,
        @Nullable String trouble,
        Optional<String> lineAt,
        LeaseTerms terms,
        boolean serving,
        Instant nextChange,
        long usedBytes,
        long pieces,
        int exchanges,
        boolean working,
        int bulkConnections,
        @Nullable Battery battery,
        Optional<Earnings> earnings,
        @Nullable Instant certificateUntil,
        Instant startedAt,
        Instant now) {
    /// Enrolled, with its line up.
    public boolean healthy() {
        return hostId != null && lineAt.isPresent();
    }
}
