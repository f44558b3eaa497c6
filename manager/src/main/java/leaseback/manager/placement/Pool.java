package leaseback.manager.placement;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Some hosts from which those of one segment are chosen, in an order of chance, with what they share as small numbers.
final class Pool {
    static final int UNKNOWN = -1;
    final List<Candidate> hosts;
    /// By host, then hour.
    final double[][] chances;
    /// By rule, then host.
    private final int[][] shared = new int[Rule.BY_WEIGHT.size()][];
    /// By rule: different values.
    private final int[] kinds = new int[Rule.BY_WEIGHT.size()];

    /// @param dataOwner whose data it is
    Pool(List<Candidate> hosts, UUID dataOwner) {
        this.hosts = hosts;
        this.chances = new double[hosts.size()][];
        Arrays.setAll(chances, host -> hosts.get(host).week().chances());
        for (Rule rule : Rule.BY_WEIGHT) {
            Map<String, Integer> numbers = new HashMap<>();
            int[] row = new int[hosts.size()];
            for (int host = 0; host < row.length; host++) {
                String what = rule.shared(hosts.get(host), dataOwner);
                row[host] = what.isBlank() ? UNKNOWN : numbers.computeIfAbsent(what, unseen -> numbers.size());
            }
            shared[rule.rank] = row;
            kinds[rule.rank] = numbers.size();
        }
    }

    int size() {
        return hosts.size();
    }

    int shared(Rule rule, int host) {
        return shared[rule.rank][host];
    }

    int kinds(Rule rule) {
        return kinds[rule.rank];
    }

    /// The least number of pieces that must be let share this, so that `count` hosts can be found here; at least `most`.
    int leastCap(Rule rule, int most, int count) {
        int[] sizes = new int[kinds(rule)];
        int free = 0;
        for (int what : shared[rule.rank]) {
            if (what == UNKNOWN) {
                free++;
            } else {
                sizes[what]++;
            }
        }
        for (int cap = most; cap < count; cap++) {
            int found = free;
            for (int size : sizes) {
                found += Math.min(size, cap);
            }
            if (found >= count) {
                return cap;
            }
        }
        return Math.max(most, count);
    }

    /// Pieces beyond what the rule allows, among the first `count` of `chosen`.
    int excess(Rule rule, int most, int[] chosen, int count) {
        int[] sizes = new int[kinds(rule)];
        int excess = 0;
        for (int i = 0; i < count; i++) {
            int what = shared(rule, chosen[i]);
            if (what != UNKNOWN && ++sizes[what] > most) {
                excess++;
            }
        }
        return excess;
    }
}
