package leaseback.manager.upkeep;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import leaseback.manager.database.Database;
import leaseback.manager.fleet.Host;
import leaseback.manager.fleet.HostState;
import leaseback.manager.storage.Hosts;
import leaseback.manager.storage.PieceBook;
import leaseback.manager.storage.PieceBook.Flaw;
import leaseback.manager.storage.Segment;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/// The chore that walks over all segments, page by page and again and again: sees what is at risk, counts, and draws the
/// cells that are audited. One manager does it at a time; when it dies, another begins a new lap within a minute.
final class Walk {
    private static final Logger LOG = LoggerFactory.getLogger(Walk.class);
    private static final int PAGE = 500;

    private final Database database;
    private final PieceBook book;
    private final Hosts hosts;
    private final RepairQueue queue;
    private final Standings standings;
    private final Duty duty;
    private final Draw draw;
    private final Inventory inventory;
    private final InstantSource clock;
    private final UpkeepSettings settings;
    private final Upkeep.Emptied emptied;
    /// Null while another manager walks.
    private @Nullable Lap lap;
    private Set<Integer> leavingBefore = Set.of();

    Walk(Database database, PieceBook book, Hosts hosts, RepairQueue queue, Standings standings, Duty duty, Draw draw,
            Inventory inventory, Upkeep.Emptied emptied, InstantSource clock, UpkeepSettings settings) {
        this.database = database;
        this.book = book;
        this.hosts = hosts;
        this.queue = queue;
        this.standings = standings;
        this.duty = duty;
        this.draw = draw;
        this.inventory = inventory;
        this.emptied = emptied;
        this.clock = clock;
        this.settings = settings;
    }

    /// Looks at the next pages, to the end of the lap at most.
    ///
    /// @return whether a lap was ended
    boolean round() {
        Instant since = duty.take().orElse(null);
        if (since == null) {
            lap = null;
            return false;
        }
        Muster muster = new Muster(hosts.all(), standings.parting(), clock.instant(), since, settings.awayGrace());
        Lap now = lap;
        if (now == null) {
            now = new Lap(clock.instant(), settled(muster));
            lap = now;
            suspectRestarted(muster);
            inventory.begin(muster.hosts(), clock.instant());
        }
        boolean room = queue.size() < RepairQueue.MOST;
        for (int page = 0; page < settings.pagesPerRound(); page++) {
            PieceBook.Page next = book.page(now.at, PAGE);
            see(next.segments(), now, muster, room);
            if (next.next().isEmpty()) {
                end(now, muster);
                lap = null;
                return true;
            }
            now.at = next.next().get();
        }
        return false;
    }

    private void see(List<Segment> segments, Lap now, Muster muster, boolean room) {
        Map<UUID, List<Flaw>> flaws = book.flaws(segments);
        List<RepairPlan.Task> tasks = new ArrayList<>();
        for (Segment segment : segments) {
            List<Flaw> known = flaws.getOrDefault(segment.root(), List.of());
            inventory.see(segment, known);
            now.see(segment, known, muster)
                    .filter(task -> room || task.margin() <= RepairPlan.BOLD).ifPresent(tasks::add);
            draw.offer(segment);
        }
        queue.put(tasks);
    }

    private void end(Lap now, Muster muster) {
        Map<String, Long> leaving = new TreeMap<>();
        for (Host host : muster.hosts()) {
            if (host.state() == HostState.LEAVING) {
                leaving.put(host.serial(), now.piecesOn(host.alias()));
                if (now.settled.contains(host.alias()) && now.piecesOn(host.alias()) == 0 && book.owesNothing(host.alias())) {
                    emptied.empty(host);
                }
            }
        }
        Figures figures = now.figures(clock.instant(), leaving, muster.outage());
        if (figures.lost() > 0) {
            LOG.error("{} segments have lost more pieces than they can bear; the first is {}", figures.lost(),
                    figures.worst().getFirst());
        }
        String json = JsonMapper.shared().writeValueAsString(figures);
        database.transact(handle -> handle.createUpdate("""
                insert into upkeep_figures (id, taken_at, figures) values ('last', :at, :figures)
                on conflict (id) do update set taken_at = :at, figures = :figures""")
                .bind("at", figures.endedAt()).bind("figures", json).execute());
        draw.lapEnds();
        inventory.end();
    }

    /// An agent that was started anew may have another disk under it.
    private void suspectRestarted(Muster muster) {
        for (Host host : muster.hosts()) {
            if (host.reachable() && standings.isNewProcess(host)) {
                standings.suspect(host.id());
            }
        }
    }

    /// A host is empty only if it was leaving already in the lap before, so that nothing could be under way to it,
    /// owed nothing when this lap began, and was not met in it.
    private Set<Integer> settled(Muster muster) {
        Set<Integer> leaving = new HashSet<>();
        Set<Integer> settled = new HashSet<>();
        for (Host host : muster.hosts()) {
            if (host.state() == HostState.LEAVING) {
                leaving.add(host.alias());
                if (leavingBefore.contains(host.alias()) && book.owesNothing(host.alias())) {
                    settled.add(host.alias());
                }
            }
        }
        leavingBefore = leaving;
        return settled;
    }

    /// The figures of the last lap anybody ended; empty before the first.
    static Optional<Figures> last(Database database) {
        return database.read(handle -> handle.createQuery("select figures from upkeep_figures where id = 'last'")
                .mapTo(String.class).findOne()).map(json -> JsonMapper.shared().readValue(json, Figures.class));
    }
}
