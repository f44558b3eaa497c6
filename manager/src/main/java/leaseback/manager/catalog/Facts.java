package leaseback.manager.catalog;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What is known when somebody asks for a plan; null for what nobody told.
///
/// @param country       ISO 3166, such as `DE`
/// @param diskFreeBytes on the drive that would be lent
/// @param batteryMinutes for which a battery keeps the machine on
/// @param flags         marks on the customer's account
/// @param leases        that the customer has, accepted or running
public record Facts(@Nullable Long upstreamKbits, @Nullable Long diskFreeBytes, @Nullable String country, @Nullable Integer idleWatts,
        @Nullable Integer batteryMinutes, Set<String> flags, int leases) {
    public Facts {
        flags = Set.copyOf(flags);
    }
}
