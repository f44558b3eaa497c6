package leaseback.manager.placement;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import leaseback.protocol.Calendar;
import org.jspecify.annotations.Nullable;

/// Looks in one pool for hosts with which one promise holds under one code: first by chance, then by covering the week on
/// purpose, then by exchanging single hosts, and where they are few by looking at every choice there is.
final class Search {
    /// Choices that are looked at one by one.
    private static final long MOST_CHOICES = 500;
    private static final int SWAP_ROUNDS = 8;
    private static final int SWAP_WIDTH = 4;
    private final Pool pool;
    private final StorageClass asked;
    private final Code code;
    private final RandomGenerator random;
    private final List<Rule> rules;
    private final double[] sorted = new double[Code.MOST_PIECES];
    private final double[] exactly = new double[Code.MOST_PIECES];
    private double bestFailing = 1;
    private int bestHour;
    private int @Nullable [] best;

    Search(Pool pool, StorageClass asked, Code code, RandomGenerator random) {
        this.pool = pool;
        this.asked = asked;
        this.code = code;
        this.random = random;
        this.rules = Rule.BY_WEIGHT.stream().filter(asked.rules()::contains).toList();
    }

    /// Hosts with which the promise holds; null when none were found.
    ///
    /// @param loosest rules that are given up at first, from the last of [Rule] on; more are given up where it must be
    int @Nullable [] find(int count, int loosest) {
        int[] found = drawn(count);
        if (found == null) {
            for (int loose = loosest; loose <= Rule.BY_WEIGHT.size() && found == null; loose++) {
                found = loose > loosest && !changes(loose) ? null : covering(count, loose, true);
            }
        }
        return choices(pool.size(), count) <= MOST_CHOICES ? exhaustive(count, found) : found;
    }

    /// As [#find], for one degree of looseness and without looking at every choice.
    int @Nullable [] covering(int count, int loose, boolean swapping) {
        int[] caps = caps(count, loose);
        int[] chosen = greedy(count, caps);
        if (chosen == null) {
            return null;
        }
        if (holds(chosen)) {
            return chosen;
        }
        return swapping ? swapped(chosen, caps) : null;
    }

    /// The most readable of a choice by chance and one on purpose, whether the promise holds or not; null when nothing fits.
    int @Nullable [] nearest(int count) {
        int[] found = drawn(count);
        if (found == null) {
            found = covering(count, 0, true);
        }
        return found == null ? best : found;
    }

    /// The most readable that was looked at; null when nothing was.
    int @Nullable [] best() {
        return best;
    }

    Code code() {
        return code;
    }

    double bestFailing() {
        return bestFailing;
    }

    int bestHour() {
        return bestHour;
    }

    /// How far the choice is from the rules: the weightier rule decides.
    long brokenness(int[] chosen) {
        long score = 0;
        for (Rule rule : Rule.BY_WEIGHT) {
            score = score * 64 + (rules.contains(rule) ? pool.excess(rule, rule.most(code), chosen, chosen.length) : 0);
        }
        return score;
    }

    Set<Rule> broken(int[] chosen) {
        Set<Rule> broken = EnumSet.noneOf(Rule.class);
        rules.stream().filter(rule -> pool.excess(rule, rule.most(code), chosen, chosen.length) > 0).forEach(broken::add);
        return broken;
    }

    /// The chance that it cannot be read, at the worst hour, when only the `needed` that are worst at that hour have their
    /// piece: whichever they are, it is never less readable.
    Worst worst(int[] chosen) {
        double failing = -1;
        int hour = 0;
        double last = 0;
        for (int at = 0; at < Calendar.HOURS; at++) {
            if (at == 0 || differs(chosen, at)) {
                last = failing(chosen, at);
            }
            if (last > failing) {
                failing = last;
                hour = at;
            }
        }
        return new Worst(failing, hour);
    }

    private boolean differs(int[] chosen, int hour) {
        for (int host : chosen) {
            if (pool.chances[host][hour] != pool.chances[host][hour - 1]) {
                return true;
            }
        }
        return false;
    }

    private double failing(int[] chosen, int hour) {
        for (int i = 0; i < chosen.length; i++) {
            double chance = pool.chances[chosen[i]][hour];
            int at = i;
            for (; at > 0 && sorted[at - 1] > chance; at--) {
                sorted[at] = sorted[at - 1];
            }
            sorted[at] = chance;
        }
        return Odds.fewerThan(code.k(), sorted, Math.min(code.needed(), chosen.length), exactly);
    }

    private boolean holds(int[] chosen) {
        Worst worst = worst(chosen);
        if (best == null || worst.failing() < bestFailing) {
            best = chosen.clone();
            bestFailing = worst.failing();
            bestHour = worst.hour();
        }
        return worst.failing() <= 1 - asked.readable();
    }

    /// In the pool's order of chance, all rules kept as far as can be.
    private int @Nullable [] drawn(int count) {
        int[] caps = caps(count, 0);
        int[] chosen = new int[count];
        boolean[] taken = new boolean[pool.size()];
        int size = 0;
        Shares shares = new Shares();
        int widest = Arrays.stream(caps).max().orElse(0);
        for (int wider = 0; wider <= widest && size < count; wider++) {
            for (int host = 0; host < pool.size() && size < count; host++) {
                if (!taken[host] && shares.fits(host, caps, wider)) {
                    taken[host] = true;
                    shares.add(host, 1);
                    chosen[size++] = host;
                }
            }
        }
        return size == count && holds(chosen) ? chosen : null;
    }

    /// Takes the host that is on when those chosen so far are on least, again and again.
    private int @Nullable [] greedy(int count, int[] caps) {
        int[] chosen = new int[count];
        boolean[] taken = new boolean[pool.size()];
        double[] thirst = new double[Calendar.HOURS];
        Arrays.fill(thirst, 1);
        Shares shares = new Shares();
        for (int size = 0; size < count; size++) {
            int next = -1;
            double most = -1;
            for (int host = 0; host < pool.size(); host++) {
                if (taken[host] || !shares.fits(host, caps, Code.MOST_PIECES)) {
                    continue;
                }
                double gain = 0;
                double[] chances = pool.chances[host];
                for (int hour = 0; hour < Calendar.HOURS; hour++) {
                    gain += thirst[hour] * chances[hour];
                }
                // Chance among the nearly equal: else the same few hosts would be taken each time.
                gain *= (0.95 + 0.05 * random.nextDouble()) * Math.pow(0.5, shares.beyond(host));
                if (gain > most) {
                    most = gain;
                    next = host;
                }
            }
            if (next < 0) {
                return null;
            }
            chosen[size] = next;
            taken[next] = true;
            shares.add(next, 1);
            for (int hour = 0; hour < Calendar.HOURS; hour++) {
                thirst[hour] *= Math.exp(-pool.chances[next][hour]);
            }
        }
        return chosen;
    }

    /// Exchanges those that are on least at the worst hour for others that are on then, as long as it helps.
    private int @Nullable [] swapped(int[] start, int[] caps) {
        int[] chosen = start.clone();
        for (int round = 0; round < SWAP_ROUNDS; round++) {
            Worst worst = worst(chosen);
            Shares shares = new Shares();
            Set<Integer> inside = new HashSet<>();
            for (int host : chosen) {
                shares.add(host, 1);
                inside.add(host);
            }
            int hour = worst.hour();
            int[] out = IntStream.range(0, chosen.length).boxed()
                    .sorted((a, b) -> Double.compare(pool.chances[chosen[a]][hour], pool.chances[chosen[b]][hour]))
                    .limit(SWAP_WIDTH).mapToInt(Integer::intValue).toArray();
            int[] in = IntStream.range(0, pool.size()).filter(host -> !inside.contains(host)).boxed()
                    .sorted((a, b) -> Double.compare(value(b, hour), value(a, hour)))
                    .limit(2 * SWAP_WIDTH).mapToInt(Integer::intValue).toArray();
            int[] better = null;
            double least = worst.failing();
            for (int position : out) {
                int leaving = chosen[position];
                shares.add(leaving, -1);
                for (int coming : in) {
                    if (shares.fits(coming, caps, Code.MOST_PIECES)) {
                        int[] tried = chosen.clone();
                        tried[position] = coming;
                        if (holds(tried)) {
                            return tried;
                        }
                        double failing = worst(tried).failing();
                        if (failing < least) {
                            least = failing;
                            better = tried;
                        }
                    }
                }
                shares.add(leaving, 1);
            }
            if (better == null) {
                return null;
            }
            System.arraycopy(better, 0, chosen, 0, chosen.length);
        }
        return null;
    }

    /// On at that hour, and then as much as can be.
    private double value(int host, int hour) {
        return pool.chances[host][hour] + 0.01 * pool.hosts.get(host).week().mean();
    }

    /// Every choice of `count` hosts: the one that keeps the rules best among those that keep the promise.
    private int @Nullable [] exhaustive(int count, int @Nullable [] found) {
        int[] result = found;
        long least = found == null ? Long.MAX_VALUE : brokenness(found);
        int[] chosen = IntStream.range(0, count).toArray();
        boolean more = count <= pool.size();
        while (more && least > 0) {
            long broken = brokenness(chosen);
            if (broken < least && insistedHold(chosen) && holds(chosen)) {
                least = broken;
                result = chosen.clone();
            }
            more = next(chosen, pool.size());
        }
        return result;
    }

    private boolean insistedHold(int[] chosen) {
        return asked.insisted().stream().allMatch(rule -> pool.excess(rule, rule.most(code), chosen, chosen.length) == 0);
    }

    /// The next choice in order; false behind the last.
    static boolean next(int[] chosen, int of) {
        int at = chosen.length - 1;
        while (at >= 0 && chosen[at] == of - chosen.length + at) {
            at--;
        }
        if (at < 0) {
            return false;
        }
        chosen[at]++;
        for (int i = at + 1; i < chosen.length; i++) {
            chosen[i] = chosen[i - 1] + 1;
        }
        return true;
    }

    static long choices(int of, int count) {
        long choices = 1;
        for (int i = 1; i <= Math.min(count, of - count) && choices <= MOST_CHOICES; i++) {
            choices = choices * (of - i + 1) / i;
        }
        return choices;
    }

    /// By rule; the last `loose` rules bind no more, but for those that are insisted upon.
    private int[] caps(int count, int loose) {
        int[] caps = new int[Rule.BY_WEIGHT.size()];
        Arrays.fill(caps, Code.MOST_PIECES);
        for (Rule rule : rules) {
            if (asked.insisted().contains(rule)) {
                caps[rule.rank] = rule.most(code);
            } else if (rule.rank < Rule.BY_WEIGHT.size() - loose) {
                caps[rule.rank] = pool.leastCap(rule, rule.most(code), count);
            }
        }
        return caps;
    }

    /// Whether giving up the rule that `loose` adds makes a difference.
    private boolean changes(int loose) {
        Rule given = Rule.BY_WEIGHT.get(Rule.BY_WEIGHT.size() - loose);
        return rules.contains(given) && !asked.insisted().contains(given);
    }

    /// @param failing chance that fewer than k are on
    record Worst(double failing, int hour) {}

    /// How many of those chosen share what.
    private final class Shares {
        private final int[][] counts = new int[Rule.BY_WEIGHT.size()][];

        Shares() {
            for (Rule rule : Rule.BY_WEIGHT) {
                counts[rule.rank] = new int[pool.kinds(rule)];
            }
        }

        void add(int host, int more) {
            for (Rule rule : rules) {
                int what = pool.shared(rule, host);
                if (what != Pool.UNKNOWN) {
                    counts[rule.rank][what] += more;
                }
            }
        }

        /// @param wider than the rules say, at most, where the cap allows it
        boolean fits(int host, int[] caps, int wider) {
            for (Rule rule : rules) {
                int what = pool.shared(rule, host);
                int cap = Math.min(caps[rule.rank], rule.most(code) + wider);
                if (what != Pool.UNKNOWN && counts[rule.rank][what] >= cap) {
                    return false;
                }
            }
            return true;
        }

        /// Rules that one more of this kind would break, whether they bind or not.
        int beyond(int host) {
            int beyond = 0;
            for (Rule rule : rules) {
                int what = pool.shared(rule, host);
                beyond += what != Pool.UNKNOWN && counts[rule.rank][what] >= rule.most(code) ? 1 : 0;
            }
            return beyond;
        }
    }
}
