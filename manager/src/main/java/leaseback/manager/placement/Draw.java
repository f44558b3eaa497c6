package leaseback.manager.placement;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/// Draws some hosts out of thousands at a cost that does not grow with the thousands: by weight, and from each window group some,
/// since a choice that covers the week needs hosts of several groups.
final class Draw {
    /// Tries for each host wanted: most hosts may be off, full or excluded.
    private static final int TRIES = 6;
    private final List<Candidate> all;
    private final Weighted everyone;
    private final List<Weighted> groups = new ArrayList<>();

    Draw(List<Candidate> all) {
        this.all = all;
        Map<String, List<Integer>> byWindows = new HashMap<>();
        List<Integer> whole = new ArrayList<>();
        for (int host = 0; host < all.size(); host++) {
            whole.add(host);
            byWindows.computeIfAbsent(all.get(host).windows(), windows -> new ArrayList<>()).add(host);
        }
        everyone = new Weighted(whole);
        byWindows.values().forEach(group -> groups.add(new Weighted(group)));
    }

    /// At most `count`, in an order of chance that prefers the heavier; all that are usable where `count` is not less.
    List<Candidate> draw(int count, Predicate<Candidate> usable, RandomGenerator random) {
        if (all.size() <= count) {
            return shuffled(all.stream().filter(usable).toList(), random);
        }
        Set<Integer> seen = new HashSet<>();
        List<Candidate> drawn = new ArrayList<>();
        int tries = TRIES * count;
        for (int i = 0; i < tries && drawn.size() < count; i++) {
            Weighted from = i % 2 == 0 ? everyone : groups.get(random.nextInt(groups.size()));
            int host = from.draw(random);
            if (seen.add(host) && usable.test(all.get(host))) {
                drawn.add(all.get(host));
            }
        }
        if (drawn.size() < count) {
            // Few are usable: look at each, this once.
            List<Candidate> rest = shuffled(all.stream().filter(usable).toList(), random);
            return rest.subList(0, Math.min(count, rest.size()));
        }
        return drawn;
    }

    /// Exponential clocks that run as fast as the weight: the order they ring in is a weighted draw.
    private static List<Candidate> shuffled(List<Candidate> hosts, RandomGenerator random) {
        record Ringing(Candidate host, double at) {}

        return hosts.stream().map(host -> new Ringing(host, -Math.log(1 - random.nextDouble()) / host.weight()))
                .sorted(Comparator.comparingDouble(Ringing::at)).map(Ringing::host).toList();
    }

    /// Hosts with their weights summed up, for a draw by bisection.
    private final class Weighted {
        private final int[] hosts;
        private final double[] sums;

        Weighted(List<Integer> members) {
            hosts = members.stream().mapToInt(Integer::intValue).toArray();
            sums = new double[hosts.length];
            double sum = 0;
            for (int i = 0; i < hosts.length; i++) {
                sum += all.get(hosts[i]).weight();
                sums[i] = sum;
            }
        }

        int draw(RandomGenerator random) {
            int at = Arrays.binarySearch(sums, random.nextDouble() * sums[sums.length - 1]);
            return hosts[Math.min(at < 0 ? -at - 1 : at, hosts.length - 1)];
        }
    }
}
