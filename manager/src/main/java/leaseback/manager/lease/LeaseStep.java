package leaseback.manager.lease;

import java.util.EnumSet;
import java.util.Set;

/// The names of a lease's states and which may follow which. The page of a lease's life draws its diagram from this.
///
/// Steps may come in different orders: the machine is set up and then handed over, or it is with its owner already and set up there.
public enum LeaseStep {
    OFFERED,
    LAPSED,
    DECLINED,
    ACCEPTED,
    /// The machine is with its owner and not set up yet.
    OWNED,
    CONFIGURED,
    DELIVERED,
    ACTIVE,
    PAUSED,
    WARNED,
    SUSPENDED,
    STANDING_DOWN,
    RELEASED,
    WITHDRAWN;

    /// What a lease in this step can become.
    public Set<LeaseStep> next() {
        return switch (this) {
            case OFFERED -> EnumSet.of(ACCEPTED, DECLINED, LAPSED);
            case ACCEPTED -> EnumSet.of(CONFIGURED, OWNED, WITHDRAWN);
            case OWNED, CONFIGURED -> EnumSet.of(DELIVERED, WITHDRAWN);
            case DELIVERED -> EnumSet.of(ACTIVE, WITHDRAWN);
            case ACTIVE -> EnumSet.of(PAUSED, WARNED, STANDING_DOWN);
            case PAUSED -> EnumSet.of(ACTIVE, STANDING_DOWN);
            case WARNED -> EnumSet.of(ACTIVE, SUSPENDED, STANDING_DOWN);
            case SUSPENDED -> EnumSet.of(ACTIVE, STANDING_DOWN);
            case STANDING_DOWN -> EnumSet.of(RELEASED);
            case LAPSED, DECLINED, RELEASED, WITHDRAWN -> EnumSet.noneOf(LeaseStep.class);
        };
    }

    /// Whether the machine takes part, as its label says: from the customer's yes until it is its owner's alone again. Of one that stands
    /// down others still keep something.
    public boolean takesPart() {
        return switch (this) {
            case ACCEPTED, OWNED, CONFIGURED, DELIVERED, ACTIVE, PAUSED, WARNED, SUSPENDED, STANDING_DOWN -> true;
            case OFFERED, LAPSED, DECLINED, RELEASED, WITHDRAWN -> false;
        };
    }

    /// Whether the agreement is in force: the host serves, and is owed what was promised for it.
    public boolean runs() {
        return switch (this) {
            case ACTIVE, PAUSED, WARNED, SUSPENDED -> true;
            case OFFERED, LAPSED, DECLINED, ACCEPTED, OWNED, CONFIGURED, DELIVERED, STANDING_DOWN, RELEASED, WITHDRAWN -> false;
        };
    }
}
