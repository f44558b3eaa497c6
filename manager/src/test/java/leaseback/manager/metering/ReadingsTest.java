package leaseback.manager.metering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.database.Database;
import leaseback.manager.database.TestDatabase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadingsTest {
    private static final Instant START = Instant.parse("2027-01-01T00:00:00Z");
    private static final List<Meter> METERS = List.of(Meter.PRESENCE, Meter.EGRESS, Meter.STORED);
    private final TestDatabase test = TestDatabase.fresh();
    private final Database database = test.database();
    private Instant now = Instant.parse("2027-02-01T00:00:00Z");
    private final InstantSource clock = () -> now;
    private final Readings readings = new Readings(clock);

    @AfterEach
    void close() {
        test.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void sumsAreThoseOfANaiveTwinHoweverOftenAndLateReadingsCome(long seed) {
        Random random = new Random(seed);
        List<Subject> subjects = List.of(subject(Subject.Kind.HOST), subject(Subject.Kind.LEASE), subject(Subject.Kind.CUSTOMER));
        List<Reading> all = new ArrayList<>();
        List<List<Reading>> knownThen = new ArrayList<>();
        List<Instant> moments = new ArrayList<>();
        for (int round = 0; round < 12; round++) {
            List<Reading> batch = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                if (!all.isEmpty() && random.nextInt(4) == 0) {
                    Set<UUID> replaced = replaced(all);
                    replaced.addAll(replaced(batch));
                    Reading wrong = all.get(random.nextInt(all.size()));
                    if (!replaced.contains(wrong.id())) {
                        batch.add(new Reading(UUID.randomUUID(), wrong.subject(), wrong.meter(), wrong.from(), wrong.to(),
                                random.nextInt(1_000), "test", wrong.id()));
                    }
                } else {
                    Instant from = START.plus(Duration.ofMinutes(random.nextInt(30 * 1_440)));
                    batch.add(new Reading(UUID.randomUUID(), subjects.get(random.nextInt(3)), METERS.get(random.nextInt(3)), from,
                            from.plus(Duration.ofMinutes(1 + random.nextInt(600))), random.nextInt(1_000), "test"));
                }
            }
            List<Reading> sent = new ArrayList<>(batch);
            if (!all.isEmpty()) {
                sent.add(all.get(random.nextInt(all.size())));
            }
            Collections.shuffle(sent, random);
            assertThat(database.<Integer>transact(handle -> readings.record(handle, sent))).isEqualTo(batch.size());
            all.addAll(batch);
            now = now.plusSeconds(60);
            knownThen.add(List.copyOf(all));
            moments.add(now);
        }
        for (Subject subject : subjects) {
            for (Meter meter : METERS) {
                Instant from = START.plus(Duration.ofDays(random.nextInt(10)));
                Instant to = from.plus(Duration.ofDays(1 + random.nextInt(20)));
                for (int i = 0; i < moments.size(); i += 4) {
                    Instant moment = moments.get(i);
                    assertThat(database.read(handle -> readings.sum(handle, subject.id(), meter, from, to, moment)).quantity())
                            .isEqualTo(naive(knownThen.get(i), subject, meter, from, to));
                }
                Sum sum = database.read(handle -> readings.sum(handle, subject.id(), meter, from, to));
                assertThat(sum.quantity()).isEqualTo(naive(all, subject, meter, from, to));
                assertThat(sum.readings().stream().map(id -> database.read(handle -> readings.find(handle, id)).orElseThrow())
                        .mapToLong(received -> received.reading().quantity()).sum()).isEqualTo(sum.quantity());
                Map<Meter, Long> totals = database.read(handle -> readings.totals(handle, subject.kind(), from, to))
                        .getOrDefault(subject.id(), Map.of());
                assertThat(totals.getOrDefault(meter, 0L)).isEqualTo(sum.quantity());
            }
        }
    }

    private static Set<UUID> replaced(List<Reading> some) {
        Set<UUID> replaced = new HashSet<>();
        some.forEach(reading -> replaced.add(reading.replaces()));
        return replaced;
    }

    private static long naive(List<Reading> all, Subject subject, Meter meter, Instant from, Instant to) {
        Set<UUID> replaced = replaced(all);
        return all.stream().filter(reading -> reading.subject().equals(subject) && reading.meter() == meter && !reading.from().isBefore(from)
                && reading.from().isBefore(to) && !replaced.contains(reading.id())).mapToLong(Reading::quantity).sum();
    }

    @Test
    void whatIsSentByManyAtOnceCountsOnce() throws Exception {
        List<Reading> batch = new ArrayList<>();
        Subject subject = subject(Subject.Kind.HOST);
        for (int i = 0; i < 200; i++) {
            batch.add(new Reading(UUID.randomUUID(), subject, Meter.PRESENCE, START.plusSeconds(60L * i), START.plusSeconds(60L * i + 60), 1, "t"));
        }
        List<Future<Integer>> answers = new ArrayList<>();
        int added = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
            for (int i = 0; i < 6; i++) {
                List<Reading> shuffled = new ArrayList<>(batch);
                Collections.shuffle(shuffled, new Random(i));
                answers.add(threads.submit(() -> database.transact(handle -> readings.record(handle, shuffled))));
            }
            for (Future<Integer> answer : answers) {
                added += answer.get();
            }
        }
        assertThat(added).isEqualTo(200);
        assertThat(database.read(handle -> readings.sum(handle, subject.id(), Meter.PRESENCE, START, now)).quantity()).isEqualTo(200);
    }

    @Test
    void whatContradictsItselfIsRefusedWhole() {
        Subject host = subject(Subject.Kind.HOST);
        Reading first = reading(host, Meter.EGRESS, 10, null);
        database.transact(handle -> readings.record(handle, List.of(first)));
        Map<String, List<Reading>> wrong = new HashMap<>();
        wrong.put("sent with other content", List.of(new Reading(first.id(), host, Meter.EGRESS, first.from(), first.to(), 11, "test")));
        wrong.put("of another subject or meter", List.of(reading(host, Meter.REQUESTS, 1, first.id())));
        wrong.put("which does not exist", List.of(reading(host, Meter.EGRESS, 1, UUID.randomUUID())));
        wrong.put("has a correction already", List.of(reading(host, Meter.EGRESS, 1, first.id()), reading(host, Meter.EGRESS, 2, first.id())));
        UUID a = UUID.randomUUID();
        UUID b = UUID.randomUUID();
        wrong.put("in a circle", List.of(new Reading(a, host, Meter.EGRESS, first.from(), first.to(), 1, "test", b),
                new Reading(b, host, Meter.EGRESS, first.from(), first.to(), 1, "test", a)));
        wrong.forEach((words, batch) -> {
            List<Reading> sent = new ArrayList<>(batch);
            sent.add(reading(host, Meter.EGRESS, 1_000, null));
            assertThatThrownBy(() -> database.transact(handle -> readings.record(handle, sent))).as(words).isInstanceOf(Refusal.class)
                    .hasMessageContaining(words);
        });
        assertThat(database.read(handle -> readings.sum(handle, host.id(), Meter.EGRESS, START, now)).quantity()).isEqualTo(10);
        Reading correction = reading(host, Meter.EGRESS, 12, first.id());
        Reading corrected = reading(host, Meter.EGRESS, 13, correction.id());
        database.transact(handle -> readings.record(handle, List.of(corrected, correction)));
        Sum sum = database.read(handle -> readings.sum(handle, host.id(), Meter.EGRESS, START, now));
        assertThat(sum).isEqualTo(new Sum(Meter.EGRESS, 13, List.of(corrected.id())));
        assertThat(database.read(handle -> readings.find(handle, first.id())).orElseThrow().replacedBy()).isEqualTo(correction.id());
    }

    private static Reading reading(Subject subject, Meter meter, long quantity, @Nullable UUID replaces) {
        return new Reading(UUID.randomUUID(), subject, meter, START, START.plusSeconds(3_600), quantity, "test", replaces);
    }

    private static Subject subject(Subject.Kind kind) {
        return new Subject(kind, UUID.randomUUID());
    }
}
