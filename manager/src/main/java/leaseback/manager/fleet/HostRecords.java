package leaseback.manager.fleet;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import leaseback.manager.database.Database;
import org.jspecify.annotations.Nullable;

/// The records kept of hosts, read for the operator; nothing here decides anything.
public final class HostRecords {
    private static final int MOST_CERTIFICATES = 50;
    private final Database database;

    public HostRecords(Database database) {
        this.database = database;
    }

    /// Every host's, with its presence from `since` on.
    public Map<UUID, HostFacts> all(LocalDate since) {
        return database.read(handle -> {
            Map<UUID, Map<YearMonth, Long>> presence = new HashMap<>();
            handle.createQuery("""
                    select host_id, cast(extract(year from day) as int) as year, cast(extract(month from day) as int) as month,
                           sum(minutes_present) as minutes
                    from host_presence where day >= :since group by 1, 2, 3""")
                    .bind("since", since)
                    .map((row, context) -> presence
                            .computeIfAbsent(row.getObject("host_id", UUID.class), host -> new HashMap<>())
                            .put(YearMonth.of(row.getInt("year"), row.getInt("month")), row.getLong("minutes")))
                    .list();
            Map<UUID, HostFacts> facts = new HashMap<>();
            handle.createQuery("""
                    select h.id, a.number, h.enrolled_at, l.claimed_at, h.agent_version, h.started_at, h.terms_version, h.pieces
                    from host h join lease a on a.id = h.lease_id left join host_link l on l.host_id = h.id""")
                    .map((row, context) -> facts(row, presence)).forEach(each -> facts.put(each.hostId(), each));
            return facts;
        });
    }

    /// Of those of the hosts that have it.
    public Map<UUID, BackupPower> backupPower(Collection<UUID> hosts) {
        if (hosts.isEmpty()) {
            return Map.of();
        }
        Map<UUID, BackupPower> found = new HashMap<>();
        database.read(handle -> handle.createQuery("""
                select h.id, h.battery_percent, h.battery_discharging,
                       coalesce(h.battery_minutes, h.battery_milliwatt_hours * 60 / 1000 / cast(q.body -> 'electricity' ->> 'watts' as int)) as minutes
                from host h left join quote q on q.lease_id = h.lease_id where h.id in (<hosts>) and h.battery_percent is not null""")
                .bindList("hosts", List.copyOf(hosts))
                .map((row, context) -> Map.entry(row.getObject("id", UUID.class), new BackupPower(row.getInt("battery_percent"),
                        row.getBoolean("battery_discharging"), row.getObject("minutes") == null ? null : (int) Math.min(row.getLong("minutes"),
                                Integer.MAX_VALUE)))).list()).forEach(each -> found.put(each.getKey(), each.getValue()));
        return found;
    }

    /// The host's certificates, newest first, at most 50.
    public List<IssuedCertificate> certificates(UUID hostId) {
        return database.read(handle -> handle.createQuery("""
                select serial, issued_at, not_after, revoked_at from certificate
                where kind = 'HOST' and subject_id = :host order by issued_at desc limit :most""")
                .bind("host", hostId).bind("most", MOST_CERTIFICATES)
                .map((row, context) -> new IssuedCertificate(row.getString("serial"), row.getTimestamp("issued_at").toInstant(),
                        row.getTimestamp("not_after").toInstant(), instant(row, "revoked_at")))
                .list());
    }

    private static HostFacts facts(ResultSet row, Map<UUID, Map<YearMonth, Long>> presence) throws SQLException {
        UUID id = row.getObject("id", UUID.class);
        return new HostFacts(id, row.getString("number"), row.getTimestamp("enrolled_at").toInstant(),
                instant(row, "claimed_at"), row.getString("agent_version"), instant(row, "started_at"), row.getInt("terms_version"),
                row.getLong("pieces"), Map.copyOf(presence.getOrDefault(id, Map.of())));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        return row.getTimestamp(column) == null ? null : row.getTimestamp(column).toInstant();
    }
}
