package leaseback.manager.upkeep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import leaseback.manager.storage.PieceBook.Place;
import leaseback.manager.upkeep.RepairPlan.Case;
import leaseback.manager.upkeep.RepairPlan.Task;
import org.junit.jupiter.api.Test;

class RepairPlanTest {
    private static final List<PieceState> ALL = List.of(PieceState.values());

    @Test
    void thePlanIsThatOfANaiveTwin() {
        Random random = new Random(11);
        for (int round = 0; round < 3000; round++) {
            List<Case> cases = new ArrayList<>();
            for (int i = random.nextInt(12); i >= 0; i--) {
                cases.add(drawn(random));
            }
            boolean outage = random.nextInt(4) == 0;
            List<Task> plan = RepairPlan.of(cases, outage);
            assertThat(plan).isEqualTo(twin(cases, outage));
            Collections.shuffle(cases, random);
            assertThat(RepairPlan.of(cases, outage)).as("the order of what is asked does not matter").isEqualTo(plan);
        }
    }

    @Test
    void whatSleepsOrIsThereIsNeverMadeAgain() {
        Random random = new Random(12);
        for (int round = 0; round < 20_000; round++) {
            Case each = drawn(random);
            RepairPlan.of(each, random.nextBoolean()).ifPresent(task -> task.make().forEach(piece -> assertThat(each.pieces().get(piece))
                    .isNotIn(PieceState.ASLEEP, PieceState.PRESENT, PieceState.LEAVING_AWAY)));
        }
    }

    @Test
    void thoseAwayAreWaitedForUnlessTheSegmentIsNearItsEnd() {
        PieceState here = PieceState.PRESENT;
        PieceState away = PieceState.AWAY;
        assertThat(RepairPlan.of(of(2, here, here, here, here, away, away), false)).isEmpty();
        assertThat(RepairPlan.of(of(2, here, here, here, away, away, away), false).map(Task::make)).contains(List.of(3, 4, 5));
        assertThat(RepairPlan.of(of(2, here, here, here, away, away, away), true)).as("most hosts are away").isEmpty();
        PieceState asleep = PieceState.ASLEEP;
        assertThat(RepairPlan.of(of(2, asleep, asleep, asleep, asleep, asleep, asleep), false)).isEmpty();
    }

    @Test
    void theFewerMayBeLostTheSoonerItsTurn() {
        Case safe = of(2, PieceState.PRESENT, PieceState.PRESENT, PieceState.PRESENT, PieceState.PRESENT, PieceState.PRESENT, PieceState.NONE);
        Case worse = of(2, PieceState.PRESENT, PieceState.PRESENT, PieceState.PRESENT, PieceState.PRESENT, PieceState.LOST, PieceState.NONE);
        Case last = of(2, PieceState.PRESENT, PieceState.PRESENT, PieceState.LOST, PieceState.LOST, PieceState.LOST, PieceState.FLAWED);
        Case frail = of(2, PieceState.PRESENT, PieceState.PRESENT, PieceState.PRESENT, PieceState.LEAVING, PieceState.LOST, PieceState.NONE);
        assertThat(RepairPlan.of(List.of(safe, worse, last, frail), false)).extracting(Task::place)
                .containsExactly(last.place(), frail.place(), worse.place(), safe.place());
    }

    @Test
    void theModelIsTheMeanOfExponentialLosses() {
        assertThat(Lifetime.days(of(1, PieceState.PRESENT, PieceState.PRESENT))).isCloseTo(400 + 200, within(1e-9));
        assertThat(Lifetime.days(of(2, PieceState.PRESENT, PieceState.LOST))).isZero();
        Random random = new Random(5);
        double sum = 0;
        for (int life = 0; life < 20_000; life++) {
            List<Double> ends = new ArrayList<>();
            for (int piece = 0; piece < 6; piece++) {
                ends.add(-400 * Math.log(1 - random.nextDouble()));
            }
            Collections.sort(ends);
            sum += ends.get(4);
        }
        PieceState here = PieceState.PRESENT;
        assertThat(Lifetime.days(of(2, here, here, here, here, here, here))).isCloseTo(sum / 20_000, within(10.0));
    }

    private static Case of(int k, PieceState... pieces) {
        return new Case(new Place(UUID.randomUUID(), 0), k, List.of(pieces));
    }

    private static Case drawn(Random random) {
        int n = 1 + random.nextInt(12);
        List<PieceState> pieces = new ArrayList<>();
        for (int piece = 0; piece < n; piece++) {
            pieces.add(random.nextInt(3) == 0 ? ALL.get(random.nextInt(ALL.size())) : PieceState.PRESENT);
        }
        return new Case(new Place(new UUID(random.nextLong(), random.nextLong()), random.nextInt(4)), 1 + random.nextInt(n), pieces);
    }

    /// The same said once more, without haste: the next is looked for among all that are left.
    private static List<Task> twin(List<Case> cases, boolean outage) {
        List<Task> left = new ArrayList<>();
        for (Case each : cases) {
            twin(each, outage).ifPresent(left::add);
        }
        List<Task> plan = new ArrayList<>();
        while (!left.isEmpty()) {
            Task first = left.getFirst();
            for (Task other : left) {
                if (before(other, first)) {
                    first = other;
                }
            }
            left.remove(first);
            plan.add(first);
        }
        return plan;
    }

    private static boolean before(Task one, Task other) {
        if (one.margin() != other.margin()) {
            return one.margin() < other.margin();
        }
        if (one.days() != other.days()) {
            return one.days() < other.days();
        }
        int content = one.place().contentId().compareTo(other.place().contentId());
        return content < 0 || content == 0 && one.place().start() < other.place().start();
    }

    private static Optional<Task> twin(Case each, boolean outage) {
        int surviving = 0;
        int away = 0;
        int readable = 0;
        for (PieceState piece : each.pieces()) {
            surviving += List.of(PieceState.PRESENT, PieceState.ASLEEP, PieceState.AWAY, PieceState.LEAVING, PieceState.LEAVING_AWAY)
                    .contains(piece) ? 1 : 0;
            away += piece == PieceState.AWAY ? 1 : 0;
            readable += piece == PieceState.PRESENT || piece == PieceState.LEAVING ? 1 : 0;
        }
        List<Integer> make = new ArrayList<>();
        boolean moves = true;
        for (int piece = 0; piece < each.pieces().size(); piece++) {
            PieceState state = each.pieces().get(piece);
            boolean gone = state == PieceState.LOST || state == PieceState.FLAWED || state == PieceState.NONE
                    || state == PieceState.AWAY && !outage && surviving - away <= each.k() + 1;
            if (gone || state == PieceState.LEAVING) {
                make.add(piece);
                moves &= !gone;
            }
        }
        return make.isEmpty() ? Optional.empty() : Optional.of(new Task(each.place(), surviving - each.k(), Lifetime.days(each), make,
                moves || readable >= each.k()));
    }
}
