package leaseback.manager.metering;

import java.util.UUID;

/// Whom or what a reading is about.
public record Subject(Kind kind, UUID id) {
    /// What sort of thing.
    public enum Kind {
        LEASE,
        HOST,
        CUSTOMER
    }

    @SuppressWarnings("NullAway") // comes from JSON too, where anything may be missing
    public Subject {
        if (kind == null || id == null) {
            throw new IllegalArgumentException("a reading is about a LEASE, HOST or CUSTOMER, by its id");
        }
    }
}
