package leaseback.testbed.simulation;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import leaseback.manager.storage.Redundancy;
import leaseback.protocol.Calendar;

/// The hosts of one world, drawn from its seed.
///
/// @param liars aliases of those whose disks or words may fail: never more than the redundancy tolerates
record Setting(List<SimulatedHost> hosts, Set<Integer> liars) {
    private static final int[] COUNTS = {3, 4, 6, 6, 6, 6, 7, 9, 14};

    static Setting draw(Random random, UUID owner, Path folder) throws IOException {
        int count = COUNTS[random.nextInt(COUNTS.length)];
        boolean weekly = random.nextInt(3) == 0;
        List<SimulatedHost> hosts = new ArrayList<>();
        for (int alias = 1; alias <= count; alias++) {
            long leased = random.nextInt(8) == 0 ? 300_000 + random.nextInt(1_500_000) : 200L << 20;
            hosts.add(new SimulatedHost(alias, owner, folder, leased, weekly ? window(random) : Calendar.always(ZoneOffset.UTC)));
        }
        Redundancy redundancy = Redundancy.of(count);
        Set<Integer> liars = new HashSet<>();
        int tolerated = redundancy.needed() - redundancy.k();
        for (int i = random.nextInt(tolerated + 1); i > 0; i--) {
            liars.add(1 + random.nextInt(count));
        }
        return new Setting(List.copyOf(hosts), Set.copyOf(liars));
    }

    /// Most stay on; some leave at seven.
    private static Calendar window(Random random) {
        ZoneId zone = ZoneId.of(random.nextBoolean() ? "Europe/Berlin" : "America/Chicago");
        return switch (random.nextInt(4)) {
            case 0 -> Calendar.daily(zone, LocalTime.of(19, 0), LocalTime.of(7, 0));
            case 1 -> Calendar.daily(zone, LocalTime.of(7, 0), LocalTime.of(23, 30));
            default -> Calendar.always(zone);
        };
    }

    boolean lies(SimulatedHost host) {
        return liars.contains(host.alias());
    }

    @Override
    public String toString() {
        return hosts.size() + " hosts, of which " + liars + " may lie";
    }
}
