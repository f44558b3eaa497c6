package leaseback.manager.web;

import java.time.Instant;
import leaseback.manager.order.Machine;
import leaseback.manager.order.Order;
import leaseback.manager.order.OrderState;
import org.jspecify.annotations.Nullable;

/// One order in a word or two.
public record PlacedOrder(Order order, String customer) {
    public String state() {
        return switch (order.state()) {
            case OrderState.Acknowledged acknowledged -> "waits for the factory";
            case OrderState.Configured configured -> "made";
            case OrderState.Delivered delivered -> "delivered";
        };
    }

    public String mark() {
        return order.state() instanceof OrderState.Delivered ? "up" : "wait";
    }

    public Instant at() {
        return switch (order.state()) {
            case OrderState.Acknowledged acknowledged -> acknowledged.at();
            case OrderState.Configured configured -> configured.at();
            case OrderState.Delivered delivered -> delivered.at();
        };
    }

    /// Null until the factory has the manifest.
    public @Nullable Machine machine() {
        return switch (order.state()) {
            case OrderState.Acknowledged acknowledged -> null;
            case OrderState.Configured configured -> configured.machine();
            case OrderState.Delivered delivered -> delivered.machine();
        };
    }

    public String serial() {
        Machine machine = machine();
        return machine == null ? "–" : machine.serial();
    }

    /// Whether the machine is leased back in part.
    public String lease() {
        return order.leaseId() == null ? "declined: sold without lease" : "accepted: leased back in part";
    }
}
