package leaseback.testbed.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import leaseback.manager.fleet.Host;
import leaseback.manager.placement.Candidate;
import leaseback.manager.placement.Placer;
import leaseback.manager.placement.Reliability;
import leaseback.manager.placement.Wear;
import leaseback.manager.storage.Attributes;
import leaseback.manager.storage.Constraint;
import leaseback.manager.storage.Precondition;
import leaseback.manager.storage.StorageFault;
import leaseback.manager.storage.StoredObject;
import leaseback.protocol.Calendar;
import org.junit.jupiter.api.Test;

/// Storage over hosts that are on at some hours: what is put is promised, or refused with the hour.
class WeekWalkTest extends RackedTest {
    private static final Attributes COLD = new Attributes(Map.of(Attributes.STORAGE_CLASS, "STANDARD_IA"), Map.of());

    @Test
    void hostsOfTheDayAndOfTheNightTogetherKeepEachObjectReadableAtBoth() throws Exception {
        rack = new Rack(database.database(), folder.resolve("sixteen"), 16, GIB);
        rack.placer = placer(16, 8);
        StoredObject object = put("both", COLD);
        assertThat(object.attributes().storageClass()).isEqualTo("STANDARD_IA");
        assertThat(classes(object)).containsOnly("STANDARD_IA");
        for (boolean day : List.of(true, false)) {
            rack.hosts.forEach(host -> {
                if (byDay(host.host().alias()) == day) {
                    host.revive();
                } else {
                    host.kill();
                }
            });
            assertThat(read(object)).isEqualTo(bytes());
        }
    }

    @Test
    void aStrictClassIsRefusedWithTheHourAndStandardIsStoredAsWellAsCanBe() throws Exception {
        // All on by night only.
        rack.placer = placer(6, 0);
        StorageFault refused = catchThrowableOfType(StorageFault.class, () -> put("cold", COLD));
        assertThat(refused.reason()).isEqualTo(StorageFault.Reason.NOT_ENOUGH_HOSTS);
        assertThat(refused).hasMessageContaining("cannot promise STANDARD_IA (99 % at every hour) with these 6 hosts, because at Mon 08:00 UTC "
                + "none of them is on");
        StoredObject object = put("standard", Attributes.NONE);
        assertThat(read(object)).isEqualTo(bytes());
        assertThat(rack.store.counts().unpromised()).isEqualTo(1);
    }

    @Test
    void whatIsPromisedIsPromisedWithTheAllowedHostsAlone() throws Exception {
        rack = new Rack(database.database(), folder.resolve("sixteen"), 16, GIB);
        rack.placer = placer(16, 8);
        Set<UUID> byDay = rack.hosts.stream().filter(host -> byDay(host.host().alias())).map(host -> host.host().ownerId())
                .collect(Collectors.toSet());
        rack.store.constraints().set(rack.bucket.id(), new Constraint(Set.of(), byDay), "test");
        StorageFault refused = catchThrowableOfType(StorageFault.class, () -> put("cold", COLD));
        assertThat(refused).hasMessageContaining("with these 8 hosts, because at Mon 08:00 UTC").hasMessageContaining("not on hosts of 8 owners");
    }

    @Test
    void aClassThatIsNotThereIsRefused() throws Exception {
        Attributes unknown = new Attributes(Map.of(Attributes.STORAGE_CLASS, "GOLD"), Map.of());
        StorageFault refused = catchThrowableOfType(StorageFault.class, () -> put("k", unknown));
        assertThat(refused.reason()).isEqualTo(StorageFault.Reason.INVALID_STORAGE_CLASS);
    }

    private static boolean byDay(int alias) {
        return alias > 8;
    }

    /// The first `nights` hosts are on from 20:00 to 08:00, the others from 08:00 to 20:00.
    private Placer placer(int hosts, int days) {
        List<Candidate> candidates = new ArrayList<>();
        for (int i = 0; i < hosts; i++) {
            Host host = rack.hosts.get(i).host();
            boolean day = days > 0 && byDay(host.alias());
            double[] chances = new double[Calendar.HOURS];
            Arrays.setAll(chances, hour -> (hour % 24 >= 8 && hour % 24 < 20) == day ? 0.98 : 0);
            candidates.add(new Candidate(host.alias(), host.ownerId(), "", "", "", day ? "day" : "night", host.freeBytes(),
                    Reliability.of(chances), false, false));
        }
        return Placer.over(candidates, Wear.ASSUMED);
    }

    private StoredObject put(String key, Attributes attributes) throws StorageFault, IOException {
        return rack.store.put(rack.bucket, key, attributes, new Given(5, 3_000_000), Precondition.NONE);
    }

    private static List<String> classes(StoredObject object) {
        return database.database().read(handle -> handle.createQuery("select class from segment where content_id = :id")
                .bind("id", object.id()).mapTo(String.class).list());
    }

    private static byte[] bytes() {
        return Given.bytes(5, 3_000_000);
    }
}
