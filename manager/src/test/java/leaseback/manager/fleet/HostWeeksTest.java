package leaseback.manager.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import leaseback.manager.database.TestDatabase;
import leaseback.protocol.Calendar;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HostWeeksTest {
    private static final Instant TUESDAY_ONE = Instant.parse("2026-11-24T13:00:00Z");
    private final TestDatabase testDatabase = TestDatabase.fresh();
    private final UUID host = UUID.randomUUID();

    @AfterEach
    void close() {
        testDatabase.close();
    }

    @Test
    void aMinuteCountsOnceHoweverManyManagersLook() {
        count(TUESDAY_ONE, 1);
        count(TUESDAY_ONE.plusSeconds(20), 0);
        count(TUESDAY_ONE.plusSeconds(60), 0);
        assertThat(counted()).isEqualTo("37: 1 of 2");
    }

    @Test
    void aWeekAgoWeighsThreeQuarters() {
        for (int minute = 0; minute < 60; minute++) {
            count(TUESDAY_ONE.plus(Duration.ofMinutes(minute)), minute < 40 ? 1 : 0);
        }
        assertThat(counted()).isEqualTo("37: 40 of 60");
        count(TUESDAY_ONE.plus(Duration.ofDays(7)), 1);
        assertThat(counted()).isEqualTo("37: 31 of 46");
    }

    @Test
    void ofAnUnknownHostTheLikelyIsExpectedAndOneBadMinuteIsNoBadHour() {
        int[] present = new int[Calendar.HOURS];
        int[] promised = new int[Calendar.HOURS];
        assertThat(HostWeeks.rates(present, promised)[7]).isCloseTo(0.95, within(1e-9));
        promised[5] = 1;
        assertThat(HostWeeks.rates(present, promised)[5]).isBetween(0.94, 0.95);
        // Four weeks in which one hour was never kept and all others always.
        for (int hour = 0; hour < promised.length; hour++) {
            promised[hour] = 160;
            present[hour] = hour == 5 ? 0 : 160;
        }
        double[] rates = HostWeeks.rates(present, promised);
        assertThat(rates[5]).isBetween(0.5, 0.65);
        assertThat(rates[6]).isBetween(0.98, 1.0);
    }

    @Test
    void aHouseholdIsKnownByItsNetwork() throws Exception {
        assertThat(Network.of(new InetSocketAddress(InetAddress.getByName("203.0.113.77"), 4000))).isEqualTo("203.0.113.0/24");
        assertThat(Network.of(new InetSocketAddress(InetAddress.getByName("2001:db8:12:3456::9"), 4000))).isEqualTo("2001:db8:12:0:0:0:0:0/48");
    }

    private void count(Instant at, int present) {
        testDatabase.database().transact(handle -> HostWeeks.count(handle, List.of(host), List.of(present), at));
    }

    private String counted() {
        return testDatabase.database().read(handle -> handle.createQuery("select hour || ': ' || present || ' of ' || promised from host_hour")
                .mapTo(String.class).one());
    }
}
