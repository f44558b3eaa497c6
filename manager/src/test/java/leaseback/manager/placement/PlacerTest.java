package leaseback.manager.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import leaseback.protocol.Calendar;
import org.junit.jupiter.api.Test;

class PlacerTest {
    private static final Wear WEAR = Wear.ASSUMED;
    private static final UUID SOMEONE = new UUID(9, 9);
    private static final long SEEDS = Long.getLong("leaseback.placement.seeds", 400);

    @Test
    void withFewHostsItPromisesExactlyWhatTheNaiveTwinFindsPossible() {
        int promised = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            List<Candidate> hosts = Fleets.random(2 + random.nextInt(6), random);
            StorageClass asked = Fleets.asked(List.of(0.6, 0.8, 0.9, 0.99).get(random.nextInt(4)), random.nextInt(3),
                    1.5 + 3 * random.nextDouble());
            Verdict verdict = Placer.over(hosts, WEAR).promise(asked, random);
            boolean possible = Naive.codes(asked, hosts.size(), WEAR).stream().anyMatch(code -> Naive.choices(hosts, code.n()).stream()
                    .anyMatch(choice -> Naive.readable(code, choice) >= asked.readable() - 1e-12));
            assertThat(verdict instanceof Verdict.Placed).as("seed %d: %s", seed, verdict).isEqualTo(possible);
            promised += possible ? 1 : 0;
        }
        assertThat(promised).as("seeds in which something was promised").isBetween((int) SEEDS / 10, (int) SEEDS * 9 / 10);
    }

    @Test
    void whatIsPlacedKeepsThePromiseAndNoChoiceKeepsTheRulesBetter() {
        for (long seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            List<Candidate> hosts = Fleets.random(3 + random.nextInt(6), random);
            StorageClass asked = Fleets.asked(List.of(0.6, 0.8, 0.95).get(random.nextInt(3)), random.nextInt(3), 4);
            Placer placer = Placer.over(hosts, WEAR);
            UUID dataOwner = hosts.getFirst().owner();
            if (placer.place(asked, dataOwner, host -> true, random) instanceof Verdict.Placed placed) {
                Code code = placed.code();
                assertThat(placed.hosts()).as("seed %d", seed).doesNotHaveDuplicates().hasSizeBetween(code.needed(), code.n());
                double readable = Naive.readable(code, placed.hosts());
                assertThat(readable).as("seed %d", seed).isGreaterThanOrEqualTo(asked.readable() - 1e-12);
                assertThat(placed.readable()).as("seed %d", seed).isCloseTo(readable, within(1e-9));
                List<List<Candidate>> good = Naive.choices(hosts, placed.hosts().size()).stream()
                        .filter(choice -> Naive.readable(code, choice) >= asked.readable()).toList();
                assertThat(own(placed.hosts(), dataOwner)).as("seed %d: own machines", seed)
                        .isEqualTo(good.stream().mapToLong(choice -> own(choice, dataOwner)).min().orElseThrow());
                long households = good.stream().filter(choice -> own(choice, dataOwner) == own(placed.hosts(), dataOwner))
                        .mapToLong(Naive::sharedOwners).min().orElseThrow();
                assertThat(Naive.sharedOwners(placed.hosts())).as("seed %d: two pieces with one owner", seed).isEqualTo(households);
                assertThat(placed.broken().contains(Rule.OWNER)).isEqualTo(households > 0);
            }
        }
    }

    @Test
    void addingAHostNeverMakesAPromiseImpossible() {
        for (long seed = 0; seed < SEEDS / 4; seed++) {
            Random random = new Random(seed);
            List<Candidate> hosts = Fleets.random(11, random);
            StorageClass asked = Fleets.asked(List.of(0.9, 0.99, 0.999).get(random.nextInt(3)), random.nextInt(4), 4);
            boolean before = false;
            for (int count = 1; count <= hosts.size(); count++) {
                boolean now = Placer.over(hosts.subList(0, count), WEAR).promise(asked, random) instanceof Verdict.Placed;
                assertThat(now || !before).as("seed %d: promised with %d hosts and not with %d", seed, count - 1, count).isTrue();
                before = now;
            }
        }
    }

    @Test
    void aMixedFleetCoversTheWeekOnPurposeWhereChanceDoesNot() {
        StorageClass asked = Fleets.asked(0.999, 3, 4);
        for (long seed = 0; seed < 5; seed++) {
            Random random = new Random(seed);
            List<Candidate> hosts = Fleets.world(600, random);
            Placer placer = Placer.over(hosts, WEAR);
            assertThat(placer.promise(asked, random)).as("seed %d", seed).isInstanceOf(Verdict.Placed.class);
            int byChance = 0;
            for (int i = 0; i < 40; i++) {
                Verdict verdict = placer.place(asked, SOMEONE, host -> true, random);
                assertThat(verdict).as("seed %d", seed).isInstanceOf(Verdict.Placed.class);
                Verdict.Placed placed = (Verdict.Placed) verdict;
                assertThat(readable(placed.code(), placed.hosts())).isGreaterThanOrEqualTo(asked.readable());
                assertThat(Naive.sharedOwners(placed.hosts())).isZero();
                assertThat(Naive.sharedNetworks(placed.hosts())).isZero();
                List<Candidate> drawn = new ArrayList<>(hosts);
                Collections.shuffle(drawn, random);
                byChance += readable(placed.code(), drawn.subList(0, placed.hosts().size())) >= asked.readable() ? 1 : 0;
            }
            assertThat(byChance).as("of 40 choices by chance that keep the promise").isLessThan(20);
        }
    }

    @Test
    void sixHostsThatAreAlwaysOnKeepWhatAnyTwoGiveBackWhenFiveHaveStored() {
        StorageClass asked = StorageClasses.STANDARD;
        Placer placer = Placer.over(Fleets.always(6, 0.95), WEAR);
        assertThat(placer.promise(asked, new Random(1))).isInstanceOf(Verdict.Placed.class);
        assertThat(placer.code(asked, new Random(1))).isEqualTo(new Code(2, 6, 5));
        // One is off: the code stays, five suffice.
        assertThat(placer.place(asked, SOMEONE, host -> host.alias() != 3, new Random(1)))
                .isInstanceOfSatisfying(Verdict.Placed.class, placed -> assertThat(placed.hosts()).hasSize(5));
        assertThat(placer.place(asked, SOMEONE, host -> host.alias() > 1, new Random(1)))
                .isInstanceOfSatisfying(Verdict.CannotPromise.class, refused -> assertThat(refused.reason())
                        .isEqualTo("storing this needs 5 hosts that take a piece, and 4 can now; try again when more hosts are on"));
    }

    @Test
    void itSaysAtWhichHourAndHowManyMoreWouldDo() {
        List<Candidate> hosts = new ArrayList<>(Fleets.always(3, 0.95));
        Reliability nights = Reliability.promised(Calendar.daily(ZoneId.of("UTC"), LocalTime.of(18, 0), LocalTime.of(8, 0)), Fleets.NOW)
                .times(Reliability.always(0.95).chances());
        for (int i = 3; i < 14; i++) {
            hosts.add(Fleets.host(i, new UUID(1, i), "net-" + i, "", "", nights));
        }
        StorageClass asked = Fleets.asked(0.999, 3, 3);
        Verdict verdict = Placer.over(hosts, WEAR).promise(asked, new Random(1));
        assertThat(verdict).isInstanceOfSatisfying(Verdict.CannotPromise.class, refused -> {
            assertThat(refused.hour()).isEqualTo(8);
            assertThat(refused.reason()).matches("cannot promise STANDARD \\(99\\.9 % at every hour\\) with these 14 hosts, "
                    + "because at Mon 08:00 UTC only 3 of them are on; \\d+ more on at that hour would do");
        });
        int more = Integer.parseInt(((Verdict.CannotPromise) verdict).reason().replaceAll(".*; (\\d+) more.*", "$1"));
        for (int i = 0; i < more; i++) {
            hosts.add(Fleets.host(20 + i, new UUID(1, 20 + i), "net-" + i, "", "", Reliability.always(0.95)));
        }
        assertThat(Placer.over(hosts, WEAR).promise(asked, new Random(1))).isInstanceOf(Verdict.Placed.class);
    }

    @Test
    void tooFewHostsAreToldByTheirNumber() {
        assertThat(Placer.over(Fleets.always(4, 0.99), WEAR).promise(StorageClasses.STANDARD, new Random(1)))
                .isInstanceOfSatisfying(Verdict.CannotPromise.class, refused -> {
                    assertThat(refused.hour()).isNull();
                    assertThat(refused.reason()).contains("with these 4 hosts", "loss of 3 hosts", "2 more would do");
                });
    }

    @Test
    void ruleInsistedUponAreNeverGivenUp() {
        List<Candidate> hosts = Fleets.always(8, 0.99).stream()
                .map(host -> Fleets.host(host.alias(), new UUID(1, host.alias() / 2), host.network(), "", "", host.week())).toList();
        StorageClass asked = new StorageClass("STANDARD", 0.99, 1e-3, 1, 4, 100, EnumSet.of(Rule.OWNER), Set.of(Rule.OWNER), true);
        Verdict verdict = Placer.over(hosts, WEAR).place(asked, SOMEONE, host -> true, new Random(1));
        assertThat(verdict).isInstanceOfSatisfying(Verdict.Placed.class,
                placed -> assertThat(Naive.sharedOwners(placed.hosts())).isZero());
        assertThat(Placer.over(hosts.subList(0, 6), WEAR).place(new StorageClass("STANDARD", 0.99, 1e-3, 3, 6, 100,
                EnumSet.of(Rule.OWNER), Set.of(Rule.OWNER), true), SOMEONE, host -> true, new Random(1)))
                .isInstanceOf(Verdict.CannotPromise.class);
    }

    @Test
    void anOwnersDataDoesNotLieOnTheOwnersMachinesWhileThereAreOthers() {
        List<Candidate> hosts = Fleets.always(30, 0.97);
        Placer placer = Placer.over(hosts, WEAR);
        for (int i = 0; i < 200; i++) {
            UUID owner = hosts.get(i % 30).owner();
            assertThat(placer.place(StorageClasses.STANDARD, owner, host -> true, new Random(i)))
                    .isInstanceOfSatisfying(Verdict.Placed.class, placed -> assertThat(own(placed.hosts(), owner)).isZero());
        }
    }

    @Test
    void uploadsGoByFreeSpaceAndNewHostsGetASmallShare() {
        List<Candidate> hosts = new ArrayList<>();
        for (Candidate host : Fleets.always(300, 0.97)) {
            hosts.add(new Candidate(host.alias(), host.owner(), host.network(), "", "", host.windows(),
                    (host.alias() % 3 == 0 ? 4 : 1) * Fleets.GIB, host.week(), false, host.alias() % 3 == 1));
        }
        Placer placer = Placer.over(hosts, WEAR);
        int[] pieces = new int[3];
        for (int i = 0; i < 2000; i++) {
            Verdict.Placed placed = (Verdict.Placed) placer.place(StorageClasses.STANDARD, SOMEONE, host -> true, new Random(i));
            placed.hosts().forEach(host -> pieces[host.alias() % 3]++);
        }
        double old = pieces[2];
        assertThat(pieces[0] / old).isBetween(3.0, 4.5);
        assertThat(pieces[1] / old).isBetween(0.05, 0.2);
    }

    @Test
    void missingPiecesGoWhereThePromiseHoldsAgain() {
        Random random = new Random(7);
        List<Candidate> hosts = Fleets.world(200, random);
        StorageClass asked = Fleets.asked(0.999, 3, 4);
        Placer placer = Placer.over(hosts, WEAR);
        Verdict.Placed placed = (Verdict.Placed) placer.place(asked, SOMEONE, host -> true, random);
        List<Candidate> standing = placed.hosts().subList(3, placed.hosts().size());
        Set<Candidate> lost = Set.copyOf(placed.hosts().subList(0, 3));
        List<Candidate> fresh = placer.refill(asked, placed.code(), aliases(standing), 3, SOMEONE, host -> !lost.contains(host), random);
        List<Candidate> together = new ArrayList<>(standing);
        together.addAll(fresh);
        assertThat(fresh).hasSize(3).doesNotContainAnyElementsOf(lost);
        assertThat(together).doesNotHaveDuplicates();
        assertThat(Naive.sharedOwners(together)).isZero();
        assertThat(Placer.standing(placed.code(), together).readable()).isGreaterThan(asked.readable());
    }

    private static Set<Integer> aliases(List<Candidate> hosts) {
        return hosts.stream().map(Candidate::alias).collect(Collectors.toSet());
    }

    private static long own(List<Candidate> hosts, UUID owner) {
        return hosts.stream().filter(host -> host.owner().equals(owner)).count();
    }

    /// As the naive twin, for more hosts than it could enumerate: the whole distribution, by convolution.
    private static double readable(Code code, List<Candidate> hosts) {
        double worst = 1;
        for (int hour = 0; hour < Calendar.HOURS; hour++) {
            int at = hour;
            double[] chances = hosts.stream().mapToDouble(host -> host.week().at(at)).sorted().limit(code.needed()).toArray();
            double[] exactly = {1};
            for (double chance : chances) {
                double[] next = new double[exactly.length + 1];
                for (int on = 0; on < exactly.length; on++) {
                    next[on] += exactly[on] * (1 - chance);
                    next[on + 1] += exactly[on] * chance;
                }
                exactly = next;
            }
            double sum = 0;
            for (int on = code.k(); on < exactly.length; on++) {
                sum += exactly[on];
            }
            worst = Math.min(worst, sum);
        }
        return worst;
    }
}
