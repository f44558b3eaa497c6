package leaseback.manager.order;

import java.util.List;
import leaseback.manager.catalog.Money;
import leaseback.manager.catalog.Part;
import org.jspecify.annotations.Nullable;

/// What is built into a machine whose lease runs, and what it costs.
///
/// @param driveBytes    of the drive afterwards
/// @param raise         what is paid more by the month from then on
/// @param payBackMonths in how many months the raise has paid for the parts; null where it never does
public record Upgrade(Machine machine, List<Part> parts, List<OrderLine> lines, Money total, long driveBytes, Money raise,
        @Nullable Integer payBackMonths) {
    public Upgrade {
        parts = List.copyOf(parts);
        lines = List.copyOf(lines);
    }
}
