package leaseback.manager.lease;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.clock.Due;
import leaseback.manager.database.Database;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Rings where a lease's time has come: an offer lapses, a pause ends, agreed terms begin to hold, a term runs out.
public final class LeaseTimers implements Due {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseTimers.class);
    private static final int PAGE = 200;

    private final Database database;
    private final Leases leases;

    public LeaseTimers(Database database, Leases leases) {
        this.database = database;
        this.leases = leases;
    }

    @Override
    public Optional<Instant> next() {
        return database.read(leases::next);
    }

    /// Each lease in its own transaction, which locks its row: of two managers that ring, the second finds nothing due.
    @Override
    public void run() {
        List<UUID> due = database.read(handle -> leases.due(handle, PAGE));
        RuntimeException first = null;
        for (UUID lease : due) {
            try {
                database.transact(handle -> {
                    leases.ring(handle, lease);
                    return lease;
                });
            } catch (RuntimeException failed) {
                // The others' time has come too.
                LOG.warn("lease {}: what is due could not be done; it is tried again", lease, failed);
                first = first == null ? failed : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
