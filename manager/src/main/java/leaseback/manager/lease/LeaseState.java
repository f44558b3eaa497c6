package leaseback.manager.lease;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import java.util.UUID;

/// Where a lease stands, with just what is true there.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "name")
@JsonSubTypes({
    @JsonSubTypes.Type(value = LeaseState.Offered.class, name = "OFFERED"),
    @JsonSubTypes.Type(value = LeaseState.Lapsed.class, name = "LAPSED"),
    @JsonSubTypes.Type(value = LeaseState.Declined.class, name = "DECLINED"),
    @JsonSubTypes.Type(value = LeaseState.Accepted.class, name = "ACCEPTED"),
    @JsonSubTypes.Type(value = LeaseState.Owned.class, name = "OWNED"),
    @JsonSubTypes.Type(value = LeaseState.Configured.class, name = "CONFIGURED"),
    @JsonSubTypes.Type(value = LeaseState.Delivered.class, name = "DELIVERED"),
    @JsonSubTypes.Type(value = LeaseState.Active.class, name = "ACTIVE"),
    @JsonSubTypes.Type(value = LeaseState.Paused.class, name = "PAUSED"),
    @JsonSubTypes.Type(value = LeaseState.Warned.class, name = "WARNED"),
    @JsonSubTypes.Type(value = LeaseState.Suspended.class, name = "SUSPENDED"),
    @JsonSubTypes.Type(value = LeaseState.StandingDown.class, name = "STANDING_DOWN"),
    @JsonSubTypes.Type(value = LeaseState.Released.class, name = "RELEASED"),
    @JsonSubTypes.Type(value = LeaseState.Withdrawn.class, name = "WITHDRAWN")
})
public sealed interface LeaseState {
    /// Since when it stands so.
    Instant at();

    /// Its step of the way.
    default LeaseStep step() {
        return switch (this) {
            case Offered offered -> LeaseStep.OFFERED;
            case Lapsed lapsed -> LeaseStep.LAPSED;
            case Declined declined -> LeaseStep.DECLINED;
            case Accepted accepted -> LeaseStep.ACCEPTED;
            case Owned owned -> LeaseStep.OWNED;
            case Configured configured -> LeaseStep.CONFIGURED;
            case Delivered delivered -> LeaseStep.DELIVERED;
            case Active active -> LeaseStep.ACTIVE;
            case Paused paused -> LeaseStep.PAUSED;
            case Warned warned -> LeaseStep.WARNED;
            case Suspended suspended -> LeaseStep.SUSPENDED;
            case StandingDown leaving -> LeaseStep.STANDING_DOWN;
            case Released released -> LeaseStep.RELEASED;
            case Withdrawn withdrawn -> LeaseStep.WITHDRAWN;
        };
    }

    /// The machine is made: the share has become bytes.
    sealed interface Made extends LeaseState {
        UUID machineId();

        long leasedBytes();
    }

    /// The agreement is in force.
    sealed interface Running extends Made {
        Term term();
    }

    /// Awaits the customer's word until `expiresAt`.
    record Offered(Instant at, Instant expiresAt) implements LeaseState {}

    /// Nobody answered in time: silence is a no.
    record Lapsed(Instant at) implements LeaseState {}

    record Declined(Instant at) implements LeaseState {}

    /// The customer said yes; the machine is neither made nor handed over yet.
    record Accepted(Instant at) implements LeaseState {}

    /// The machine is with its owner and not set up yet, as with an upgrade of one they have.
    record Owned(Instant at, UUID machineId) implements LeaseState {}

    record Configured(Instant at, UUID machineId, long leasedBytes) implements Made {}

    /// The machine is set up and with its owner, and has not enrolled yet.
    record Delivered(Instant at, UUID machineId, long leasedBytes) implements Made {}

    /// The machine's agent has enrolled: the lease runs.
    record Active(Instant at, UUID machineId, long leasedBytes, Term term) implements Running {}

    /// Nothing is asked of the host, and nothing is a breach, until `until`: a holiday, a repair.
    record Paused(Instant at, UUID machineId, long leasedBytes, Term term, Party by, Instant until) implements Running {}

    /// A provision was not kept, and the owner was told; all is as before until `cureBy`.
    record Warned(Instant at, UUID machineId, long leasedBytes, Term term, String provision, Instant cureBy) implements Running {}

    /// It was not cured: incentives are paused, and the lease ends at `endsAt` unless it is.
    record Suspended(Instant at, UUID machineId, long leasedBytes, Term term, String provision, Instant endsAt) implements Running {}

    /// The lease has ended; what others keep on the machine is moved away, and then the disk given back.
    record StandingDown(Instant at, UUID machineId, long leasedBytes, Ending ending) implements Made {}

    /// The machine is its owner's alone again.
    record Released(Instant at, UUID machineId, long leasedBytes, Ending ending) implements Made {}

    /// Withdrawn before anything ran.
    record Withdrawn(Instant at) implements LeaseState {}
}
