package leaseback.manager.metering;

import java.util.List;
import java.util.UUID;

/// What one meter counted for one subject in a period.
///
/// @param readings those that add up to `quantity`, by the time they begin
public record Sum(Meter meter, long quantity, List<UUID> readings) {
    public Sum {
        readings = List.copyOf(readings);
    }
}
