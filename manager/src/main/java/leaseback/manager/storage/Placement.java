package leaseback.manager.storage;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;
import leaseback.manager.fleet.Host;

/// Chooses the hosts of a segment: by chance, those with more free bytes sooner, one owner twice only when there are
/// too few owners: what happens to one household should not happen to two pieces.
final class Placement {
    private Placement() {}

    /// At most `count` of `placeable`.
    static List<Host> choose(List<Host> placeable, int count, RandomGenerator random) {
        List<Drawn> drawn = new ArrayList<>();
        for (Host host : placeable) {
            // Exponential clocks that run as fast as there is room: the order they ring in is a weighted draw.
            drawn.add(new Drawn(host, -Math.log(1 - random.nextDouble()) / Math.max(1, host.freeBytes())));
        }
        drawn.sort(Comparator.comparingDouble(Drawn::rings));
        List<Host> chosen = new ArrayList<>();
        List<Host> again = new ArrayList<>();
        Set<UUID> owners = new HashSet<>();
        for (Drawn next : drawn) {
            (owners.add(next.host().ownerId()) ? chosen : again).add(next.host());
        }
        chosen.addAll(again);
        return List.copyOf(chosen.subList(0, Math.min(count, chosen.size())));
    }

    private record Drawn(Host host, double rings) {}
}
