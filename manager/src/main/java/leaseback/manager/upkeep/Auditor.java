package leaseback.manager.upkeep;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import leaseback.manager.fleet.Host;
import leaseback.manager.fleet.Lines;
import leaseback.manager.storage.Hosts;
import leaseback.manager.storage.PieceBook;
import leaseback.manager.storage.PieceBook.Flaw;
import leaseback.manager.storage.PieceBook.FlawKind;
import leaseback.manager.storage.PieceProbe;
import leaseback.manager.storage.PieceProbe.Finding;
import leaseback.manager.storage.Segment;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The chore that audits: asks each host for random cells of what it holds, at an even pace over its promised hours, and
/// checks them by their tags alone.
///
/// Only a host whose window is open and whose line is up is asked. What it does not answer in time is contained: asked
/// again, at most three times in all, before it counts. When more than half of the hosts asked in one round fail, the fault
/// may be the manager's: what was found is repaired all the same, but nobody is blamed.
final class Auditor {
    private static final Logger LOG = LoggerFactory.getLogger(Auditor.class);
    private static final int CELL_BYTES = 64 * 1024 + 16;
    private static final int MOST_A_ROUND = 16;
    private static final int HOSTS_AT_ONCE = 16;
    private static final Duration LONGEST_ROUND = Duration.ofMinutes(2);
    private static final int FEWEST_FOR_DOUBT = 3;
    /// The same fault may show on one host after the other: what each has left to show comes up in later rounds.
    private static final Duration DOUBT = Duration.ofHours(6);

    private final PieceBook book;
    private final PieceProbe probe;
    private final Hosts hosts;
    private final Lines lines;
    private final Standings standings;
    private final Contained contained;
    private final Draw draw;
    private final InstantSource clock;
    private final UpkeepSettings settings;
    /// Cells each host may be asked for now.
    private final Map<UUID, Double> credit = new HashMap<>();
    private final Map<UUID, Pace> paces = new HashMap<>();
    private @Nullable Instant lastRound;
    private Instant doubtedUntil = Instant.MIN;

    Auditor(PieceBook book, PieceProbe probe, Hosts hosts, Lines lines, Standings standings, Contained contained, Draw draw,
            InstantSource clock, UpkeepSettings settings) {
        this.book = book;
        this.probe = probe;
        this.hosts = hosts;
        this.lines = lines;
        this.standings = standings;
        this.contained = contained;
        this.draw = draw;
        this.clock = clock;
        this.settings = settings;
    }

    /// Cells asked of each host a day.
    static double cellsPerDay(UpkeepSettings settings) {
        return (double) settings.auditBytesPerDay() / CELL_BYTES;
    }

    /// The chance that a host which lost or altered a share of its cells is found out within one day that it keeps its hours:
    /// one cell is right with the chance 1 - share, so all of a day's cells are with (1 - share)^cells.
    static double chanceToFind(double share, UpkeepSettings settings) {
        return 1 - Math.pow(1 - share, Math.floor(cellsPerDay(settings)));
    }

    /// Asks every host that is due for its share of cells.
    ///
    /// @return cells asked for
    int round() {
        Instant now = clock.instant();
        Duration passed = lastRound == null ? Duration.ZERO : Duration.between(lastRound, now);
        lastRound = now;
        Map<Host, Questions> due = new HashMap<>();
        for (Host host : hosts.all()) {
            if (auditable(host, now)) {
                int count = owed(host, now, passed);
                List<Draw.Pick> again = contained.due(host.id(), MOST_A_ROUND / 4);
                List<Draw.Pick> fresh = draw.take(host.alias(), count);
                if (!again.isEmpty() || !fresh.isEmpty()) {
                    due.put(host, new Questions(again, fresh));
                }
            }
        }
        return due.isEmpty() ? 0 : ask(due);
    }

    private static boolean auditable(Host host, Instant now) {
        return !host.state().gone() && host.reachable() && host.terms().serving().isOpen(now);
    }

    private int owed(Host host, Instant now, Duration passed) {
        double cells = credit.getOrDefault(host.id(), 0.0) + passed.toMillis() * pace(host, now);
        // What could not be asked while nobody ran is not caught up all at once.
        cells = Math.min(cells, MOST_A_ROUND);
        int whole = (int) cells;
        credit.put(host.id(), cells - whole);
        return whole;
    }

    /// Cells a millisecond of an open window, so that a day's promised hours hold a day's cells.
    private double pace(Host host, Instant now) {
        Pace known = paces.get(host.id());
        if (known == null || known.version() != host.terms().version()) {
            long open = Math.max(1, host.terms().serving().minutesOpen(now, now.plus(Duration.ofDays(7))));
            known = new Pace(host.terms().version(), cellsPerDay(settings) * 7 / (open * 60_000.0));
            paces.put(host.id(), known);
        }
        return known.cellsPerMilli();
    }

    /// @param again asked before, and not answered
    private record Questions(List<Draw.Pick> again, List<Draw.Pick> fresh) {}

    private record Pace(int version, double cellsPerMilli) {}

    /// What one host answered.
    private static final class Sheet {
        final Map<Finding, Integer> counts = new EnumMap<>(Finding.class);
        long bytes;
        int silent;

        void add(Finding finding) {
            counts.merge(finding, 1, Integer::sum);
        }

        int of(Finding finding) {
            return counts.getOrDefault(finding, 0);
        }

        boolean failed() {
            return of(Finding.ALTERED) + of(Finding.MISSING) > 0;
        }
    }

    private int ask(Map<Host, Questions> due) {
        Map<Host, Sheet> sheets = new ConcurrentHashMap<>();
        Semaphore free = new Semaphore(HOSTS_AT_ONCE);
        List<Thread> threads = new ArrayList<>();
        due.forEach((host, questions) -> threads.add(Thread.ofVirtual().name("audit " + host.serial()).start(() -> {
            free.acquireUninterruptibly();
            try {
                Sheet sheet = new Sheet();
                for (Draw.Pick pick : questions.again()) {
                    if (ask(host, pick, sheet)) {
                        contained.release(host.id(), pick);
                    }
                }
                for (Draw.Pick pick : questions.fresh()) {
                    ask(host, pick, sheet);
                }
                sheets.put(host, sheet);
            } catch (RuntimeException failed) {
                LOG.warn("the audit of host {} was not ended and does not count", host.serial(), failed);
            } finally {
                free.release();
            }
        })));
        try {
            long deadline = System.nanoTime() + LONGEST_ROUND.toNanos();
            for (Thread thread : threads) {
                thread.join(Duration.ofNanos(deadline - System.nanoTime()));
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        return settle(sheets);
    }

    private int settle(Map<Host, Sheet> sheets) {
        long failing = sheets.values().stream().filter(Sheet::failed).count();
        boolean most = sheets.size() >= FEWEST_FOR_DOUBT && failing * 2 > sheets.size();
        if (most) {
            doubtedUntil = clock.instant().plus(DOUBT);
            LOG.error("{} of {} hosts failed their audits at once: look at this manager first; nobody is blamed", failing, sheets.size());
        }
        boolean doubt = clock.instant().isBefore(doubtedUntil);
        int cells = 0;
        for (Map.Entry<Host, Sheet> entry : sheets.entrySet()) {
            Sheet sheet = entry.getValue();
            standings.count(entry.getKey().id(), new Standings.Answers(sheet.of(Finding.GOOD), sheet.of(Finding.ALTERED),
                    sheet.of(Finding.MISSING), sheet.silent, sheet.bytes, !doubt));
            if (sheet.of(Finding.MISSING) > 0) {
                standings.suspect(entry.getKey().id());
            }
            cells += sheet.counts.values().stream().mapToInt(Integer::intValue).sum();
        }
        return cells;
    }

    /// Whether that settled it.
    private boolean ask(Host host, Draw.Pick pick, Sheet sheet) {
        Segment segment = book.find(pick.place()).orElse(null);
        if (segment == null || pick.piece() >= segment.n() || segment.hosts()[pick.piece()] != host.alias()
                || known(segment, pick.piece(), host)) {
            return true;
        }
        if (!lines.reachable(host.id())) {
            return false;
        }
        Finding finding = probe.probe(segment, pick.piece(), pick.stripe(), host);
        return switch (finding) {
            case GOOD -> {
                sheet.add(finding);
                sheet.bytes += segment.cellBytes(pick.stripe());
                yield true;
            }
            case ALTERED, MISSING -> {
                // What was deleted or moved meanwhile is nobody's fault: then there is nothing to note.
                if (book.note(segment, pick.piece(), finding == Finding.ALTERED ? FlawKind.ALTERED : FlawKind.MISSING)) {
                    sheet.add(finding);
                    LOG.warn("host {}: piece {} of segment {} is {}", host.serial(), pick.piece(), segment.root(), finding);
                }
                yield true;
            }
            case SILENT, UNFIT -> {
                // A host whose line went down was not silent.
                if (lines.reachable(host.id()) && contained.again(host.id(), pick, segment)) {
                    sheet.add(finding);
                    sheet.silent++;
                }
                yield false;
            }
        };
    }

    private boolean known(Segment segment, int piece, Host host) {
        List<Flaw> flaws = book.flaws(List.of(segment)).getOrDefault(segment.root(), List.of());
        return flaws.stream().anyMatch(flaw -> flaw.piece() == piece && flaw.host() == host.alias());
    }
}
