package leaseback.manager.placement;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import leaseback.protocol.Calendar;
import org.jspecify.annotations.Nullable;

/// Chooses code and hosts so that a promise holds at every hour of the week, for one picture of the hosts under lease.
///
/// The code of a class is reckoned once a picture, from all hosts under lease, reachable or not: it does not weaken when hosts die.
/// The hosts are chosen for each segment anew, from those that can take a piece at that instant. Safe for use by many threads.
public final class Placer {
    /// Up to so many hosts each code there is gets tried.
    private static final int FEW = 12;
    private static final int[] KS = {1, 2, 3, 4, 5, 6, 8, 10, 12, 14, 16, 20};
    /// Hosts of which a segment's are chosen.
    private static final int POOL = 96;
    /// Pools that are looked at before a promise is called impossible, and how much better than promised the code must do in
    /// those it is chosen by: each segment is placed from another pool.
    private static final int POOLS = 3;
    private static final double MARGIN = 3;
    private static final int MOST_NARROWED = 1000;
    private static final int LEVELS = Rule.BY_WEIGHT.size();
    /// Owns no machine.
    public static final UUID NOBODY = new UUID(0, 0);
    private final List<Candidate> leased;
    private final Wear wear;
    private final Draw draw;
    /// By hour: the chances of the best hosts at that hour, best first.
    private final double[][] top = new double[Calendar.HOURS][];
    private final Map<StorageClass, Plan> plans = new ConcurrentHashMap<>();
    private final Map<Object, Placer> narrowed = new ConcurrentHashMap<>();

    private Placer(List<Candidate> leased, Wear wear) {
        this.leased = List.copyOf(leased);
        this.wear = wear;
        this.draw = new Draw(this.leased);
        double[] chances = new double[leased.size()];
        for (int hour = 0; hour < Calendar.HOURS; hour++) {
            for (int host = 0; host < chances.length; host++) {
                chances[host] = leased.get(host).week().at(hour);
            }
            top[hour] = best(chances);
        }
    }

    /// @param leased all hosts whose lease runs, reachable or not
    public static Placer over(List<Candidate> leased, Wear wear) {
        return new Placer(leased, wear);
    }

    /// The same picture, of fewer hosts: what is promised is promised with these alone.
    ///
    /// @param rule stands for `allowed`: what was reckoned for an equal one is used again
    public Placer among(Object rule, Predicate<Candidate> allowed) {
        Placer known = narrowed.get(rule);
        if (known != null) {
            return known;
        }
        if (narrowed.size() >= MOST_NARROWED) {
            narrowed.clear();
        }
        Placer fewer = new Placer(leased.stream().filter(allowed).toList(), wear);
        narrowed.put(rule, fewer);
        return fewer;
    }

    /// Hosts under lease.
    public int hosts() {
        return leased.size();
    }

    /// What can be promised with all hosts under lease: an example of a choice, or why not.
    ///
    /// @param random the same for all calls where the same answer is wanted; used at the first call for a class
    public Verdict promise(StorageClass asked, RandomGenerator random) {
        return plan(asked, random).verdict();
    }

    /// The code in which segments of the class are to be stored, from now on; the best that can be where nothing can be promised.
    public Code code(StorageClass asked, RandomGenerator random) {
        return plan(asked, random).code();
    }

    /// The chance that a segment so coded is lost within a year.
    public double lostPerYear(Code code) {
        return wear.lostPerYear(code);
    }

    /// Hosts for one segment.
    ///
    /// @param dataOwner whose data it is
    /// @param usable    whether a host can and may take a piece now
    public Verdict place(StorageClass asked, UUID dataOwner, Predicate<Candidate> usable, RandomGenerator random) {
        Plan plan = plan(asked, random);
        if (plan.verdict() instanceof Verdict.CannotPromise impossible) {
            return impossible;
        }
        Code code = plan.code();
        for (int round = 1;; round++) {
            // The last look is a wide one.
            int wanted = round == POOLS ? 4 * POOL : POOL;
            List<Candidate> drawn = draw.draw(wanted, usable, random);
            Pool pool = new Pool(drawn, dataOwner);
            Search search = new Search(pool, asked, code, random);
            int[] found = find(search, pool.size(), code, plan.loose());
            if (found != null) {
                return placed(pool, search, found);
            }
            if (round == POOLS || drawn.size() < wanted || drawn.size() == leased.size()) {
                return new Verdict.CannotPromise(asked, search.best() == null ? null : search.bestHour(),
                        new Reason(asked, drawn, top(drawn)).ofNow(code, search));
            }
        }
    }

    /// As many as the code wants; or less, down to what is needed: without those that are seldom on fewer may promise more,
    /// since whichever are stored first must do.
    private static int @Nullable [] find(Search search, int size, Code code, int loose) {
        int most = Math.min(code.n(), size);
        int least = size < 2 * code.n() ? code.needed() : most;
        for (int count = most; count >= least && count >= code.needed(); count--) {
            int[] found = search.find(count, loose);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /// Hosts for one segment without a promise: as many and as readable as can be. Empty when fewer than the code needs are usable.
    public List<Candidate> nearest(StorageClass asked, UUID dataOwner, Predicate<Candidate> usable, RandomGenerator random) {
        Code code = plan(asked, random).code();
        Pool pool = new Pool(draw.draw(POOL, usable, random), dataOwner);
        int count = Math.min(code.n(), pool.size());
        if (count < code.needed()) {
            return List.of();
        }
        int[] chosen = new Search(pool, asked, code, random).nearest(count);
        return chosen == null ? List.of() : hosts(pool, chosen);
    }

    /// Hosts for pieces that are missing: with them and those that stand the promise holds again, or is nearest to it.
    ///
    /// @param standing aliases of hosts that hold a piece and are to keep it
    /// @param usable   whether a host can and may take a piece now; those standing need not be asked
    /// @return at most `count`, in no order; fewer where not enough are usable
    public List<Candidate> refill(StorageClass asked, Code code, Set<Integer> standing, int count, UUID dataOwner,
            Predicate<Candidate> usable, RandomGenerator random) {
        List<Candidate> chosen = new ArrayList<>();
        List<Candidate> drawn = draw.draw(POOL, host -> !standing.contains(host.alias()) && usable.test(host), random);
        List<Candidate> together = new ArrayList<>(leased.stream().filter(host -> standing.contains(host.alias())).toList());
        for (int round = 0; round < count && chosen.size() < drawn.size(); round++) {
            Candidate next = null;
            long leastBroken = Long.MAX_VALUE;
            double leastFailing = 2;
            for (Candidate host : drawn) {
                if (chosen.contains(host)) {
                    continue;
                }
                together.add(host);
                int[] all = IntStream.range(0, together.size()).toArray();
                Search search = new Search(new Pool(together, dataOwner), asked, code, random);
                long broken = search.brokenness(all);
                double failing = broken > leastBroken ? 2 : search.worst(all).failing();
                if (broken < leastBroken || broken == leastBroken && failing < leastFailing) {
                    next = host;
                    leastBroken = broken;
                    leastFailing = failing;
                }
                together.removeLast();
            }
            if (next == null) {
                break;
            }
            chosen.add(next);
            together.add(next);
        }
        return List.copyOf(chosen);
    }

    /// The chance that a segment on these hosts can be read, at the worst hour of the week.
    public static Standing standing(Code code, List<Candidate> hosts) {
        double worst = -1;
        int worstHour = 0;
        double[] chances = new double[hosts.size()];
        double[] exactly = new double[code.k()];
        for (int hour = 0; hour < Calendar.HOURS; hour++) {
            for (int host = 0; host < chances.length; host++) {
                chances[host] = hosts.get(host).week().at(hour);
            }
            double failing = Odds.fewerThan(code.k(), chances, chances.length, exactly);
            if (failing > worst) {
                worst = failing;
                worstHour = hour;
            }
        }
        return new Standing(1 - worst, worstHour);
    }

    /// How a segment stands.
    ///
    /// @param readable at the worst hour
    public record Standing(double readable, int hour) {}

    private Plan plan(StorageClass asked, RandomGenerator random) {
        Plan known = plans.get(asked);
        if (known != null) {
            return known;
        }
        // Two threads may reckon it at once; either answer is good.
        Plan reckoned = reckon(asked, random);
        Plan first = plans.putIfAbsent(asked, reckoned);
        return first == null ? reckoned : first;
    }

    private Plan reckon(StorageClass asked, RandomGenerator random) {
        Reason reason = new Reason(asked, leased, top);
        Code habit = Code.habit(Math.max(1, leased.size()));
        List<Code> codes = codes(asked, leased.size());
        if (codes.isEmpty()) {
            return new Plan(habit, 0, new Verdict.CannotPromise(asked, null, reason.ofNumbers(wear)));
        }
        List<Code> possible = codes.stream().filter(reason::possible).toList();
        if (possible.isEmpty()) {
            int hour = reason.worstHour(codes);
            return new Plan(habit, 0, new Verdict.CannotPromise(asked, hour, reason.ofHour(hour, codes)));
        }
        List<Pool> pools = Stream.generate(() -> new Pool(draw.draw(POOL, host -> true, random), NOBODY))
                .limit(leased.size() > POOL ? POOLS : 1).toList();
        Pool pool = pools.getFirst();
        Plan found = leased.size() <= FEW ? first(asked, possible, pool, random) : cheapest(asked, possible, pools, MARGIN, random);
        if (found == null && leased.size() > FEW) {
            found = cheapest(asked, possible, List.of(pool), 1, random);
        }
        if (found != null) {
            return found;
        }
        Code strongest = possible.stream().max(Comparator.comparingDouble(Code::expansion).thenComparingInt(Code::n)).orElseThrow();
        Search search = new Search(pool, asked, strongest, random);
        search.find(strongest.n(), LEVELS);
        return new Plan(strongest, LEVELS,
                new Verdict.CannotPromise(asked, search.bestHour(), reason.ofChoice(strongest, search.bestFailing(), search.bestHour())));
    }

    /// Few hosts: every code in turn, the cheapest first.
    private static @Nullable Plan first(StorageClass asked, List<Code> codes, Pool pool, RandomGenerator random) {
        for (Code code : codes) {
            Plan plan = plan(asked, code, pool, random);
            if (plan != null) {
                return plan;
            }
        }
        return null;
    }

    /// Many hosts: for each k the least n that does, by bisection; the cheapest of those.
    private static @Nullable Plan cheapest(StorageClass asked, List<Code> codes, List<Pool> pools, double margin,
            RandomGenerator random) {
        StorageClass better = asked.withReadable(1 - (1 - asked.readable()) / margin);
        Code best = null;
        for (int k : KS) {
            List<Code> rising = codes.stream().filter(code -> code.k() == k).sorted(Comparator.comparingInt(Code::n)).toList();
            int low = 0;
            int high = rising.size();
            while (low < high && (best == null || rising.get(low).cost() < best.cost())) {
                int middle = (low + high) / 2;
                if (pools.stream().allMatch(pool -> feasible(better, rising.get(middle), pool, random))) {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            if (low == high && low < rising.size() && (best == null || rising.get(low).cost() < best.cost())) {
                best = rising.get(low);
            }
        }
        return best == null ? null : plan(asked, best, pools.getFirst(), random);
    }

    private static boolean feasible(StorageClass asked, Code code, Pool pool, RandomGenerator random) {
        Search search = new Search(pool, asked, code, random);
        return search.covering(code.n(), 0, false) != null || search.covering(code.n(), LEVELS, true) != null;
    }

    private static @Nullable Plan plan(StorageClass asked, Code code, Pool pool, RandomGenerator random) {
        Search search = new Search(pool, asked, code, random);
        for (int loose = 0; loose <= LEVELS; loose++) {
            int[] found = loose == LEVELS || loose == 0 ? search.find(code.n(), loose) : search.covering(code.n(), loose, true);
            if (found != null) {
                return new Plan(code, loose, placed(pool, search, found));
            }
        }
        return null;
    }

    /// Codes that keep all of the promise but its hours, the cheapest first.
    private List<Code> codes(StorageClass asked, int hosts) {
        List<Code> codes = new ArrayList<>();
        for (int k = 1; k <= Code.MOST_K; k++) {
            int mostN = (int) Math.min(Math.min(hosts, Code.MOST_PIECES), Math.floor(k * asked.mostExpansion() + 1e-9));
            for (int n = k + 1; n <= mostN; n++) {
                Code code = n - Math.max(1, n / 6) < k ? null : Code.spared(k, n);
                if (code != null && code.losses() >= asked.losses() && wear.lostPerYear(code) <= asked.lostPerYear()) {
                    codes.add(code);
                }
            }
        }
        codes.sort(Comparator.comparingDouble(Code::cost));
        return codes;
    }

    private static Verdict.Placed placed(Pool pool, Search search, int[] chosen) {
        Search.Worst worst = search.worst(chosen);
        return new Verdict.Placed(search.code(), hosts(pool, chosen), 1 - worst.failing(), worst.hour(), search.broken(chosen));
    }

    private static List<Candidate> hosts(Pool pool, int[] chosen) {
        return Arrays.stream(chosen).mapToObj(pool.hosts::get).toList();
    }

    private static double[][] top(List<Candidate> hosts) {
        return IntStream.range(0, Calendar.HOURS)
                .mapToObj(hour -> best(hosts.stream().mapToDouble(host -> host.week().at(hour)).toArray())).toArray(double[][]::new);
    }

    private static double[] best(double[] chances) {
        double[] sorted = chances.clone();
        Arrays.sort(sorted);
        double[] best = new double[Math.min(sorted.length, Code.MOST_PIECES)];
        Arrays.setAll(best, i -> sorted[sorted.length - 1 - i]);
        return best;
    }

    /// What is done for a class with the hosts of this picture.
    ///
    /// @param loose rules given up, from the last on
    private record Plan(Code code, int loose, Verdict verdict) {}
}
