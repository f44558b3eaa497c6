package leaseback.manager.upkeep;

import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import leaseback.manager.fleet.Host;
import leaseback.manager.fleet.LineFault;
import leaseback.manager.storage.PieceBook;
import leaseback.manager.storage.PieceBook.Flaw;
import leaseback.manager.storage.PieceBook.FlawKind;
import leaseback.manager.storage.PieceProbe;
import leaseback.manager.storage.Segment;
import leaseback.protocol.PiecesHeld;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks suspected hosts for every one of their pieces while the walk comes by them, 1000 in one request: a host that came
/// back with an old or an empty disk is known within one lap. What was missing and is there again is forgiven.
final class Inventory {
    private static final Logger LOG = LoggerFactory.getLogger(Inventory.class);
    /// Missing pieces that count against a host in one inventory: it is one fault, however much was on the disk.
    private static final int MOST_BLAME = 50;

    private final PieceBook book;
    private final PieceProbe probe;
    private final Standings standings;
    private final Map<Integer, Found> lists = new HashMap<>();

    Inventory(PieceBook book, PieceProbe probe, Standings standings) {
        this.book = book;
        this.probe = probe;
        this.standings = standings;
    }

    private record Entry(Segment segment, int piece, boolean knownMissing) {}

    /// What one host has answered in this lap.
    private static final class Found {
        final Host host;
        final List<Entry> waiting = new ArrayList<>();
        int missing;
        boolean answers = true;

        Found(Host host) {
            this.host = host;
        }
    }

    /// A lap begins: those suspected and reachable are asked.
    void begin(Collection<Host> hosts, Instant now) {
        lists.clear();
        Set<UUID> suspected = standings.suspected();
        hosts.stream().filter(host -> host.reachable() && host.terms().serving().isOpen(now) && suspected.contains(host.id()))
                .forEach(host -> lists.put(host.alias(), new Found(host)));
    }

    void see(Segment segment, List<Flaw> flaws) {
        if (lists.isEmpty()) {
            return;
        }
        for (int piece = 0; piece < segment.n(); piece++) {
            Found found = lists.get(segment.hosts()[piece]);
            if (found != null) {
                int at = piece;
                found.waiting.add(new Entry(segment, piece, flaws.stream().anyMatch(flaw -> flaw.piece() == at
                        && flaw.host() == segment.hosts()[at] && flaw.kind() == FlawKind.MISSING)));
                if (found.waiting.size() == PiecesHeld.MOST) {
                    ask(found);
                }
            }
        }
    }

    /// The lap ends.
    void end() {
        for (Found found : new HashSet<>(lists.values())) {
            ask(found);
            if (found.answers) {
                standings.checked(found.host.id());
                if (found.missing > 0) {
                    LOG.warn("host {} no longer has {} of its pieces", found.host.serial(), found.missing);
                    standings.count(found.host.id(), new Standings.Answers(0, 0, Math.min(found.missing, MOST_BLAME), 0, 0, true));
                }
            }
        }
        lists.clear();
    }

    private void ask(Found found) {
        if (!found.answers || found.waiting.isEmpty()) {
            return;
        }
        try {
            BitSet held = probe.held(found.host, found.waiting.stream().map(entry -> entry.segment().piece(entry.piece())).toList());
            for (int i = 0; i < found.waiting.size(); i++) {
                Entry entry = found.waiting.get(i);
                if (!held.get(i)) {
                    found.missing += book.note(entry.segment(), entry.piece(), FlawKind.MISSING) ? 1 : 0;
                } else if (entry.knownMissing()) {
                    book.forgive(entry.segment(), entry.piece());
                }
            }
        } catch (LineFault silent) {
            // It stays suspected, and is asked again on the next lap.
            LOG.info("no inventory: {}", silent.getMessage());
            found.answers = false;
        }
        found.waiting.clear();
    }
}
