package leaseback.manager.fleet;

import java.net.InetSocketAddress;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.database.Database;
import org.jdbi.v3.core.Handle;

/// From where hosts' lines come, as this side sees it, and since when. Kept for 90 days: it is where somebody lives.
public final class HostAddresses {
    private static final Duration KEPT = Duration.ofDays(90);
    private final Database database;
    private final InstantSource clock;

    public HostAddresses(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /// @param address IPv4 or IPv6, as text
    /// @param since   from when on the line came from there
    /// @param seenAt  when a line last came from there
    public record Seen(UUID hostId, String address, int port, Instant since, Instant seenAt) {}

    /// A line has come up from there. The port is only its own: a new port at the same address is no new address.
    void seen(UUID hostId, InetSocketAddress from) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        String address = text(from);
        database.transact(handle -> {
            handle.createUpdate("delete from host_address where host_id = :host and seen_at < :old")
                    .bind("host", hostId).bind("old", now.minus(KEPT)).execute();
            Optional<Seen> last = latest(handle, hostId);
            if (last.isPresent() && last.get().address().equals(address)) {
                return handle.createUpdate("update host_address set port = :port, seen_at = :now where host_id = :host and since = :since")
                        .bind("port", from.getPort()).bind("now", now).bind("host", hostId).bind("since", last.get().since()).execute();
            }
            return handle.createUpdate("""
                    insert into host_address (host_id, since, address, port, seen_at) values (:host, :now, :address, :port, :now)
                    on conflict (host_id, since) do update set address = excluded.address, port = excluded.port""")
                    .bind("host", hostId).bind("now", now).bind("address", address).bind("port", from.getPort()).execute();
        });
    }

    /// The latest of each host that was ever seen.
    public Map<UUID, Seen> latest(Collection<UUID> hostIds) {
        if (hostIds.isEmpty()) {
            return Map.of();
        }
        return database.read(handle -> {
            Map<UUID, Seen> latest = new HashMap<>();
            handle.createQuery("select * from host_address where host_id in (<ids>) order by since").bindList("ids", List.copyOf(hostIds))
                    .map((row, context) -> row(row)).forEach(seen -> latest.put(seen.hostId(), seen));
            return latest;
        });
    }

    /// All that is still kept of one host, newest first.
    public List<Seen> history(UUID hostId) {
        return database.read(handle -> handle.createQuery("select * from host_address where host_id = :host order by since desc")
                .bind("host", hostId).map((row, context) -> row(row)).list());
    }

    private static Optional<Seen> latest(Handle handle, UUID hostId) {
        return handle.createQuery("select * from host_address where host_id = :host order by since desc limit 1 for update")
                .bind("host", hostId).map((row, context) -> row(row)).findOne();
    }

    private static Seen row(ResultSet row) throws SQLException {
        return new Seen(row.getObject("host_id", UUID.class), row.getString("address"), row.getInt("port"),
                row.getTimestamp("since").toInstant(), row.getTimestamp("seen_at").toInstant());
    }

    /// Without a scope, which means something on this machine only.
    private static String text(InetSocketAddress from) {
        String address = from.getAddress() == null ? from.getHostString() : from.getAddress().getHostAddress();
        int scope = address.indexOf('%');
        return scope < 0 ? address : address.substring(0, scope);
    }
}
