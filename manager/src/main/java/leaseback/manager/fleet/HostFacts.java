package leaseback.manager.fleet;

import java.time.Instant;
import java.time.YearMonth;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What else is on record of a host, for those who look after it.
///
/// @param leaseNumber    as people call it
/// @param lineSince      when its line was last taken up; null before the first time
/// @param agentVersion   by its last report; empty before the first
/// @param startedAt      of its agent, by its last report
/// @param termsVersion   it acted upon at its last report
/// @param pieces         whole ones held, by its last report
/// @param minutesPresent minutes of its serving window in which it answered, by month of the owner's zone
public record HostFacts(
        UUID hostId,
        String leaseNumber,
        Instant enrolledAt,
        @Nullable Instant lineSince,
        String agentVersion,
        @Nullable Instant startedAt,
        int termsVersion,
        long pieces,
        Map<YearMonth, Long> minutesPresent) {}
