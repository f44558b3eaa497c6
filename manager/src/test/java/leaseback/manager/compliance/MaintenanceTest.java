package leaseback.manager.compliance;

import static leaseback.manager.compliance.Neighbourhood.BERLIN;
import static leaseback.manager.compliance.Neighbourhood.NIGHTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.database.Database;
import leaseback.manager.database.TestDatabase;
import leaseback.manager.lease.LeaseState;
import leaseback.manager.lease.LeaseStep;
import leaseback.manager.lease.NotNow;
import leaseback.manager.lease.Party;
import leaseback.manager.letter.Letter;
import leaseback.manager.maintenance.MachinePart;
import leaseback.manager.maintenance.MachineParts;
import leaseback.manager.maintenance.PartKind;
import leaseback.manager.maintenance.PartReplacement;
import leaseback.manager.maintenance.PartReplacements;
import leaseback.manager.maintenance.PartReturn;
import leaseback.manager.maintenance.PartReturns;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// While we exchange a part nothing is asked of the machine and nothing is held against it; it stays the machine that it was.
final class MaintenanceTest {
    private static final LocalDate FIRST = LocalDate.of(2027, 4, 5);

    @TempDir
    private static Path folder;

    private static TestDatabase testDatabase;

    private Neighbourhood world;
    private MachineParts parts;
    private PartReplacements replacements;
    private UUID lease;
    private String serial;

    @BeforeAll
    static void open() {
        testDatabase = TestDatabase.fresh();
    }

    @AfterAll
    static void close() {
        testDatabase.close();
    }

    @BeforeEach
    void aLeaseThatRuns() throws Exception {
        world = new Neighbourhood(testDatabase.database(), folder, FIRST.atTime(9, 0).atZone(BERLIN).toInstant(), 5);
        parts = new MachineParts(world.clock);
        replacements = new PartReplacements(world.leases, parts, world.letters, world.clock, new SecureRandom());
        lease = leased();
        serial = serialOf(lease);
    }

    @Test
    void aMachineThatIsOffForItsRepairIsNotWarnedAndOneThatIsJustOffIs() {
        UUID other = leased();
        for (UUID each : List.of(lease, other)) {
            world.present(each, FIRST, FIRST.plusDays(2), 100);
            world.present(each, FIRST.plusDays(2), FIRST.plusDays(14), 0);
            world.present(each, FIRST.plusDays(14), FIRST.plusDays(40), 100);
        }
        noon(2);
        PartReplacement opened = open(lease, PartKind.POWER_SUPPLY, null);
        assertThat(opened.serial()).isEqualTo(serial);
        assertThat(world.state(lease)).isInstanceOfSatisfying(LeaseState.Paused.class, paused -> assertThat(paused.by()).isEqualTo(Party.PROVIDER));
        assertThat(world.letters(lease)).extracting(Letter::subject).containsExactly("Your machine " + serial + " gets a new power supply");
        noon(5);
        assertThat(act(handle -> replacements.sent(handle, opened.id(), null, "operator:olga")).state()).isEqualTo(PartReplacement.State.SENT);
        noon(14);
        PartReplacement done = act(handle -> replacements.done(handle, opened.id(), null, new MachineParts.Facts(PartKind.POWER_SUPPLY, "PSU-2", null),
                "operator:olga"));
        assertThat(done.state()).isEqualTo(PartReplacement.State.DONE);
        world.passNight(FIRST.plusDays(39));
        assertThat(world.steps(lease)).containsExactly(LeaseStep.ACTIVE, LeaseStep.PAUSED, LeaseStep.ACTIVE);
        assertThat(world.letters(lease)).hasSize(2);
        assertThat(world.findings(lease)).allMatch(Finding::kept);
        assertThat(world.steps(other)).contains(LeaseStep.WARNED);
        List<MachinePart> built = act(handle -> parts.of(handle, serial));
        assertThat(built).extracting(MachinePart::serial).containsExactly("PSU-2");
        // The same machine: nothing else of it changed.
        assertThat(((LeaseState.Running) world.state(lease)).machineId()).isEqualTo(machineOf(lease));
    }

    @Test
    void whatWasWarnedOfIsCuredByARepairAndAskedForAgainWhenItsTimeIsOver() {
        world.present(lease, FIRST, FIRST.plusDays(60), 0);
        world.passNight(FIRST.plusDays(9));
        assertThat(world.state(lease)).isInstanceOf(LeaseState.Warned.class);
        noon(11);
        PartReplacement opened = open(lease, PartKind.DRIVE, world.clock.instant().plus(Duration.ofDays(10)));
        assertThat(world.state(lease)).isInstanceOf(LeaseState.Paused.class);
        noon(15);
        Instant later = world.clock.instant().plus(Duration.ofDays(12));
        act(handle -> replacements.sent(handle, opened.id(), later, "operator:olga"));
        noon(26);
        assertThat(world.state(lease)).isInstanceOf(LeaseState.Paused.class);
        // Nobody closed it: it does not excuse for ever.
        noon(27);
        assertThat(world.state(lease)).isInstanceOf(LeaseState.Active.class);
        world.passNight(FIRST.plusDays(37));
        assertThat(world.steps(lease)).endsWith(LeaseStep.PAUSED, LeaseStep.ACTIVE, LeaseStep.WARNED, LeaseStep.SUSPENDED);
        assertThat(act(handle -> replacements.cancel(handle, opened.id(), "operator:olga")).closedAt()).isNotNull();
        assertThat(world.state(lease)).as("closing late changes nothing").isInstanceOf(LeaseState.Suspended.class);
    }

    @Test
    void whatDoesNotFitIsRefused() {
        refused("until a day that lies ahead", () -> open(lease, PartKind.FAN, world.clock.instant()));
        refused("92 days at most", () -> open(lease, PartKind.FAN, world.clock.instant().plus(Duration.ofDays(93))));
        UUID id = UUID.randomUUID();
        PartReplacement opened = act(handle -> replacements.open(handle, id, lease, PartKind.FAN, "It is loud.", null, "test"));
        PartReplacement again = act(handle -> replacements.open(handle, id, lease, PartKind.FAN, "It is loud.", null, "test"));
        assertThat(again).isEqualTo(opened);
        refused("used for " + opened.number(), () -> act(handle -> replacements.open(handle, id, lease, PartKind.DRIVE, "It is loud.", null, "test")));
        refused("by " + opened.number(), () -> open(lease, PartKind.DRIVE, null));
        refused("is for a FAN, not a MEMORY",
                () -> act(handle -> replacements.done(handle, id, null, new MachineParts.Facts(PartKind.MEMORY, null, null), "test")));
        PartReplacement sent = act(handle -> replacements.sent(handle, id, null, "test"));
        PartReplacement sentAgain = act(handle -> replacements.sent(handle, id, null, "test"));
        assertThat(sentAgain).isEqualTo(sent);
        PartReplacement done = act(handle -> replacements.done(handle, id, null, null, "test"));
        PartReplacement doneAgain = act(handle -> replacements.done(handle, id, null, null, "test"));
        assertThat(doneAgain).isEqualTo(done);
        List<MachinePart> all = act(handle -> parts.of(handle, serial));
        assertThat(all).hasSize(1);
        refused("is DONE and cannot become SENT; open a new one", () -> act(handle -> replacements.sent(handle, id, null, "test")));
        refused("is DONE and cannot become CANCELLED; open a new one", () -> act(handle -> replacements.cancel(handle, id, "test")));
        refused("there is no part replacement", () -> act(handle -> replacements.cancel(handle, UUID.randomUUID(), "test")));
        assertThatThrownBy(() -> new MachineParts.Facts(PartKind.NETWORK, null, "00:11")).hasMessageContaining("six pairs");
    }

    @Test
    void whoOpensTwiceAtOnceUnderOneKeyIsAnsweredTheSame() throws Exception {
        UUID id = UUID.randomUUID();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<PartReplacement>> all = threads.invokeAll(Collections.nCopies(4, () ->
                    act(handle -> replacements.open(handle, id, lease, PartKind.FAN, "It is loud.", null, "test"))));
            for (Future<PartReplacement> each : all) {
                assertThat(each.get()).isEqualTo(all.getFirst().get());
            }
        }
        assertThat(world.letters(lease)).hasSize(1);
    }

    @Test
    void theirPauseIsTheirsAndOursIsOurs() {
        Instant back = world.clock.instant().plus(Duration.ofDays(10));
        act(handle -> {
            world.leases.pause(handle, lease, back, Party.CUSTOMER, "customer:ada", "holiday");
            return lease;
        });
        refused("the customer has paused lease", () -> open(lease, PartKind.FAN, null));
        assertThat(world.state(lease)).isInstanceOfSatisfying(LeaseState.Paused.class, paused -> assertThat(paused.until()).isEqualTo(back));
        act(handle -> {
            world.leases.resume(handle, lease, Party.CUSTOMER, "customer:ada");
            return lease;
        });
        PartReplacement opened = open(lease, PartKind.FAN, null);
        assertThatThrownBy(() -> act(handle -> {
            world.leases.resume(handle, lease, Party.CUSTOMER, "customer:ada");
            return lease;
        })).isInstanceOf(NotNow.class).hasMessageContaining("we paused it, as for a repair");
        assertThat(world.state(lease)).isInstanceOf(LeaseState.Paused.class);
        act(handle -> replacements.cancel(handle, opened.id(), "test"));
        assertThat(world.state(lease)).isInstanceOf(LeaseState.Active.class);
    }

    @Test
    void alteredDataIsNotCuredByAPart() {
        act(handle -> {
            world.leases.warn(handle, lease, Provision.TAMPER.name(), "manager", "data was altered");
            return lease;
        });
        refused("which no part cures", () -> open(lease, PartKind.DRIVE, null));
    }

    @Test
    void aPartOfUnknownNumberGoesOutWhenOneOfThatNumberIsNotIn() {
        act(handle -> parts.builtIn(handle, serial, new MachineParts.Facts(PartKind.MEMORY, "M-1", null), "as built", "factory:line"));
        act(handle -> parts.builtIn(handle, serial, new MachineParts.Facts(PartKind.MEMORY, null, null), "as built", "factory:line"));
        PartReplacement opened = open(lease, PartKind.MEMORY, null);
        act(handle -> replacements.done(handle, opened.id(), "M-9", new MachineParts.Facts(PartKind.MEMORY, "M-3", null), "test"));
        assertThat(builtIn())
                .containsExactly("M-1", "M-3");
        PartReplacement next = open(lease, PartKind.MEMORY, null);
        act(handle -> replacements.done(handle, next.id(), "M-1", new MachineParts.Facts(PartKind.MEMORY, "M-4", null), "test"));
        assertThat(builtIn())
                .containsExactly("M-3", "M-4");
    }

    @Test
    void aPartThatComesInTakesThePlaceOfTheOneThatGoesOut() {
        MachineParts.Facts first = new MachineParts.Facts(PartKind.NETWORK, "N-1", "02-00-5E-10-00-01");
        MachinePart built = act(handle -> parts.builtIn(handle, serial, first, "as built", "factory:line"));
        MachinePart again = act(handle -> parts.builtIn(handle, serial, first, "as built", "factory:line"));
        assertThat(again).isEqualTo(built);
        assertThat(built.mac()).isEqualTo("02:00:5e:10:00:01");
        PartReplacement opened = open(lease, PartKind.NETWORK, null);
        act(handle -> replacements.done(handle, opened.id(), "N-1", new MachineParts.Facts(PartKind.NETWORK, "N-2", "02:00:5e:10:00:02"), "test"));
        List<MachinePart> all = act(handle -> parts.of(handle, serial));
        assertThat(all).extracting(MachinePart::serial).containsExactly("N-1", "N-2");
        assertThat(all.getFirst().removedAt()).isNotNull();
        assertThat(all.getLast().removedAt()).isNull();
        assertThat(all.getLast().why()).isEqualTo(opened.number());
        refused("there is no machine NONE", () -> act(handle -> parts.builtIn(handle, "NONE", first, "as built", "test")));
    }

    @Test
    void aPartIsAskedBackOnceTheMachineIsItsOwnersAlone() {
        PartReturns returns = new PartReturns(world.leases, parts, world.letters, world.clock, new SecureRandom());
        act(handle -> parts.builtIn(handle, serial, new MachineParts.Facts(PartKind.DRIVE, "D-1", null), "as built", "factory:line"));
        act(handle -> parts.builtIn(handle, serial, new MachineParts.Facts(PartKind.DRIVE, "D-2", null), "as built", "factory:line"));
        PartReturns.Wanted drive = new PartReturns.Wanted(lease, PartKind.DRIVE, "D-2", "It came for your lease.", null);
        refused("is ACTIVE; parts are asked back when it is RELEASED", () -> act(handle -> returns.ask(handle, UUID.randomUUID(), drive, "operator:olga")));
        act(handle -> {
            world.leases.withdraw(handle, lease, "customer:ada");
            return 0;
        });
        refused("is STANDING_DOWN; parts", () -> act(handle -> returns.ask(handle, UUID.randomUUID(), drive, "operator:olga")));
        act(handle -> {
            world.leases.release(handle, lease, "manager", "the agent has signed");
            return 0;
        });
        Instant now = world.clock.instant();
        for (Duration ahead : List.of(Duration.ofDays(6), Duration.ofDays(93), Duration.ofDays(-1))) {
            refused("due back 7 to 92 days from now", () -> act(handle -> returns.ask(handle, UUID.randomUUID(),
                    new PartReturns.Wanted(lease, PartKind.FAN, null, "It came for your lease.", now.plus(ahead)), "operator:olga")));
        }
        UUID id = UUID.randomUUID();
        PartReturn asked = act(handle -> returns.ask(handle, id, drive, "operator:olga"));
        PartReturn again = act(handle -> returns.ask(handle, id, drive, "operator:olga"));
        assertThat(again).isEqualTo(asked);
        refused("used for " + asked.number(), () -> act(handle -> returns.ask(handle, id,
                new PartReturns.Wanted(lease, PartKind.FAN, null, "It came for your lease.", null), "operator:olga")));
        refused("by " + asked.number(), () -> act(handle -> returns.ask(handle, UUID.randomUUID(), drive, "operator:olga")));
        Letter letter = world.letters(lease).getLast();
        assertThat(letter.subject()).isEqualTo("Please send back the drive of your machine " + serial);
        assertThat(letter.text()).contains("It came for your lease.", "the drive with the serial number D-2 by 2027-05-05", asked.number(),
                "Copy your own files from it first");
        PartReturn other = act(handle -> returns.ask(handle, UUID.randomUUID(),
                new PartReturns.Wanted(lease, PartKind.DRIVE, "D-1", "It came for your lease.", now.plus(Duration.ofDays(7))), "operator:olga"));
        assertThat(act(handle -> returns.cancel(handle, other.id(), "operator:olga")).state()).isEqualTo(PartReturn.State.CANCELLED);
        assertThat(act(handle -> returns.received(handle, id, "operator:olga")).state()).isEqualTo(PartReturn.State.RECEIVED);
        act(handle -> returns.received(handle, id, "operator:olga"));
        assertThat(builtIn()).containsExactly("D-1");
        refused("is CANCELLED and cannot become RECEIVED; ask anew", () -> act(handle -> returns.received(handle, other.id(), "operator:olga")));
        refused("is RECEIVED and cannot become CANCELLED; ask anew", () -> act(handle -> returns.cancel(handle, id, "operator:olga")));
        refused("there is no part return", () -> act(handle -> returns.cancel(handle, UUID.randomUUID(), "operator:olga")));
        assertThat(world.letters(lease)).extracting(Letter::subject).filteredOn(subject -> subject.startsWith("The drive of")).hasSize(2);
    }

    private List<@Nullable String> builtIn() {
        List<MachinePart> all = act(handle -> parts.of(handle, serial));
        return all.stream().filter(part -> part.removedAt() == null).<@Nullable String>map(MachinePart::serial).toList();
    }

    private PartReplacement open(UUID of, PartKind part, @Nullable Instant until) {
        return act(handle -> replacements.open(handle, UUID.randomUUID(), of, part, "It does not work as it should.", until, "operator:olga"));
    }

    private UUID leased() {
        UUID made = world.lease(BERLIN, NIGHTS);
        world.act(handle -> handle.createUpdate("""
                insert into owned_machine (id, serial, customer_id, body, registered_at) values (:id, :serial, :customer, '{}', :now)""")
                .bind("id", machineOf(made)).bind("serial", "M-" + machineOf(made)).bind("customer", world.find(made).customerId())
                .bind("now", world.clock.instant()).execute());
        return made;
    }

    private String serialOf(UUID of) {
        return "M-" + machineOf(of);
    }

    private UUID machineOf(UUID of) {
        return ((LeaseState.Running) world.state(of)).machineId();
    }

    private void noon(int day) {
        world.passTo(FIRST.plusDays(day).atTime(12, 0).atZone(BERLIN).toInstant());
    }

    private <T> T act(Database.Work<T> work) {
        return world.database.transact(work);
    }

    private static void refused(String why, ThrowingCallable act) {
        assertThatThrownBy(act).isInstanceOf(Refusal.class).hasMessageContaining(why);
    }
}
