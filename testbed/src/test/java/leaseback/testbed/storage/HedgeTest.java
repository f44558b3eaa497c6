package leaseback.testbed.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import leaseback.manager.storage.Attributes;
import leaseback.manager.storage.ObjectStore;
import leaseback.manager.storage.Patience;
import leaseback.manager.storage.Precondition;
import leaseback.manager.storage.StoredObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Hosts that keep their line and never answer, read by a manager that would wait an hour for each.
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class HedgeTest {
    private static final Patience HOURS = new Patience(Duration.ofHours(1), Duration.ofMillis(500), Duration.ofHours(1), Duration.ZERO,
            Duration.ofHours(9));
    private static final int LENGTH = 5_000_000;

    @TempDir
    static Path folder;

    @Test
    void aGetIsMadeWholeByOthersWhenHostsNeverAnswer() throws Exception {
        try (RackDatabase database = new RackDatabase(folder.resolve("database"))) {
            Rack rack = new Rack(database.database(), folder.resolve("rack"), 6, 1L << 30, Long.MAX_VALUE, HOURS);
            StoredObject object = rack.store.put(rack.bucket, "k", Attributes.NONE, new Given(7, LENGTH), Precondition.NONE);
            for (int host = 0; host < 6; host += 2) {
                rack.hosts.get(host).stick(true);
                rack.hosts.get(host + 1).stick(true);
                assertThat(read(rack, object, new ByteArrayOutputStream())).isEqualTo(Given.bytes(7, LENGTH));
                rack.hosts.get(host).stick(false);
                rack.hosts.get(host + 1).stick(false);
            }
            assertThat(rack.store.counts().hedgedReads()).as("each of the data pieces lay on a host that did not answer").isPositive();
        }
    }

    @Test
    void aHostThatStopsInTheMiddleIsLetGoAsWell() throws Exception {
        try (RackDatabase database = new RackDatabase(folder.resolve("database-2"))) {
            Rack rack = new Rack(database.database(), folder.resolve("rack-2"), 6, 1L << 30, Long.MAX_VALUE, HOURS);
            StoredObject object = rack.store.put(rack.bucket, "k", Attributes.NONE, new Given(8, LENGTH), Precondition.NONE);
            for (int host = 0; host < 6; host++) {
                RackedHost stopping = rack.hosts.get(host);
                byte[] bytes = read(rack, object, new ByteArrayOutputStream() {
                    @Override
                    public synchronized void write(byte[] some, int offset, int length) {
                        super.write(some, offset, length);
                        stopping.stick(size() > 1_000_000);
                    }
                });
                stopping.stick(false);
                assertThat(bytes).isEqualTo(Given.bytes(8, LENGTH));
            }
            assertThat(rack.store.counts().hedgedReads()).isPositive();
        }
    }

    private static byte[] read(Rack rack, StoredObject object, ByteArrayOutputStream bytes) throws Exception {
        try (ObjectStore.ObjectReader reader = rack.store.open(object, 0, object.bytes())) {
            reader.writeTo(bytes);
        }
        return bytes.toByteArray();
    }
}
