package leaseback.manager.compliance;

import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import leaseback.manager.catalog.DiskShare;
import leaseback.manager.catalog.Incentive;
import leaseback.manager.catalog.LeasePlan;
import leaseback.manager.catalog.Money;
import leaseback.manager.clock.SettableClock;
import leaseback.manager.clock.Timetable;
import leaseback.manager.customer.Customers;
import leaseback.manager.customer.Role;
import leaseback.manager.database.Database;
import leaseback.manager.lease.Lease;
import leaseback.manager.lease.LeaseState;
import leaseback.manager.lease.LeaseStep;
import leaseback.manager.lease.LeaseTimers;
import leaseback.manager.lease.Leases;
import leaseback.manager.lease.Transition;
import leaseback.manager.letter.Letter;
import leaseback.manager.letter.Letters;
import leaseback.manager.metering.Meter;
import leaseback.manager.metering.Reading;
import leaseback.manager.metering.Readings;
import leaseback.manager.metering.Subject;
import leaseback.manager.sealing.MasterKey;
import leaseback.protocol.Calendar;
import leaseback.protocol.Window;
import org.jdbi.v3.core.Handle;

/// Owners with leases in a real database, on a clock that is set, and what was measured of them.
final class Neighbourhood {
    static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    static final List<Window> NIGHTS = Arrays.stream(DayOfWeek.values())
            .map(day -> new Window(day, LocalTime.of(22, 0), LocalTime.of(5, 0))).toList();
    final Database database;
    final SettableClock clock;
    final Leases leases;
    final Letters letters;
    final Readings readings;
    final Breaches breaches;
    final Judge judge;
    final Outages outages;
    final Compliance compliance;
    final Timetable timetable;
    private final Random random;
    private final Customers customers;

    Neighbourhood(Database database, java.nio.file.Path folder, Instant start, long seed) throws Exception {
        this.database = database;
        database.transact(handle -> {
            handle.execute("update lease set next_at = null, state = 'DECLINED' where state <> 'DECLINED'");
            handle.execute("delete from judging");
            handle.execute("delete from breach");
            handle.execute("delete from outage");
            handle.execute("delete from heartbeat");
            return 0;
        });
        random = new Random(seed);
        clock = new SettableClock(start);
        leases = new Leases(clock, new Random(random.nextLong() ^ System.nanoTime()));
        letters = new Letters(clock);
        readings = new Readings(clock);
        breaches = new Breaches(database, leases, letters, clock);
        judge = new Judge(database, breaches, clock);
        outages = new Outages(database, leases, clock);
        compliance = new Compliance(leases, breaches, clock);
        timetable = new Timetable(clock).and(outages).and(judge).and(new LeaseTimers(database, leases)).and(breaches);
        customers = new Customers(database, MasterKey.at(folder.resolve("master.key")), clock, random);
    }

    UUID owner(ZoneId zone) {
        String name = "o" + UUID.randomUUID();
        return customers.add(name, name + "@example.org", zone, Set.of(Role.HOST)).id();
    }

    /// A lease that runs from now on.
    UUID lease(ZoneId zone, List<Window> serving) {
        UUID owner = owner(zone);
        return database.transact(handle -> {
            LeasePlan plan = new LeasePlan("nights", 1, "Nights", new DiskShare.Percent(15), 1, 1L << 40, serving, List.of(), 24, 30,
                    new Money(32, "EUR"), List.of(new Incentive.Support()));
            UUID id = leases.offer(handle, owner, zone, plan, new DiskShare.Percent(15), new Money(500, "EUR"),
                    clock.instant().plus(Duration.ofDays(14)), "operator:test").id();
            leases.accept(handle, id, "customer", "yes");
            leases.configure(handle, id, UUID.randomUUID(), 6_000_000_000L, "factory");
            leases.deliver(handle, id, "carrier");
            leases.enrolled(handle, id, clock.instant());
            return id;
        });
    }

    void measure(UUID lease, LocalDate day, Meter meter, long quantity) {
        ZoneId zone = find(lease).zone();
        act(handle -> readings.record(handle, List.of(new Reading(
                UUID.nameUUIDFromBytes((lease + " " + day + " " + meter).getBytes(StandardCharsets.UTF_8)),
                new Subject(Subject.Kind.LEASE, lease), meter, day.atStartOfDay(zone).toInstant(), day.plusDays(1).atStartOfDay(zone).toInstant(),
                quantity, "operator:test"))));
    }

    /// Presence of so many percent of the agreed minutes on each of the days, the last one left out.
    void present(UUID lease, LocalDate first, LocalDate last, int percent) {
        Lease found = find(lease);
        Calendar calendar = new Calendar(found.zone(), found.plan().serving());
        for (LocalDate day = first; day.isBefore(last); day = day.plusDays(1)) {
            long window = calendar.minutesOpen(day.atStartOfDay(found.zone()).toInstant(), day.plusDays(1).atStartOfDay(found.zone()).toInstant());
            measure(lease, day, Meter.WINDOW, window);
            measure(lease, day, Meter.PRESENCE, window * percent / 100);
        }
    }

    /// A host under that lease, whose agent is of that release.
    UUID host(UUID lease, String release) {
        UUID host = UUID.randomUUID();
        act(handle -> handle.createUpdate("""
                insert into host (id, alias, serial, machine_id, owner_id, lease_id, state, enrolled_at, agent_version)
                values (:id, (select coalesce(max(alias), 0) + 1 from host), :serial, :machine, :owner, :lease, 'ACTIVE', :now, :release)""")
                .bind("id", host).bind("serial", "S-" + host).bind("machine", UUID.randomUUID()).bind("owner", find(lease).customerId())
                .bind("lease", lease).bind("now", clock.instant()).bind("release", release).execute());
        return host;
    }

    <T> T read(Database.Work<T> work) {
        return database.read(work);
    }

    void passTo(Instant to) {
        timetable.advance(clock, to);
    }

    /// To the night after which `day` has been judged, and half an hour more.
    void passNight(LocalDate day) {
        passTo(day.plusDays(1).atStartOfDay(BERLIN).toInstant().plus(Judge.GRACE).plus(Duration.ofMinutes(30)));
    }

    void act(Consumer<Handle> act) {
        database.transact(handle -> {
            act.accept(handle);
            return 0;
        });
    }

    Lease find(UUID lease) {
        return database.read(handle -> leases.find(handle, lease)).orElseThrow();
    }

    LeaseState state(UUID lease) {
        return find(lease).state();
    }

    List<LeaseStep> steps(UUID lease) {
        List<LeaseStep> steps = new ArrayList<>();
        for (Transition transition : history(lease)) {
            if (transition.from() != transition.to()) {
                steps.add(transition.to());
            }
        }
        return steps.subList(steps.indexOf(LeaseStep.ACTIVE), steps.size());
    }

    List<Transition> history(UUID lease) {
        return database.read(handle -> leases.history(handle, lease));
    }

    List<Letter> letters(UUID lease) {
        return database.read(handle -> letters.page(handle, find(lease).customerId(), null, 100));
    }

    List<Finding> findings(UUID lease) {
        return database.read(handle -> Findings.of(handle, lease, LocalDate.EPOCH));
    }
}
