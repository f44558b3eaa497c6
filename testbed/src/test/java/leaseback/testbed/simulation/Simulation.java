package leaseback.testbed.simulation;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import leaseback.manager.customer.Customers;
import leaseback.manager.customer.Role;
import leaseback.manager.sealing.MasterKey;
import leaseback.manager.storage.Attributes;
import leaseback.manager.storage.Bucket;
import leaseback.manager.storage.Buckets;
import leaseback.manager.storage.Precondition;
import leaseback.manager.storage.StorageFault;
import leaseback.manager.storage.StoredObject;
import leaseback.testbed.simulation.FailingSource.Trouble;
import leaseback.testbed.simulation.Twin.Act;
import leaseback.testbed.simulation.Twin.Place;
import leaseback.testbed.simulation.Twin.Outcome;

/// One history: two managers, some hosts, a clock, and what happens to them, all drawn from one seed.
///
/// Each step draws from a generator of its own, so what is done does not depend on how earlier steps came out.
final class Simulation {
    private static final int[] SIZES = {0, 1, 500, 4_096, 4_097, 20_000, 65_535, 65_536, 65_537, 100_000, 131_073, 300_000, 600_000};
    private static final String[] NAMES = {"a", "a/b", "a/b/c", "a0", "dir/\u00e9", "dir/z z", "k%20x", "\uD83D\uDE00"};
    private static final Duration[] LEAPS = {Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofMinutes(2), Duration.ofMinutes(21),
        Duration.ofHours(5), Duration.ofHours(19), Duration.ofDays(3), Duration.ofSeconds(-40)};
    private static final Duration SLOW_SENDER = Duration.ofMinutes(7);
    private static final long LONGEST_SECONDS = 60;

    final History history;
    final Twin twin = new Twin();
    final List<Bucket> buckets = new ArrayList<>();
    final SimulatedClock clock;
    final Setting setting;
    final Books books;
    private final long seed;
    private final SimulationDatabase database;
    private final MasterKey masterKey;
    private final List<ManagerProcess> managers = new ArrayList<>();
    private final Multiparts multiparts;
    /// Looks, and is never in trouble.
    private final ManagerProcess observer;
    private int lives;

    Simulation(long seed, SimulationDatabase database, Path folder) throws IOException, StorageFault {
        this.seed = seed;
        this.database = database;
        this.history = new History(seed);
        Random random = random(0);
        this.clock = new SimulatedClock(Instant.parse("2026-11-22T12:00:00Z").plus(Duration.ofMinutes(random.nextInt(10_080))));
        this.masterKey = MasterKey.at(folder.resolve("master-key"));
        this.books = new Books(database.database());
        database.clear();
        UUID owner = new Customers(database.database(), masterKey, clock, new SecureRandom())
                .add("Ada", UUID.randomUUID() + "@example.com", ZoneOffset.UTC, Set.of(Role.USER)).id();
        Buckets rows = new Buckets(database.database(), clock);
        buckets.add(rows.create(owner, "one-" + seed));
        buckets.add(rows.create(owner, "two-" + seed));
        this.setting = Setting.draw(random, owner, folder);
        this.multiparts = new Multiparts(this);
        observer = started("observer");
        managers.add(started("A"));
        managers.add(started("B"));
        history.say("at " + clock.instant() + ": " + setting);
    }

    /// @throws Violation with the history and how to replay it
    void run() throws IOException, InterruptedException {
        Random random = random(-1);
        int steps = 30 + random.nextInt(30);
        try {
            for (int step = 1; step <= steps; step++) {
                step(step, random(step));
            }
            new Ending(this).run();
        } catch (Violation | AssertionError violated) {
            throw history.tell(violated);
        } catch (RuntimeException | IOException unforeseen) {
            throw history.tell(unforeseen);
        }
    }

    private void step(int number, Random random) throws IOException, InterruptedException {
        settleSometimes(random);
        StringBuilder moods = new StringBuilder();
        boolean calm = random.nextInt(3) == 0;
        for (SimulatedHost host : setting.hosts()) {
            Mood drawn = Mood.draw(random, setting.lies(host));
            Mood mood = calm || random.nextInt(100) < 80 ? Mood.WELL : drawn;
            host.mood(mood);
            if (!mood.equals(Mood.WELL)) {
                moods.append(' ').append(host.serial()).append('=').append(mood);
            }
        }
        ManagerProcess manager = managers.get(random.nextInt(managers.size()));
        Trouble trouble = trouble(random);
        history.step(number, clock.instant(), manager.name() + moods + trouble);
        manager.expect(trouble);
        act(manager, random);
        managers.forEach(each -> each.expect(Trouble.NONE));
        bury();
        if (random.nextBoolean()) {
            setting.hosts().forEach(SimulatedHost::report);
        }
        check(random);
    }

    private void act(ManagerProcess manager, Random random) throws IOException, InterruptedException {
        int dice = random.nextInt(100);
        if (dice < 32) {
            put(manager, key(random), random);
        } else if (dice < 40) {
            delete(manager, key(random));
        } else if (dice < 56) {
            multiparts.act(manager, random);
        } else if (dice < 61) {
            copy(manager, random);
        } else if (dice < 73) {
            race(random);
        } else if (dice < 78) {
            sweep(manager);
        } else if (dice < 82) {
            upkeep(manager);
        } else if (dice < 86) {
            pack(manager);
        } else if (dice < 91) {
            leap(LEAPS[random.nextInt(LEAPS.length)]);
        } else {
            mishap(random);
        }
    }

    private void put(ManagerProcess manager, Place key, Random random) throws InterruptedException {
        Value value = value(random);
        Precondition precondition = precondition(key, random);
        Sender sender = new Sender(value, random.nextInt(3) == 0, random.nextInt(400_000), event(manager, random));
        history.say("put " + key + " " + value + named(precondition));
        twin.take(key, List.of(put(manager, key, value, precondition, sender)));
    }

    private Act put(ManagerProcess manager, Place key, Value value, Precondition precondition, Sender sender) {
        return new Act(value, precondition, outcome(manager, () -> {
            manager.store.put(bucket(key), key.name(), new Attributes(Map.of("content-type", "x/y"), Map.of("etag", value.etag())),
                    sender, precondition);
            return new Outcome.Done(true);
        }));
    }

    private void delete(ManagerProcess manager, Place key) {
        history.say("delete " + key);
        twin.take(key, List.of(deletion(manager, key)));
    }

    private Act deletion(ManagerProcess manager, Place key) {
        return new Act(null, Precondition.NONE, outcome(manager,
                () -> new Outcome.Done(manager.store.delete(bucket(key), key.name()))));
    }

    /// What the face does when it copies: reads, and puts.
    private void copy(ManagerProcess manager, Random random) throws InterruptedException {
        Place from = key(random);
        Place to = key(random);
        Reading reading = new Reading(this);
        Optional<Value> source = reading.look(calm(), from);
        if (source.isPresent()) {
            Value value = new Value(etag(random), source.get().runs());
            history.say("copy " + from + " to " + to + " as " + value);
            twin.take(to, List.of(put(manager, to, value, Precondition.NONE, new Sender(value, false, 0, Sender.Event.NONE))));
        }
    }

    /// Two or three at the same time on one key, by different managers, perhaps with a sweep between them.
    private void race(Random random) throws InterruptedException {
        Place key = key(random);
        List<Callable<Act>> racers = new ArrayList<>();
        StringBuilder said = new StringBuilder("race on " + key + ":");
        for (int i = 2 + random.nextInt(2); i > 0; i--) {
            ManagerProcess manager = managers.get(i % managers.size());
            if (random.nextInt(4) == 0) {
                said.append(' ').append(manager.name()).append(" deletes");
                racers.add(() -> deletion(manager, key));
            } else {
                Value value = value(random);
                Precondition precondition = precondition(key, random);
                Sender sender = new Sender(value, random.nextBoolean(), 0, Sender.Event.NONE);
                said.append(' ').append(manager.name()).append(" puts ").append(value).append(named(precondition));
                racers.add(() -> put(manager, key, value, precondition, sender));
            }
        }
        history.say(said.toString());
        List<FutureTask<Act>> running = new ArrayList<>();
        racers.forEach(racer -> running.add(new FutureTask<>(racer)));
        running.forEach(task -> Thread.ofVirtual().start(task));
        if (random.nextInt(3) == 0) {
            sweep(managers.get(0));
        }
        List<Act> acts = new ArrayList<>();
        for (FutureTask<Act> task : running) {
            acts.add(ended(task));
        }
        twin.take(key, acts);
    }

    private void sweep(ManagerProcess manager) {
        history.say("sweep by " + manager.name());
        outcome(manager, () -> {
            manager.sweep.run();
            return new Outcome.Done(true);
        });
    }

    /// A round of each of its chores.
    private void upkeep(ManagerProcess manager) {
        history.say("upkeep by " + manager.name());
        outcome(manager, () -> {
            manager.upkeep.walk();
            manager.upkeep.repair();
            manager.upkeep.audit();
            manager.upkeep.judge();
            return new Outcome.Done(true);
        });
    }

    private void pack(ManagerProcess manager) {
        history.say("small contents are packed by " + manager.name());
        outcome(manager, () -> {
            manager.packer.run();
            return new Outcome.Done(true);
        });
    }

    private void leap(Duration time) throws InterruptedException {
        history.say("the clock moves by " + time);
        settle();
        clock.pass(time);
    }

    private void mishap(Random random) throws IOException, InterruptedException {
        settle();
        SimulatedHost host = setting.hosts().get(random.nextInt(setting.hosts().size()));
        int kind = setting.lies(host) ? random.nextInt(7) : 0;
        switch (kind) {
            case 0 -> host.restart(random);
            case 1 -> host.rot(random);
            case 2 -> host.tear(random);
            case 3 -> host.lose(random);
            case 4 -> host.empty();
            case 5 -> host.snapshot();
            default -> host.restore();
        }
        history.say(host.serial() + ": " + List.of("restart", "rot", "tear", "lose", "empty", "snapshot", "restore").get(kind));
    }

    /// What must hold whatever happened.
    private void check(Random random) throws IOException, InterruptedException {
        awaitQuiet();
        for (Books.Entry entry : books.held()) {
            int kept = entry.good(setting.hosts(), SimulatedHost::keeps);
            if (kept < entry.k()) {
                throw new Violation("segment " + entry.root() + " has " + kept + " whole pieces and needs " + entry.k());
            }
        }
        for (SimulatedHost host : setting.hosts()) {
            if (host.usedBytes() > host.leasedBytes()) {
                throw new Violation(host.serial() + " keeps " + host.usedBytes() + " bytes of " + host.leasedBytes());
            }
        }
        Reading reading = new Reading(this);
        for (int i = 0; i < 3; i++) {
            reading.read(managers.get(random.nextInt(managers.size())), key(random), random);
        }
        if (random.nextInt(4) == 0) {
            reading.list(managers.get(random.nextInt(managers.size())), random);
        }
    }

    /// Carries out what one manager is asked and says how it ended.
    Outcome outcome(ManagerProcess manager, Callable<Outcome> act) {
        Outcome outcome;
        try {
            outcome = act.call();
        } catch (StorageFault fault) {
            outcome = new Outcome.Refused(fault.reason());
        } catch (Sender.Gone gone) {
            outcome = new Outcome.Gone();
        } catch (Exception | Crash failed) {
            if (!manager.dead() && !manager.struck()) {
                throw new Violation("manager " + manager.name() + " failed for no reason", failed);
            }
            outcome = new Outcome.Unknown(String.valueOf(failed.getMessage()));
        }
        history.outcome(manager.name(), outcome);
        return outcome;
    }

    ManagerProcess calm() {
        return observer;
    }

    List<ManagerProcess> managers() {
        return managers;
    }

    Bucket bucket(Place key) {
        return buckets.get(key.bucket());
    }

    Set<Place> allKeys() {
        Set<Place> keys = new TreeSet<>();
        for (int bucket = 0; bucket < buckets.size(); bucket++) {
            for (String name : NAMES) {
                keys.add(new Place(bucket, name));
            }
        }
        return keys;
    }

    Place key(Random random) {
        return new Place(random.nextInt(4) == 0 ? 1 : 0, NAMES[random.nextInt(NAMES.length)]);
    }

    Value value(Random random) {
        return Value.of(etag(random), random.nextLong(), SIZES[random.nextInt(SIZES.length)]);
    }

    static String etag(Random random) {
        return Long.toHexString(random.nextLong());
    }

    Precondition precondition(Place key, Random random) {
        int dice = random.nextInt(8);
        String any = etag(random);
        List<Optional<Value>> possible = twin.of(key).stream().sorted((a, b) -> a.toString().compareTo(b.toString())).toList();
        return switch (dice) {
            case 0 -> new Precondition(true, null);
            case 1 -> new Precondition(false, possible.getFirst().map(Value::etag).orElse(any));
            case 2 -> new Precondition(false, random.nextBoolean() ? any : possible.getLast().map(Value::etag).orElse(any));
            default -> Precondition.NONE;
        };
    }

    /// What happens while a client sends.
    Sender.Event event(ManagerProcess manager, Random random) {
        ManagerProcess other = managers.get(manager == managers.getFirst() ? 1 : 0);
        return switch (random.nextInt(12)) {
            case 0 -> () -> {
                history.say("the sender goes away");
                throw new Sender.Gone();
            };
            case 1 -> () -> {
                history.say("the manager is killed in mid-write");
                manager.kill();
                throw new Crash();
            };
            case 2 -> () -> {
                history.say("the sender pauses for long, and the other manager sweeps");
                clock.pass(SLOW_SENDER);
                clock.pass(SLOW_SENDER);
                other.sweep.run();
            };
            case 3 -> () -> {
                history.say("the sender pauses, and the other manager sweeps");
                clock.pass(SLOW_SENDER);
                other.sweep.run();
            };
            default -> Sender.Event.NONE;
        };
    }

    /// Waits for one of several that run at the same time.
    static <T> T ended(FutureTask<T> task) throws InterruptedException {
        try {
            return task.get(LONGEST_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof Violation violation ? violation : new IllegalStateException(failed.getCause());
        } catch (TimeoutException stuck) {
            throw new Violation("an act did not end in " + LONGEST_SECONDS + " s", stuck);
        }
    }

    void settle() throws InterruptedException {
        for (SimulatedHost host : setting.hosts()) {
            host.settle();
        }
    }

    /// Puts a new process in the place of each that died.
    void bury() {
        for (int i = 0; i < managers.size(); i++) {
            if (managers.get(i).dead()) {
                managers.get(i).kill();
                managers.set(i, started(managers.get(i).name().substring(0, 1)));
            }
        }
    }

    private void awaitQuiet() throws InterruptedException {
        for (SimulatedHost host : setting.hosts()) {
            host.awaitQuiet();
        }
    }

    /// What a host took late may stay on its way for a step, but not for longer than its line would last.
    private void settleSometimes(Random random) throws InterruptedException {
        if (random.nextBoolean()) {
            settle();
        }
    }

    private ManagerProcess started(String name) {
        lives++;
        Duration skew = name.startsWith("B") ? Duration.ofSeconds(random(0).nextInt(40) - 20) : Duration.ZERO;
        return new ManagerProcess(name + lives, setting.hosts(), clock, skew, database.source(), masterKey, seed * 1000 + lives);
    }

    private static String named(Precondition precondition) {
        return precondition.equals(Precondition.NONE) ? "" : precondition.absent() ? " if absent" : " if " + precondition.etag();
    }

    private static Trouble trouble(Random random) {
        int dice = random.nextInt(100);
        int at = 1 + random.nextInt(14);
        boolean after = random.nextBoolean();
        return dice < 7 ? new Trouble(at, after, true) : dice < 14 ? new Trouble(at, after, false) : Trouble.NONE;
    }

    private Random random(int step) {
        long mixed = seed * 0x9E3779B97F4A7C15L + step * 0xD1B54A32D192ED03L;
        return new Random(mixed ^ mixed >>> 31);
    }

    /// Keys that may hold something.
    Set<Place> possibleKeys() {
        Set<Place> keys = new HashSet<>();
        twin.keys().stream().filter(key -> twin.of(key).stream().anyMatch(Optional::isPresent)).forEach(keys::add);
        return keys;
    }

    /// What stands there, without its bytes.
    Optional<Value> look(Place key, Optional<StoredObject> found) {
        Optional<Value> seen = twin.look(key, found.map(object -> object.digests().etag()).orElse(null));
        if (found.isPresent()) {
            Value value = seen.orElseThrow();
            if (found.get().bytes() != value.length() || !value.etag().equals(found.get().attributes().user().get("etag"))) {
                throw new Violation(key + " is " + found.get() + " and should be " + value);
            }
        }
        return seen;
    }
}
