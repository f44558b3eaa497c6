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
    @JsonSubTypes.Type(value = LeaseState.Configured.class, name = "CONFIGURED"),
    @JsonSubTypes.Type(value = LeaseState.Delivered.class, name = "DELIVERED"),
    @JsonSubTypes.Type(value = LeaseState.Active.class, name = "ACTIVE")
})
public sealed interface LeaseState {
    /// Its step of the way.
    default LeaseStep step() {
        return switch (this) {
            case Offered offered -> LeaseStep.OFFERED;
            case Lapsed lapsed -> LeaseStep.LAPSED;
            case Declined declined -> LeaseStep.DECLINED;
            case Accepted accepted -> LeaseStep.ACCEPTED;
            case Configured configured -> LeaseStep.CONFIGURED;
            case Delivered delivered -> LeaseStep.DELIVERED;
            case Active active -> LeaseStep.ACTIVE;
        };
    }

    /// Awaits the customer's word until `expiresAt`.
    record Offered(Instant at, Instant expiresAt) implements LeaseState {}

    /// Nobody answered in time: silence is a no.
    record Lapsed(Instant at) implements LeaseState {}

    record Declined(Instant at) implements LeaseState {}

    /// The customer said yes; the machine is not made yet.
    record Accepted(Instant at) implements LeaseState {}

    /// The machine is made; the share has become bytes.
    record Configured(Instant at, UUID machineId, long leasedBytes) implements LeaseState {}

    /// The machine is with its owner and has not enrolled yet.
    record Delivered(Instant at, UUID machineId, long leasedBytes) implements LeaseState {}

    /// The machine's agent has enrolled: the lease runs.
    record Active(Instant at, UUID machineId, long leasedBytes) implements LeaseState {}
}
