package leaseback.protocol;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What a host says of itself each time the manager asks (`GET /v1/report` on the control line).
///
/// @param agentVersion the agent's release
/// @param processId    the agent's process on its machine
/// @param startedAt    when this process started
/// @param termsVersion the version of the terms it acts on
/// @param leasedBytes  the most it may hold
/// @param usedBytes    what it holds, unfinished pieces included; never more than `leasedBytes`
/// @param pieces       whole pieces held
/// @param serving      whether its serving window is open on its own clock
/// @param clock        its own clock
/// @param battery      null when it has none, or its release did not tell of it yet
public record HostReport(
        String agentVersion,
        long processId,
        Instant startedAt,
        int termsVersion,
        long leasedBytes,
        long usedBytes,
        long pieces,
        boolean serving,
        Instant clock,
        @Nullable Battery battery) {
    /// Of a machine without a battery.
    public HostReport(String agentVersion, long processId, Instant startedAt, int termsVersion, long leasedBytes, long usedBytes, long pieces,
            boolean serving, Instant clock) {
        this(agentVersion, processId, startedAt, termsVersion, leasedBytes, usedBytes, pieces, serving, clock, null);
    }
}
