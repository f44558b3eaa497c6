package leaseback.manager.web;

import java.time.Instant;
import java.util.List;
import leaseback.manager.catalog.Money;
import leaseback.manager.fleet.BackupPower;
import leaseback.manager.fleet.IssuedCertificate;
import leaseback.manager.lease.Lease;
import leaseback.manager.lease.Transition;
import org.jspecify.annotations.Nullable;

/// All that is known of one host.
///
/// @param lease   null when it is not on record
/// @param history of the lease, oldest first
/// @param power   null when it has no battery and no uninterruptible power supply
public record HostPage(HostLine row, @Nullable Lease lease, List<Transition> history, List<IssuedCertificate> certificates,
        @Nullable BackupPower power, Instant now) {
    public String monthlyPay() {
        return new Money(row.host().terms().monthlyPay(), row.host().terms().currency()).toString();
    }

    /// Such as `83 %, some 25 minutes`.
    public String backupPower() {
        return power == null ? "none that it tells of" : power.percent() + " %" + (power.runtimeMinutes() == null ? ""
                : ", some " + Figures.count(power.runtimeMinutes(), "minute")) + (power.discharging() ? ", in use now" : "");
    }

    /// `good`, `revoked`, `expired`: where a certificate stands.
    public String standing(IssuedCertificate certificate) {
        Instant revoked = certificate.revokedAt();
        if (revoked != null) {
            return "revoked " + Figures.minute(revoked);
        }
        return certificate.notAfter().isBefore(now) ? "expired" : "good";
    }

    /// Whether the agent acts upon older terms than those agreed.
    public boolean termsLag() {
        return row.facts() != null && row.facts().termsVersion() != row.host().terms().version();
    }
}
