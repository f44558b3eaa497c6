package leaseback.manager.placement;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;
import leaseback.protocol.Calendar;

/// Fleets to place on.
final class Fleets {
    static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    static final long GIB = 1L << 30;

    private Fleets() {}

    static StorageClass asked(double readable, int losses, double mostExpansion) {
        return new StorageClass("STANDARD", readable, 0.2, losses, mostExpansion, 100, EnumSet.allOf(Rule.class), Set.of(), true);
    }

    static Candidate host(int alias, UUID owner, String network, String place, String lot, Reliability week) {
        return new Candidate(alias, owner, network, place, lot, week.pattern(), 100 * GIB, week, false, false);
    }

    /// All on at all hours, each with an owner, network and lot of its own.
    static List<Candidate> always(int count, double chance) {
        List<Candidate> hosts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            hosts.add(host(i, new UUID(1, i), "10.0." + i + ".0/24", "", "lot-" + i, Reliability.always(chance)));
        }
        return hosts;
    }

    /// Up to four parts of the day, in each of which every host is on with a chance of its own, or off.
    static List<Candidate> random(int count, RandomGenerator random) {
        int parts = 1 + random.nextInt(4);
        int owners = 1 + random.nextInt(2 * count);
        int networks = 1 + random.nextInt(2 * count);
        List<Candidate> hosts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            double[] byPart = new double[parts];
            Arrays.setAll(byPart, part -> random.nextInt(6) == 0 ? 0 : 1 - 0.4 * random.nextDouble());
            double[] chances = new double[Calendar.HOURS];
            Arrays.setAll(chances, hour -> byPart[hour % 24 * parts / 24]);
            hosts.add(host(i, new UUID(1, random.nextInt(owners)), "net-" + random.nextInt(networks), "place-" + random.nextInt(3),
                    "lot-" + random.nextInt(4), Reliability.of(chances)));
        }
        return hosts;
    }

    /// At home in four zones, on in the evening and at night, some at all hours; two hosts in each tenth household.
    static List<Candidate> world(int count, RandomGenerator random) {
        List<String> zones = List.of("Europe/Berlin", "America/New_York", "Asia/Singapore", "Australia/Sydney");
        List<Reliability> nights = zones.stream().map(zone -> Reliability.promised(
                Calendar.daily(ZoneId.of(zone), LocalTime.of(16, 0), LocalTime.of(8, 0)), NOW)).toList();
        Reliability always = Reliability.always(1);
        List<Candidate> hosts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int zone = random.nextInt(zones.size());
            double[] rates = new double[Calendar.HOURS];
            double rate = 0.9 + 0.09 * random.nextDouble();
            Arrays.setAll(rates, hour -> Math.min(0.99, rate + 0.02 * random.nextDouble()));
            Reliability promised = random.nextInt(10) == 0 ? always : nights.get(zone);
            int household = i % 10 == 9 ? i - 1 : i;
            hosts.add(new Candidate(i, new UUID(1, household), "net-" + household, zones.get(zone), "lot-" + random.nextInt(20),
                    promised.pattern(), (1 + random.nextInt(500)) * GIB, promised.times(rates), false, false));
        }
        return hosts;
    }
}
