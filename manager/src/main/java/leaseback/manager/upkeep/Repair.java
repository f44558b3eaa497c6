package leaseback.manager.upkeep;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.random.RandomGenerator;
import leaseback.manager.fleet.Host;
import leaseback.manager.placement.Code;
import leaseback.manager.placement.Placer;
import leaseback.manager.placement.StorageClasses;
import leaseback.manager.storage.Hosts;
import leaseback.manager.storage.Constraints;
import leaseback.manager.storage.ObjectStore;
import leaseback.manager.storage.PieceBook;
import leaseback.manager.storage.PieceBook.Flaw;
import leaseback.manager.storage.PieceBook.FlawKind;
import leaseback.manager.storage.PieceMaker;
import leaseback.manager.storage.PieceProbe;
import leaseback.manager.storage.Segment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The chore that repairs: takes the most urgent segments from the queue and makes their missing pieces again on new hosts.
///
/// Every manager may run it. Whatever it is stopped at, what was sent is either counted on or swept, and the segment comes
/// up again: an intent is written before the first byte leaves, the new pieces are read back by one cell each before they
/// count, and what they replace is let go only in the commit that makes them count.
final class Repair {
    private static final Logger LOG = LoggerFactory.getLogger(Repair.class);

    private final PieceBook book;
    private final PieceMaker maker;
    private final PieceProbe probe;
    private final Constraints constraints;
    private final Hosts hosts;
    private final RepairQueue queue;
    private final Standings standings;
    private final Duty watch;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final UpkeepSettings settings;
    private final Throttle throttle;

    Repair(ObjectStore store, Hosts hosts, RepairQueue queue, Standings standings, Duty watch, InstantSource clock, RandomGenerator random,
            UpkeepSettings settings) {
        this.book = new PieceBook(store);
        this.maker = new PieceMaker(store);
        this.probe = new PieceProbe(store);
        this.constraints = store.constraints();
        this.hosts = hosts;
        this.queue = queue;
        this.standings = standings;
        this.watch = watch;
        this.clock = clock;
        this.random = random;
        this.settings = settings;
        this.throttle = new Throttle(settings.repairBytesPerSecond());
    }

    /// Repairs what is most urgent, at most so many segments as may be under way at once.
    ///
    /// @return segments taken up
    int round() {
        List<RepairQueue.Claim> claims = queue.claim(settings.repairsAtOnce());
        if (claims.isEmpty()) {
            return 0;
        }
        Muster muster = new Muster(hosts.all(), standings.parting(), clock.instant(), watch.since(), settings.awayGrace());
        List<Thread> threads = new ArrayList<>();
        for (RepairQueue.Claim claim : claims.subList(1, claims.size())) {
            threads.add(Thread.ofVirtual().name("repair " + claim.place().contentId()).start(() -> tried(claim, muster)));
        }
        try {
            tried(claims.getFirst(), muster);
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException stopped) {
            threads.forEach(Thread::interrupt);
            Thread.currentThread().interrupt();
        }
        return claims.size();
    }

    private void tried(RepairQueue.Claim claim, Muster muster) {
        try {
            Optional<String> left = repair(claim, muster);
            if (left.isEmpty()) {
                queue.done(claim.place());
            } else {
                queue.later(claim, left.get());
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException failed) {
            LOG.warn("segment {} could not be repaired; it is tried again", claim.place(), failed);
            queue.later(claim, failed.toString());
        }
    }

    /// Why it is not done yet; empty when nothing is left to do.
    private Optional<String> repair(RepairQueue.Claim claim, Muster muster) throws InterruptedException {
        Segment segment = book.find(claim.place()).orElse(null);
        if (segment == null) {
            return Optional.empty();
        }
        List<Flaw> flaws = book.flaws(List.of(segment)).getOrDefault(segment.root(), List.of());
        RepairPlan.Case known = muster.look(segment, flaws);
        RepairPlan.Task task = RepairPlan.of(known, muster.outage()).orElse(null);
        if (task == null) {
            return Optional.empty();
        }
        if (!task.possible()) {
            return Optional.of("needs " + segment.k() + " pieces to read, and " + known.readable() + " can be read now");
        }
        Map<Integer, Host> targets = targets(segment, known, task);
        if (targets.isEmpty()) {
            Set<Integer> left = book.leftWith(segment);
            return Optional.of(left.isEmpty()
                    ? "no host has room for " + segment.pieceBytes() + " bytes that does not hold some of it already"
                    : "waits until the remains of a cut upload or an old piece are swept off " + left.size() + " hosts, a minute or so after"
                            + " they are heard of; no other host has room for " + segment.pieceBytes() + " bytes");
        }
        Map<Integer, Integer> fresh = new TreeMap<>();
        targets.forEach((piece, host) -> fresh.put(piece, host.alias()));
        if (!book.intend(segment, fresh)) {
            return Optional.of("another moved it just now, or a chosen host is not rid of an older piece yet");
        }
        String said = move(segment, known, flaws, muster, targets, fresh);
        if (!said.isEmpty()) {
            return Optional.of(said);
        }
        return targets.size() < task.make().size()
                ? Optional.of((task.make().size() - targets.size()) + " pieces wait for a host to take them") : Optional.empty();
    }

    private String move(Segment segment, RepairPlan.Case known, List<Flaw> flaws, Muster muster, Map<Integer, Host> targets,
            Map<Integer, Integer> fresh) throws InterruptedException {
        Renewal renewal = new Renewal(segment, fresh);
        PieceMaker.Made made = maker.make(segment, sources(segment, known, flaws, muster, targets.keySet()), targets, renewal);
        made.altered().forEach(piece -> book.note(segment, piece, FlawKind.ALTERED));
        made.missing().forEach(piece -> book.note(segment, piece, FlawKind.MISSING));
        Map<Integer, Integer> proven = new TreeMap<>();
        Map<Integer, Integer> failed = new TreeMap<>(fresh);
        for (int piece : made.stored()) {
            // The receipt says that the bytes arrived; this says that they can be had back.
            Host host = Objects.requireNonNull(targets.get(piece));
            if (probe.probe(segment, piece, random.nextInt(segment.lastStripe() + 1), host) == PieceProbe.Finding.GOOD) {
                proven.put(piece, host.alias());
                failed.remove(piece);
            }
        }
        boolean committed = !proven.isEmpty() && book.commit(segment, proven);
        if (!committed) {
            failed.putAll(proven);
        }
        if (!failed.isEmpty()) {
            book.abandon(segment, failed);
        }
        queue.count(committed && failed.isEmpty() ? 1 : 0, committed ? proven.size() : 0, made.readBytes(), made.sentBytes(),
                failed.isEmpty() ? 0 : 1);
        if (failed.isEmpty()) {
            return "";
        }
        return committed || made.said().isEmpty() ? "some pieces did not get through: " + made.said() : made.said();
    }

    /// Who gets which piece. What is lost comes before what only moves; a move that died goes on with the same hosts.
    private Map<Integer, Host> targets(Segment segment, RepairPlan.Case known, RepairPlan.Task task) {
        List<Integer> make = new ArrayList<>(task.make());
        make.sort(Comparator.comparing(piece -> known.pieces().get(piece).survives()));
        Set<Integer> taken = new HashSet<>(book.leftWith(segment));
        Set<UUID> owners = new HashSet<>();
        for (int alias : segment.hosts()) {
            taken.add(alias);
            hosts.byAlias(alias).ifPresent(host -> owners.add(host.ownerId()));
        }
        List<Host> free = new ArrayList<>(constraints.allowed(segment, hosts.placeable(segment.pieceBytes())).stream()
                .filter(host -> !taken.contains(host.alias())).toList());
        Map<Integer, Host> targets = new HashMap<>();
        Map<Integer, Integer> begun = book.intended(segment);
        for (int piece : make) {
            int before = begun.getOrDefault(piece, Segment.NO_HOST);
            free.stream().filter(host -> host.alias() == before).findFirst().ifPresent(host -> {
                targets.put(piece, host);
                free.remove(host);
                owners.add(host.ownerId());
            });
        }
        free.removeIf(host -> begun.containsValue(host.alias()));
        List<Host> fresh = new ArrayList<>(fresh(segment, make, make.size() - targets.size(), free, targets.values()));
        for (int piece : make) {
            if (!targets.containsKey(piece) && !fresh.isEmpty()) {
                targets.put(piece, fresh.removeFirst());
                free.remove(targets.get(piece));
            }
        }
        for (int piece : make) {
            if (!targets.containsKey(piece) && !free.isEmpty()) {
                Host host = draw(free, owners);
                targets.put(piece, host);
                free.remove(host);
                owners.add(host.ownerId());
            }
        }
        return targets;
    }

    /// Hosts with which the segment is readable at every hour of the week again, as far as can be; none where nothing is known of hours.
    private List<Host> fresh(Segment segment, List<Integer> make, int count, List<Host> free, Collection<Host> chosen) {
        Placer placer = hosts.placer();
        if (placer.hosts() == 0 || count == 0) {
            return List.of();
        }
        Map<Integer, Host> usable = new HashMap<>();
        free.forEach(host -> usable.put(host.alias(), host));
        Set<Integer> standing = new HashSet<>();
        for (int piece = 0; piece < segment.n(); piece++) {
            if (!make.contains(piece) && segment.hosts()[piece] != Segment.NO_HOST) {
                standing.add(segment.hosts()[piece]);
            }
        }
        chosen.forEach(host -> standing.add(host.alias()));
        // All n count here: what is repaired is waited for.
        return placer.refill(StorageClasses.STANDARD, new Code(segment.k(), segment.n(), segment.n()), standing, count, Placer.NOBODY,
                candidate -> usable.containsKey(candidate.alias()), random).stream().map(host -> usable.get(host.alias())).toList();
    }

    /// By chance, those with more room sooner; an owner who holds none of it yet before one who does.
    private Host draw(List<Host> free, Set<UUID> owners) {
        List<Host> others = free.stream().filter(host -> !owners.contains(host.ownerId())).toList();
        List<Host> from = others.isEmpty() ? free : others;
        return from.stream().map(host -> Map.entry(host, -Math.log(1 - random.nextDouble()) / Math.max(1, host.freeBytes())))
                .min(Map.Entry.comparingByValue()).orElseThrow().getKey();
    }

    /// Pieces to be moved come first, as they need only be copied; then the others that can be read; what was found altered
    /// comes last, for most of its cells may be right.
    private static List<PieceMaker.Source> sources(Segment segment, RepairPlan.Case known, List<Flaw> flaws, Muster muster,
            Set<Integer> moved) {
        List<PieceMaker.Source> first = new ArrayList<>();
        List<PieceMaker.Source> then = new ArrayList<>();
        List<PieceMaker.Source> last = new ArrayList<>();
        for (int piece = 0; piece < segment.n(); piece++) {
            PieceState state = known.pieces().get(piece);
            int at = piece;
            boolean altered = state == PieceState.FLAWED && muster.state(segment.hosts()[at]).readable() && flaws.stream()
                    .anyMatch(flaw -> flaw.piece() == at && flaw.host() == segment.hosts()[at] && flaw.kind() == FlawKind.ALTERED);
            if (state.readable() || altered) {
                (altered ? last : moved.contains(piece) ? first : then)
                        .add(new PieceMaker.Source(piece, muster.host(segment.hosts()[piece])));
            }
        }
        first.addAll(then);
        first.addAll(last);
        return first;
    }

    /// Slows a move down to what is allowed, and keeps its intent and claim alive.
    private final class Renewal implements PieceMaker.Progress {
        private static final Duration EVERY = Duration.ofMinutes(1);
        private final Segment segment;
        private final Map<Integer, Integer> fresh;
        private Instant next;

        Renewal(Segment segment, Map<Integer, Integer> fresh) {
            this.segment = segment;
            this.fresh = fresh;
            this.next = clock.instant().plus(EVERY);
        }

        @Override
        public boolean stripe(long bytes) throws InterruptedException {
            throttle.pass(bytes);
            if (clock.instant().isBefore(next)) {
                return true;
            }
            next = clock.instant().plus(EVERY);
            queue.renew(segment.place());
            return book.renew(segment, fresh);
        }
    }
}
