package leaseback.manager.placement;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;

/// Prints what placement costs; run by hand.
final class PlacementCost {
    private PlacementCost() {}

    static void main() {
        System.out.println("fleet      hosts  code                    picture ms  code ms  place us p50   p99  expansion");
        for (int round = 0; round < 2; round++) {
            for (int count : new int[] {6, 100, 1000, 10_000}) {
                measure("always on", Fleets.always(count, 0.97));
                if (count > 6) {
                    measure("world", Fleets.world(count, new Random(count)));
                }
            }
        }
    }

    private static void measure(String name, List<Candidate> hosts) {
        Random random = new Random(1);
        StorageClass asked = StorageClasses.STANDARD;
        long start = System.nanoTime();
        Placer placer = Placer.over(hosts, Wear.ASSUMED);
        long built = System.nanoTime();
        Code code = placer.code(asked, random);
        long planned = System.nanoTime();
        if (placer.promise(asked, random) instanceof Verdict.CannotPromise refused) {
            System.out.println(name + ": " + refused.reason());
            return;
        }
        int refused = 0;
        long[] nanos = new long[2000];
        for (int i = 0; i < nanos.length; i++) {
            long from = System.nanoTime();
            refused += placer.place(asked, new UUID(7, i), host -> true, random) instanceof Verdict.Placed ? 0 : 1;
            nanos[i] = System.nanoTime() - from;
        }
        Arrays.sort(nanos);
        System.out.printf(Locale.ROOT, "%-10s %6d  %-22s %10.1f %8.1f %13.0f %6.0f %9.2f  %s%n", name, hosts.size(), code,
                (built - start) / 1e6, (planned - built) / 1e6, nanos[1000] / 1e3, nanos[1980] / 1e3, code.expansion(),
                refused == 0 ? "" : refused + " refused");
    }
}
