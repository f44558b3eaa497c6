package leaseback.manager.customer;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Set;
import java.util.UUID;

/// A person, household or firm we deal with. Lender and buyer are roles, not kinds.
public record Customer(UUID id, String name, String email, ZoneId zone, Set<Role> roles, Instant createdAt) {
    public boolean is(Role role) {
        return roles.contains(role);
    }
}
