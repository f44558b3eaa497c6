package leaseback.manager.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.catalog.Money;
import leaseback.manager.database.TestDatabase;
import leaseback.manager.order.Electricity;
import leaseback.protocol.Calendar;
import leaseback.protocol.Earnings;
import leaseback.protocol.LeaseTerms;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PresenceTest {
    private static final Calendar NEVER = new Calendar(ZoneOffset.UTC, List.of());
    private static final Calendar NIGHTS = Calendar.daily(ZoneId.of("Europe/Berlin"), LocalTime.of(22, 0), LocalTime.of(5, 0));

    private static final Electricity POWER = new Electricity(60, 0, 0, new Money(32, "EUR"), new Money(0, "EUR"));

    private final TestDatabase testDatabase = TestDatabase.fresh();
    private final UUID host = UUID.randomUUID();

    @AfterEach
    void close() {
        testDatabase.close();
    }

    @Test
    void aMinuteCountsOnceWhoeverSeesIt() {
        record("2026-11-22T23:00:01Z", "2026-11-22T23:00:05Z", "2026-11-22T23:00:59Z", "2026-11-22T23:01:00Z",
                "2026-11-22T23:00:30Z");
        assertThat(earnings("2026-11-01T00:00:00Z", "2026-11-22T23:01:30Z").minutesPresent()).isEqualTo(2);
    }

    @Test
    void minutesOutsideTheWindowDoNotCount() {
        record("2026-11-22T12:00:00Z", "2026-11-22T20:59:59Z");
        assertThat(earnings("2026-11-01T00:00:00Z", "2026-11-22T21:30:00Z").minutesPresent()).isZero();
    }

    @Test
    void halfAMonthsMinutesEarnHalfTheMonthsPayRoundedDown() {
        // November in Berlin: 30 nights of 420 minutes, no change of clocks.
        testDatabase.database().transact(handle -> handle.createUpdate("""
                insert into host_presence (host_id, day, minutes_present, last_minute) values (:host, date '2026-11-10', 6299, now())""")
                .bind("host", host).execute());
        Earnings earnings = earnings("2026-11-01T00:00:00Z", "2026-11-22T12:00:00Z");
        assertThat(earnings.earned()).isEqualTo(499 * 6299 / 12_600);
        assertThat(earnings.currency()).isEqualTo("EUR");
        // 6299 minutes of 60 W are 6.299 kWh, at 32 cents each 201.568 cents.
        assertThat(earnings.power()).isEqualTo(new Earnings.Power(60, 6299, 202));
    }

    @Test
    void theMonthIsTheOwners() {
        // 31 October 23:30 in UTC is 1 November 00:30 in Berlin.
        record("2026-10-31T23:30:00Z");
        assertThat(earnings("2026-10-01T00:00:00Z", "2026-10-31T23:31:00Z").minutesPresent()).isEqualTo(1);
        assertThat(earnings("2026-10-01T00:00:00Z", "2026-10-31T22:30:00Z").minutesPresent()).isZero();
    }

    @Test
    void nothingWasPromisedBeforeTheEnrolment() {
        Earnings earnings = earnings("2026-11-22T22:00:00Z", "2026-11-22T22:09:30Z");
        assertThat(earnings.minutesPromised()).isEqualTo(10);
    }

    private void record(String... instants) {
        for (String instant : instants) {
            testDatabase.database().transact(handle -> {
                Presence.record(handle, host, NIGHTS, Instant.parse(instant));
                return true;
            });
        }
    }

    private Earnings earnings(String enrolled, String now) {
        LeaseTerms terms = new LeaseTerms(UUID.randomUUID(), 1, 1000, NIGHTS, NEVER, 499, "EUR", "nights");
        return testDatabase.database().read(handle -> Presence.earnings(handle, host, terms,
                Optional.of(POWER), Instant.parse(enrolled), Instant.parse(now)));
    }
}
