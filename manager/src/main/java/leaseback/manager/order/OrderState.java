package leaseback.manager.order;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;

/// Where an order stands.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "name")
@JsonSubTypes({
    @JsonSubTypes.Type(value = OrderState.Acknowledged.class, name = "ACKNOWLEDGED"),
    @JsonSubTypes.Type(value = OrderState.Configured.class, name = "CONFIGURED"),
    @JsonSubTypes.Type(value = OrderState.Delivered.class, name = "DELIVERED")
})
public sealed interface OrderState {
    /// Placed; the factory has not taken it yet.
    record Acknowledged(Instant at) implements OrderState {}

    /// The factory has the manifest: the machine is made as it says.
    record Configured(Instant at, Machine machine) implements OrderState {}

    /// The machine is with its owner.
    record Delivered(Instant at, Machine machine) implements OrderState {}
}
