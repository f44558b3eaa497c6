package leaseback.manager.upkeep;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import leaseback.manager.database.Database;
import leaseback.manager.fleet.Host;
import leaseback.manager.fleet.HostState;
import leaseback.manager.fleet.Lines;
import leaseback.manager.storage.Hosts;
import leaseback.manager.storage.ObjectStore;
import leaseback.manager.storage.PieceBook;
import leaseback.manager.storage.PieceProbe;
import org.jspecify.annotations.Nullable;

/// What looks after stored data. Four chores, each a step that may be called again and again, by any number of managers:
///
/// - [#walk] looks at the next segments and queues those at risk; one manager does it at a time.
/// - [#repair] makes missing pieces again and moves those of hosts that leave.
/// - [#audit] asks hosts for random cells.
/// - [#judge] draws consequences from audits and presence.
public final class Upkeep {
    private final Database database;
    private final InstantSource clock;
    private final Hosts hosts;
    private final UpkeepSettings settings;
    private final Standings standings;
    private final RepairQueue queue;
    private final Walk walk;
    private final Repair repair;
    private final Auditor auditor;
    private final Judge judge;
    private volatile @Nullable Report recent;

    /// @param hosts   as storage is offered them
    /// @param emptied told when a host that leaves holds nothing any more
    /// @param random  of many threads
    public Upkeep(Database database, ObjectStore store, Hosts hosts, Lines lines, Standings standings, Emptied emptied,
            InstantSource clock, RandomGenerator random, UpkeepSettings settings) {
        this.database = database;
        this.clock = clock;
        this.hosts = hosts;
        this.settings = settings;
        this.standings = standings;
        this.queue = new RepairQueue(database, clock);
        PieceBook book = new PieceBook(store);
        PieceProbe probe = new PieceProbe(store);
        Duty duty = new Duty(database, clock, UUID.randomUUID(), "walk");
        Draw draw = new Draw(random);
        this.walk = new Walk(database, book, hosts, queue, standings, duty, draw, new Inventory(book, probe, standings), emptied, clock,
                settings);
        this.repair = new Repair(store, hosts, queue, standings, duty, clock, random, settings);
        this.auditor = new Auditor(book, probe, hosts, lines, standings, new Contained(database, clock), draw, clock, settings);
        this.judge = new Judge(database, hosts, standings, clock);
    }

    /// Told when a host that leaves holds nothing any more; may be told again.
    public interface Emptied {
        void empty(Host host);
    }

    /// Looks at the next segments.
    ///
    /// @return whether that ended a lap over all of them
    public boolean walk() {
        return walk.round();
    }

    /// Repairs the most urgent segments, as many as may be under way at once.
    ///
    /// @return segments taken up; 0 when nothing is due
    public int repair() {
        return repair.round();
    }

    /// Repairs until nothing is due, at most a hundred rounds.
    public void repairAll() {
        for (int round = 0; round < 100 && repair() > 0 && !Thread.currentThread().isInterrupted(); round++) {
            // The next most urgent ones.
        }
    }

    /// Asks hosts for as many random cells as the time since the last call allows.
    ///
    /// @return cells answered for, rightly or wrongly
    public int audit() {
        return auditor.round();
    }

    /// Draws consequences from audits and presence.
    public void judge() {
        judge.round();
    }

    /// How well what is stored is kept.
    ///
    /// @param figures    of the last walk over all segments; null before the first has ended
    /// @param waiting    segments in the queue of repair
    /// @param waitingPieces of these, to make again or to move
    /// @param next       the first of them, at most ten
    /// @param lastDay    what repair did in the last day
    /// @param audits     of the last day
    /// @param chanceToFindOnePercent chance that a host which lost one cell in a hundred is found within a day
    /// @param troubled   hosts that are not in good standing
    /// @param leaving    hosts that leave
    public record Report(Instant at, @Nullable Figures figures, long waiting, long waitingPieces, List<Waiting> next, Done lastDay,
            Audits audits, double chanceToFindOnePercent, List<Troubled> troubled, List<Leaving> leaving) {}

    /// A segment that waits for repair.
    ///
    /// @param margin surviving pieces above what reading needs
    /// @param days   it would live without repair, by the model
    /// @param pieces to make again or to move
    /// @param said   why the last attempt did not end it; empty before the first
    public record Waiting(UUID contentId, long start, int margin, double days, int pieces, Instant foundAt, Instant due, int attempts,
            String said) {}

    /// What repair did.
    ///
    /// @param segments repaired in full
    /// @param failed   attempts that came to less
    public record Done(long segments, long pieces, long readBytes, long sentBytes, long failed) {}

    /// Answers of all hosts.
    public record Audits(long hosts, long good, long altered, long missing, long silent, long bytes) {}

    /// A host that is not in good standing.
    public record Troubled(UUID hostId, String serial, Reputation.Step step, Instant since, double score, double online, String why) {}

    /// A host that leaves.
    ///
    /// @param pieces    still with it when the last walk ended; null when it has not come by
    /// @param emptiedAt since when it holds nothing; null while it does
    public record Leaving(UUID hostId, String serial, boolean reachable, @Nullable Long pieces, @Nullable Instant emptiedAt) {}

    public Report report() {
        Instant now = clock.instant();
        Instant dayAgo = now.minus(Duration.ofDays(1)).truncatedTo(ChronoUnit.HOURS);
        Optional<Figures> figures = Walk.last(database);
        Audits audits = database.read(handle -> handle.createQuery("""
                select count(distinct host_id), coalesce(sum(good), 0), coalesce(sum(altered), 0), coalesce(sum(missing), 0),
                       coalesce(sum(silent), 0), coalesce(sum(bytes), 0) from audit_hour where at >= :from""")
                .bind("from", dayAgo)
                .map((row, context) -> new Audits(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5),
                        row.getLong(6))).one());
        return new Report(now, figures.orElse(null), queue.size(), queue.pieces(), queue.first(10), queue.since(dayAgo), audits,
                Auditor.chanceToFind(0.01, settings), troubled(), leaving(figures));
    }

    /// The same, at most some seconds old: for those who ask often.
    public Report recentReport() {
        Report last = recent;
        if (last == null || last.at().plusSeconds(5).isBefore(clock.instant())) {
            last = report();
            recent = last;
        }
        return last;
    }

    private List<Troubled> troubled() {
        List<Troubled> troubled = new ArrayList<>();
        var all = standings.all();
        for (Host host : hosts.all()) {
            Standings.Standing standing = all.get(host.id());
            if (standing != null && standing.reputation().step() != Reputation.Step.GOOD && !host.state().gone()) {
                Reputation reputation = standing.reputation();
                troubled.add(new Troubled(host.id(), host.serial(), reputation.step(), reputation.since(), reputation.score(),
                        standing.online(), reputation.why()));
            }
        }
        return troubled;
    }

    private List<Leaving> leaving(Optional<Figures> figures) {
        List<Host> hosts = this.hosts.all().stream().filter(host -> host.state() == HostState.LEAVING).toList();
        if (hosts.isEmpty()) {
            return List.of();
        }
        return database.read(handle -> hosts.stream().map(host -> new Leaving(host.id(), host.serial(), host.reachable(),
                figures.map(found -> found.hostPieces().get(host.serial())).orElse(null),
                handle.createQuery("select emptied_at from host where id = :id and emptied_at is not null").bind("id", host.id())
                        .map((row, context) -> row.getTimestamp(1).toInstant()).findOne().orElse(null)))
                .toList());
    }
}
