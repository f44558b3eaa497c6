package leaseback.manager.fleet;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import leaseback.manager.database.Database;
import org.jspecify.annotations.Nullable;

/// The directory of lines: which manager process holds which host's control line. Three verbs: claim, release, locate.
///
/// The last claim wins and has the greatest epoch; a holder whose epoch was passed gives its line up. A manager that dies
/// leaves its rows behind: it counts as gone once its heartbeat is five seconds old, by the database's clock, since two
/// managers' own clocks may differ.
final class Links {
    private final Database database;
    private final InstantSource clock;
    private final UUID managerId;

    Links(Database database, InstantSource clock, UUID managerId) {
        this.database = database;
        this.clock = clock;
        this.managerId = managerId;
    }

    /// Says that this manager lives, and where. Forgets processes that have been gone for a day.
    void heartbeat(String lineAddress, @Nullable String peerAddress) {
        database.transact(handle -> {
            handle.createUpdate("delete from manager where seen_at < now() - interval '1 day'").execute();
            return handle.createUpdate("""
                    insert into manager (id, line_address, peer_address, started_at, seen_at)
                    values (:id, :line, :peer, :at, now())
                    on conflict (id) do update set line_address = :line, peer_address = :peer, seen_at = now()""")
                    .bind("id", managerId).bind("line", lineAddress).bind("peer", peerAddress)
                    .bind("at", clock.instant()).execute();
        });
    }

    /// Takes itself and its claims out of the directory, so that nobody waits for it.
    void leave() {
        database.transact(handle -> {
            handle.createUpdate("update host_link set manager_id = null where manager_id = :me").bind("me", managerId).execute();
            return handle.createUpdate("delete from manager where id = :me").bind("me", managerId).execute();
        });
    }

    /// Notes the network from which the host's line came.
    void seen(UUID hostId, String network) {
        database.transact(handle -> handle.createUpdate("update host set network = :network where id = :id and network <> :network")
                .bind("network", network).bind("id", hostId).execute());
    }

    /// Claims the host's line for this manager, whoever held it.
    ///
    /// @return the epoch of the claim
    /// @throws LineFault when the host is not enrolled or no longer welcome
    long claim(UUID hostId) throws LineFault {
        Optional<Long> epoch = database.transact(handle -> handle.createQuery("""
                insert into host_link (host_id, manager_id, epoch, claimed_at)
                select id, :me, 1, :at from host where id = :host and state <> 'REVOKED'
                on conflict (host_id) do update set manager_id = :me, epoch = host_link.epoch + 1, claimed_at = :at
                returning epoch""")
                .bind("me", managerId).bind("host", hostId).bind("at", clock.instant()).mapTo(Long.class).findOne());
        return epoch.orElseThrow(() -> new LineFault("host " + hostId + " is not enrolled here, or was revoked"));
    }

    void release(UUID hostId, long epoch) {
        database.transact(handle -> handle.createUpdate("""
                update host_link set manager_id = null where host_id = :host and epoch = :epoch and manager_id = :me""")
                .bind("host", hostId).bind("epoch", epoch).bind("me", managerId).execute());
    }

    /// The living manager that holds the host's line, if any; straight from the database.
    Optional<Place> locate(UUID hostId) {
        return database.read(handle -> handle.createQuery(PLACES + " and l.host_id = :host").bind("host", hostId)
                .map((row, context) -> place(row)).findOne());
    }

    /// All that the once-a-second look needs, in three short reads.
    Directory directory() {
        return database.read(handle -> {
            Map<UUID, Place> places = new HashMap<>();
            handle.createQuery(PLACES).map((row, context) -> Map.entry(row.getObject("host_id", UUID.class), place(row)))
                    .forEach(entry -> places.put(entry.getKey(), entry.getValue()));
            List<String> managers = handle.createQuery("""
                    select line_address from manager where seen_at > now() - interval '5 seconds' order by (id <> :me), id""")
                    .bind("me", managerId).mapTo(String.class).list();
            // Revocations older than an hour were seen by every manager's handshakes and looks long ago.
            Set<String> revoked = new HashSet<>(handle.createQuery("select serial from certificate where revoked_at > :since")
                    .bind("since", clock.instant().minusSeconds(3600)).mapTo(String.class).list());
            return new Directory(places, managers, revoked);
        });
    }

    private static final String PLACES = """
            select l.host_id, l.manager_id, l.epoch, m.peer_address from host_link l join manager m on m.id = l.manager_id
            where m.seen_at > now() - interval '5 seconds'""";

    private static Place place(java.sql.ResultSet row) throws java.sql.SQLException {
        return new Place(row.getObject("manager_id", UUID.class), row.getLong("epoch"), row.getString("peer_address"));
    }

    /// @param peerAddress `host:port` of the holder's HTTPS face; null while it has not said
    record Place(UUID managerId, long epoch, @Nullable String peerAddress) {}

    /// @param managers line addresses of all managers alive, this one first
    /// @param revoked  serial numbers of certificates revoked lately
    record Directory(Map<UUID, Place> places, List<String> managers, Set<String> revoked) {
        static final Directory EMPTY = new Directory(Map.of(), List.of(), Set.of());
    }
}
