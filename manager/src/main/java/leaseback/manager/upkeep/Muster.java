package leaseback.manager.upkeep;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import leaseback.manager.fleet.Host;
import leaseback.manager.fleet.HostState;
import leaseback.manager.storage.PieceBook.Flaw;
import leaseback.manager.storage.Segment;

/// How every host stands at one instant. Pure.
///
/// Absence counts in *promised* minutes only, and only in those in which somebody watched: a host that sleeps as agreed
/// is never late, and nobody is blamed for hours in which no manager ran.
final class Muster {
    /// Under an outage of more than half the hosts the fault is likely ours: then all have this much more time.
    private static final int OUTAGE_FACTOR = 3;
    private static final int FEWEST_FOR_OUTAGE = 3;

    private final Map<Integer, Host> hosts = new HashMap<>();
    private final Map<Integer, PieceState> states = new HashMap<>();
    private final boolean outage;

    /// @param parting hosts whose pieces are to be moved because they do not keep them well
    /// @param since   when the watch over the hosts began without a gap
    /// @param grace   promised time that a host may miss before its pieces count as lost
    Muster(Collection<Host> all, Set<UUID> parting, Instant now, Instant since, Duration grace) {
        List<Host> expected = new ArrayList<>();
        for (Host host : all) {
            hosts.put(host.alias(), host);
            // Those that have been gone for long are no news, and say nothing about us.
            if (!host.state().gone() && host.terms().serving().isOpen(now)
                    && missedMinutes(host, now, since) <= OUTAGE_FACTOR * grace.toMinutes()) {
                expected.add(host);
            }
        }
        long missing = expected.stream().filter(host -> !host.reachable()).count();
        outage = expected.size() >= FEWEST_FOR_OUTAGE && missing * 2 > expected.size();
        long minutes = grace.toMinutes() * (outage ? OUTAGE_FACTOR : 1);
        all.forEach(host -> states.put(host.alias(), state(host, parting.contains(host.id()), now, since, minutes)));
    }

    private static PieceState state(Host host, boolean parting, Instant now, Instant since, long graceMinutes) {
        if (host.state().gone()) {
            return PieceState.LOST;
        }
        boolean leaves = parting || host.state() == HostState.LEAVING;
        boolean open = host.terms().serving().isOpen(now);
        // Out of its window an agent keeps its line but gives out no pieces.
        if (host.reachable() && open) {
            return leaves ? PieceState.LEAVING : PieceState.PRESENT;
        }
        if (missedMinutes(host, now, since) > graceMinutes) {
            return PieceState.LOST;
        }
        if (leaves) {
            return PieceState.LEAVING_AWAY;
        }
        return open ? PieceState.AWAY : PieceState.ASLEEP;
    }

    /// Promised minutes since it was last heard of, while somebody listened.
    static long missedMinutes(Host host, Instant now, Instant since) {
        Instant heard = host.reportedAt() == null || host.reportedAt().isBefore(since) ? since : host.reportedAt();
        return heard.isBefore(now) ? host.terms().serving().minutesOpen(heard, now) : 0;
    }

    /// Whether more than half of the hosts that should be on are away.
    boolean outage() {
        return outage;
    }

    PieceState state(int alias) {
        return states.getOrDefault(alias, PieceState.LOST);
    }

    RepairPlan.Case look(Segment segment, Collection<Flaw> flaws) {
        Set<Long> wrong = new HashSet<>();
        flaws.forEach(flaw -> wrong.add(at(flaw.piece(), flaw.host())));
        List<PieceState> pieces = new ArrayList<>();
        for (int piece = 0; piece < segment.n(); piece++) {
            int alias = segment.hosts()[piece];
            if (alias == Segment.NO_HOST) {
                pieces.add(PieceState.NONE);
            } else {
                pieces.add(wrong.contains(at(piece, alias)) ? PieceState.FLAWED : state(alias));
            }
        }
        return new RepairPlan.Case(segment.place(), segment.k(), pieces);
    }

    Host host(int alias) {
        Host host = hosts.get(alias);
        if (host == null) {
            throw new IllegalArgumentException("no host has the alias " + alias);
        }
        return host;
    }

    Collection<Host> hosts() {
        return hosts.values();
    }

    private static long at(int piece, int alias) {
        return (long) piece << 32 | alias;
    }
}
