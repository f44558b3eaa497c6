package leaseback.manager.compliance;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/// What is looked at and not measured: the agents' releases, and reports of altered data.
///
/// @param agents     release of each lease's agent, where the release matters
/// @param allowUntil until when agents that are too old are let be
record Checks(Standard standard, Map<UUID, String> agents, Instant allowUntil, Map<UUID, List<Tampers.Tamper>> tampers) {
    static Checks of(Handle handle, Collection<UUID> leases, Standard standard) {
        Map<UUID, String> agents = new HashMap<>();
        if (!standard.leastAgent().isEmpty()) {
            // Hosts say their release with each report, which the fleet keeps; a page of leases is asked about at once.
            handle.createQuery("""
                    select lease_id, agent_version from host
                    where lease_id = any(:leases) and state = 'ACTIVE' and agent_version <> ''""")
                    .bindArray("leases", UUID.class, leases)
                    .map((row, context) -> Map.entry(row.getObject("lease_id", UUID.class), row.getString("agent_version")))
                    .forEach(agent -> agents.put(agent.getKey(), agent.getValue()));
        }
        Instant until = Standards.agentSince(handle, standard).plus(Duration.ofDays(standard.agentDays()));
        return new Checks(standard, agents, until, Tampers.open(handle, leases));
    }

    Optional<Finding> finding(UUID lease, Provision provision, LocalDate day, Instant now) {
        return switch (provision) {
            case AGENT_VERSION -> Optional.ofNullable(agents.get(lease)).map(release -> {
                boolean older = Release.older(release, standard.leastAgent());
                return check(standard, lease, provision, day, older ? 0 : 1, !older || now.isBefore(allowUntil), List.of(),
                        older ? "the agent is release " + release + ", and at least " + standard.leastAgent() + " is needed by " + allowUntil
                                : "the agent is release " + release, now);
            });
            case TAMPER -> Optional.ofNullable(tampers.get(lease)).map(open -> tampered(standard, lease, day, open, now));
            case PRESENCE, DISK, WORK -> Optional.empty();
        };
    }

    /// Whether what was warned of is in order again.
    boolean inOrder(UUID lease, Provision provision) {
        return switch (provision) {
            case AGENT_VERSION -> !Release.older(agents.getOrDefault(lease, ""), standard.leastAgent());
            case TAMPER -> !tampers.containsKey(lease);
            case PRESENCE, DISK, WORK -> false;
        };
    }

    static Finding tampered(Standard standard, UUID lease, LocalDate day, List<Tampers.Tamper> open, Instant now) {
        return check(standard, lease, Provision.TAMPER, day, 0, false, open.stream().map(Tampers.Tamper::id).toList(),
                "data of others was given back altered: " + open.getLast().what(), now);
    }

    private static Finding check(Standard standard, UUID lease, Provision provision, LocalDate day, int good, boolean kept, List<UUID> rows,
            String detail, Instant now) {
        Tally tally = new Tally(good, 1);
        return new Finding(Finding.idOf(lease, provision, day), lease, provision, day, kept, tally, tally, tally, 0, rows, detail,
                standard.version(), now);
    }
}
