package leaseback.host.promise;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import leaseback.protocol.Calendar;
import leaseback.protocol.LeaseTerms;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// What the machine serves on a day that is promised whole.
class PromiseTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    @TempDir Path folder;

    @Test
    void aHolidayIsServedFromMidnightToMidnightAlsoAfterARestart() throws Exception {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-12-25T11:00:00Z"));
        Path file = folder.resolve("terms.json");
        Promise.in(file, now::get, new JsonMapper()).accept(terms(1, List.of()));
        assertThat(Promise.in(file, now::get, new JsonMapper()).isServing()).isFalse();
        Promise.in(file, now::get, new JsonMapper()).accept(terms(2, List.of(LocalDate.of(2026, 12, 25))));
        Promise restarted = Promise.in(file, now::get, new JsonMapper());
        assertThat(restarted.isServing()).isTrue();
        // The night of the 25th goes on until 05:00 of the day after.
        assertThat(restarted.nextChange()).isEqualTo(Instant.parse("2026-12-26T04:00:00Z"));
        assertThat(Words.hours(restarted.terms().serving())).endsWith("all day on holidays (1 are named)");
        now.set(Instant.parse("2026-12-26T11:00:00Z"));
        assertThat(restarted.isServing()).isFalse();
    }

    private static LeaseTerms terms(int version, List<LocalDate> holidays) {
        Calendar week = Calendar.daily(BERLIN, LocalTime.of(22, 0), LocalTime.of(5, 0));
        Calendar hours = new Calendar(BERLIN, week.windows(), holidays);
        return new LeaseTerms(new UUID(1, 1), version, 1000, hours, hours, 0, "EUR", "");
    }
}
