package leaseback.protocol;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The file the factory takes for one machine: what to build in, what to set, and, where the buyer accepted,
/// what the agent needs for its first boot. Signed as the exact bytes of its JSON; the signature lies beside it.
///
/// @param leaseBack null when the buyer declined: no agent, no lease partition, plain firmware
/// @param bill      bill of materials, one line a part
/// @param firmware  wanted firmware attributes by name
public record BuildManifest(
        UUID machineId,
        String serial,
        String orderNumber,
        String system,
        List<String> bill,
        Map<String, String> firmware,
        @Nullable LeaseBack leaseBack,
        Instant issuedAt) {

    /// What an accepted lease adds to the build.
    ///
    /// @param leasedBytes   size of the leased partition or folder
    /// @param managerUrl    `https://` address of the manager's enrolment service
    /// @param caPem         the certificate the agent must find at the other end, PEM
    /// @param claimCodeHash SHA-256, hex, of the one-time claim code that travels with the machine
    /// @param motd          one line for whoever signs in to the machine, as `/etc/motd.d/leaseback`; null for none
    public record LeaseBack(UUID leaseId, long leasedBytes, String managerUrl, String caPem, String claimCodeHash, @Nullable String motd) {
        /// Without a line for who signs in.
        public LeaseBack(UUID leaseId, long leasedBytes, String managerUrl, String caPem, String claimCodeHash) {
            this(leaseId, leasedBytes, managerUrl, caPem, claimCodeHash, null);
        }
    }
}
