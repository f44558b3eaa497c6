package leaseback.manager.lease;

/// Why a lease ends.
public enum Ending {
    /// Its term ran out, and nobody renewed it: silence is a no.
    EXPIRED,
    NOTICE_BY_CUSTOMER,
    NOTICE_BY_PROVIDER,
    /// Within 14 days of delivery, without a reason.
    WITHDRAWN,
    /// A provision was not kept, warned of, and not cured.
    BREACH
}
