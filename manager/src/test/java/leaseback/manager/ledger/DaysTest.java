package leaseback.manager.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import leaseback.manager.catalog.Money;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.database.Database;
import leaseback.manager.database.TestDatabase;
import leaseback.manager.order.MovableClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DaysTest {
    private final TestDatabase test = TestDatabase.fresh();
    private final Database database = test.database();
    private final MovableClock clock = new MovableClock(Instant.parse("2027-01-10T20:00:00Z"));
    private final Ledger ledger = new Ledger(clock);
    private final Days days = new Days(database, clock);
    private final RandomTransfers drawn = new RandomTransfers(11);

    @AfterEach
    void close() {
        test.close();
    }

    @Test
    void finishedDaysAreClosedOneAfterTheOtherAndEmptyOnesToo() {
        assertThat(days.close()).isZero();
        post(3);
        assertThat(days.close()).isZero();
        clock.move(Duration.ofDays(3));
        assertThat(days.close()).isEqualTo(3);
        assertThat(days.close()).isZero();
        post(2);
        clock.move(Duration.ofDays(1));
        assertThat(days.close()).isEqualTo(1);
        assertThat(days.closings()).extracting(Days.Closing::day).containsExactly(LocalDate.of(2027, 1, 10), LocalDate.of(2027, 1, 11),
                LocalDate.of(2027, 1, 12), LocalDate.of(2027, 1, 13));
        assertThat(days.closings()).extracting(Days.Closing::transfers).containsExactly(3L, 0L, 0L, 2L);
        for (int i = 1; i < 4; i++) {
            assertThat(days.closings().get(i).previous()).isEqualTo(days.closings().get(i - 1).hash());
        }
        Days.Verdict verdict = days.verify();
        assertThat(verdict.sound()).isTrue();
        assertThat(verdict.appendOnly()).isTrue();
        assertThat(verdict.closedDays()).isEqualTo(4);
        assertThat(verdict.transfers()).isEqualTo(5);
    }

    @Test
    void theHashIsThatOfTheTextWhichTheDocumentDescribes() throws Exception {
        Transfer first = new Transfer(new UUID(1, 1), "bill", "Straße; 1", LocalDate.of(2026, 12, 31), List.of(
                new Leg(Chart.BANK.account(), Chart.REVENUE.of("storage"), new Money(5, "EUR"), new DocumentLine("bill", "B-1", 2)),
                new Leg(Chart.BANK.account(), Chart.VAT.of("DE"), new Money(1, "EUR"), DocumentLine.whole("bill", "B-1"))));
        database.transact(handle -> ledger.post(handle, first));
        clock.move(Duration.ofDays(1));
        days.close();
        String text = "0".repeat(64) + "\n2027-01-10\n"
                + "transfer\t" + first.id() + "\t2027-01-10T20:00:00Z\tbill\t2026-12-31\tnull\tStraße; 1\n"
                + "leg\t1\t2027-01-10T20:00:00Z\tassets:bank\trevenue:storage\tEUR\t5\tbill\tB-1\t2\n"
                + "leg\t2\t2027-01-10T20:00:00Z\tassets:bank\tliabilities:vat:DE\tEUR\t1\tbill\tB-1\t0\n";
        assertThat(days.closings().getFirst().hash()).isEqualTo(HexFormat.of().formatHex(
                MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void nothingIsPostedIntoAClosedDay() {
        post(1);
        clock.move(Duration.ofDays(1));
        days.close();
        clock.move(Duration.ofDays(-1));
        assertThatThrownBy(() -> post(1)).isInstanceOf(Refusal.class).hasMessageContaining("closed up to 2027-01-10");
        clock.move(Duration.ofDays(1));
        post(1);
    }

    @Test
    void aDayIsNotClosedWhileATransferIsStillBeingPostedIntoIt() throws Exception {
        post(1);
        CountDownLatch posted = new CountDownLatch(1);
        CountDownLatch mayCommit = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Future<Boolean> poster = threads.submit(() -> database.transact(handle -> {
                ledger.post(handle, drawn.next());
                posted.countDown();
                return await(mayCommit);
            }));
            assertThat(posted.await(20, TimeUnit.SECONDS)).isTrue();
            clock.move(Duration.ofDays(1));
            Future<Integer> closer = threads.submit(days::close);
            database.read(handle -> {
                // Until the closing stands waiting behind the transfer.
                for (int i = 0; i < 1_000 && handle.createQuery("""
                        select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%ledger_day%for update%'""")
                        .mapTo(Integer.class).one() == 0; i++) {
                    handle.createQuery("select 1 from pg_sleep(0.02)").mapTo(Integer.class).one();
                }
                return true;
            });
            assertThat(closer.isDone()).isFalse();
            mayCommit.countDown();
            assertThat(poster.get(20, TimeUnit.SECONDS)).isTrue();
            assertThat(closer.get(20, TimeUnit.SECONDS)).isEqualTo(1);
        }
        assertThat(days.closings().getFirst().transfers()).isEqualTo(2);
        assertThat(days.verify().sound()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "update transfer_leg set minor = minor + 1 where at >= '2027-01-12' and at < '2027-01-13' and line = 1",
        "update transfer_leg set at = at + interval '1 day' where at >= '2027-01-12' and at < '2027-01-13' and line = 1",
        "update transfer set description = 'another' where at >= '2027-01-12' and at < '2027-01-13'",
        "update transfer set at = at + interval '1 second' where at >= '2027-01-12' and at < '2027-01-13'",
        "delete from transfer_leg where at >= '2027-01-12' and at < '2027-01-13' and line = 1",
        "delete from transfer where at >= '2027-01-12' and at < '2027-01-13'",
        "delete from ledger_closing where day = '2027-01-11'",
        "update ledger_closing set hash = previous where day = '2027-01-12'",
        "insert into transfer select gen_random_uuid(), '2027-01-12T09:00:00Z', 'bill', 'slipped in', '2027-01-12', null",
        "insert into transfer_leg select gen_random_uuid(), 9, '2027-01-12T09:00:00Z', 'assets:bank', 'revenue:ads', 'EUR', 5, 'bill', 'B', 1"})
    void theFirstDayThatASuperuserAlteredIsNamed(String tampering) throws SQLException {
        for (int i = 0; i < 4; i++) {
            post(3);
            clock.move(Duration.ofDays(1));
        }
        assertThat(days.close()).isEqualTo(4);
        assertThat(days.verify().sound()).isTrue();
        try (Connection superuser = DriverManager.getConnection(test.jdbcUrl(), "postgres", test.password());
                Statement statement = superuser.createStatement()) {
            assertThat(statement.executeUpdate(tampering)).isPositive();
        }
        assertThat(days.verify().firstWrong()).isEqualTo(LocalDate.of(2027, 1, 12));
        assertThat(days.verify().wrong()).isNotBlank();
    }

    @Test
    void aLegWithoutItsTransferIsFoundBeforeItsDayIsClosedToo() throws SQLException {
        post(3);
        try (Connection superuser = DriverManager.getConnection(test.jdbcUrl(), "postgres", test.password());
                Statement statement = superuser.createStatement()) {
            statement.executeUpdate("delete from transfer");
        }
        assertThat(days.verify().firstWrong()).isEqualTo(LocalDate.of(2027, 1, 10));
    }

    private void post(int count) {
        for (int i = 0; i < count; i++) {
            Transfer transfer = drawn.next();
            database.transact(handle -> ledger.post(handle, transfer));
            clock.move(Duration.ofSeconds(7));
        }
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
