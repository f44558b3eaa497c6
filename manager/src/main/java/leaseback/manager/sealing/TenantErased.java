package leaseback.manager.sealing;

import java.util.UUID;

/// The tenant's keys were destroyed: nothing of theirs opens, and nothing new is taken for them.
public final class TenantErased extends RuntimeException {
    private static final long serialVersionUID = 1;

    TenantErased(UUID tenantId, int version) {
        super("version " + version + " of the key of tenant " + tenantId + " was destroyed");
    }
}
