package leaseback.manager.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import leaseback.manager.catalog.Money;
import leaseback.manager.database.Database;
import leaseback.manager.database.TestDatabase;
import leaseback.manager.metering.Meter;
import leaseback.manager.metering.Reading;
import leaseback.manager.metering.Readings;
import leaseback.manager.metering.Subject;
import leaseback.manager.order.MovableClock;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A night and a month of 100,000 agreements; prints what each took.
@Tag("nightly")
class LedgerAtSizeTest {
    private static final int AGREEMENTS = 100_000;
    private static final int AT_ONCE = 5_000;

    @Test
    void aHundredThousandAgreementsArePostedAndAddedUp() {
        MovableClock clock = new MovableClock(Instant.parse("2027-02-01T00:30:00Z"));
        Ledger ledger = new Ledger(clock);
        Readings readings = new Readings(clock);
        Instant from = Instant.parse("2027-01-31T00:00:00Z");
        List<UUID> hosts = new ArrayList<>();
        for (int i = 0; i < AGREEMENTS; i++) {
            hosts.add(UUID.randomUUID());
        }
        try (TestDatabase test = TestDatabase.fresh()) {
            Database database = test.database();
            Days days = new Days(database, clock);
            timed("write 100,000 readings", () -> {
                for (int start = 0; start < AGREEMENTS; start += AT_ONCE) {
                    List<Reading> batch = hosts.subList(start, start + AT_ONCE).stream().map(host -> new Reading(UUID.randomUUID(),
                            new Subject(Subject.Kind.HOST, host), Meter.PRESENCE, from, from.plus(Duration.ofDays(1)), 480, "pulse")).toList();
                    database.transact(handle -> readings.record(handle, batch));
                }
            });
            timed("add them up by host", () ->
                    assertThat(database.read(handle -> readings.totals(handle, Subject.Kind.HOST, from, clock.instant())).size()).isEqualTo(AGREEMENTS));
            timed("post 100,000 transfers of two legs", () -> {
                for (int start = 0; start < AGREEMENTS; start += AT_ONCE) {
                    List<Transfer> batch = hosts.subList(start, start + AT_ONCE).stream().map(host -> new Transfer(UUID.randomUUID(),
                            "payout", "January", LocalDate.of(2027, 1, 31), List.of(
                                    new Leg(Chart.HOST_COMPENSATION.of("disk"), Chart.PAYABLE.of(host), new Money(700, "EUR"),
                                            new DocumentLine("statement", "S-" + host, 1)),
                                    new Leg(Chart.HOST_COMPENSATION.of("disk"), Chart.HELD.of(host), new Money(300, "EUR"),
                                            new DocumentLine("statement", "S-" + host, 2))))).toList();
                    database.transact(handle -> ledger.post(handle, batch));
                }
            });
            Instant now = clock.instant().plusMillis(1);
            timed("one host's balance, 1,000 times", () -> {
                for (UUID host : hosts.subList(0, 1_000)) {
                    assertThat(database.read(handle -> ledger.balance(handle, Chart.PAYABLE.of(host), "EUR", now)).money().minor()).isEqualTo(700);
                }
            });
            timed("the balance of an account of 200,000 legs", () -> assertThat(database.read(handle ->
                    ledger.balance(handle, Chart.HOST_COMPENSATION.of("disk"), "EUR", now)).money().minor()).isEqualTo(100_000_000));
            timed("all 200,001 balances", () ->
                    assertThat(database.read(handle -> ledger.balances(handle, now)).size()).isEqualTo(2 * AGREEMENTS + 1));
            clock.move(Duration.ofDays(1));
            timed("close the day", () -> assertThat(days.close()).isEqualTo(1));
            timed("verify", () -> assertThat(days.verify().transfers()).isEqualTo(AGREEMENTS));
        }
    }

    private static void timed(String what, Runnable act) {
        long start = System.nanoTime();
        act.run();
        System.out.println(what + ": " + (System.nanoTime() - start) / 1_000_000 + " ms");
    }
}
