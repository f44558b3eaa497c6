package leaseback.manager.lease;

import java.util.EnumSet;
import java.util.Set;

/// The names of a lease's states and which may follow which.
public enum LeaseStep {
    OFFERED,
    LAPSED,
    DECLINED,
    ACCEPTED,
    CONFIGURED,
    DELIVERED,
    ACTIVE;

    /// What a lease in this step can become by somebody's act. (An offer lapses by itself.)
    public Set<LeaseStep> next() {
        return switch (this) {
            case OFFERED -> EnumSet.of(ACCEPTED, DECLINED);
            case ACCEPTED -> EnumSet.of(CONFIGURED);
            case CONFIGURED -> EnumSet.of(DELIVERED);
            case DELIVERED -> EnumSet.of(ACTIVE);
            case LAPSED, DECLINED, ACTIVE -> EnumSet.noneOf(LeaseStep.class);
        };
    }
}
