package leaseback.protocol;

import java.util.UUID;

/// What a host has promised, as the manager hands it to the agent at enrolment and whenever it changes.
///
/// @param leaseId     the lease these terms belong to
/// @param version     grows with every amendment and every change of its holidays; an agent never goes back to a smaller one
/// @param leasedBytes the most the agent may keep for others on this machine's disk
/// @param serving     when the machine is promised to be on and its pieces to be served
/// @param processor   when the processor may work for others
/// @param monthlyPay  what the owner is paid for a month kept in full; minor units
/// @param currency    ISO 4217
/// @param summary     the lease in the owner's words, shown on the agent's own page
public record LeaseTerms(
        UUID leaseId,
        int version,
        long leasedBytes,
        Calendar serving,
        Calendar processor,
        long monthlyPay,
        String currency,
        String summary) {
    public LeaseTerms {
        if (leasedBytes < 0) {
            throw new IllegalArgumentException("leased bytes cannot be negative: " + leasedBytes);
        }
    }
}
