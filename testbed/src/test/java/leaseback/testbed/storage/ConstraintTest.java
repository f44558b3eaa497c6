package leaseback.testbed.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.UUID;
import leaseback.manager.storage.Constraint;
import leaseback.manager.storage.StorageFault;
import org.junit.jupiter.api.Test;

/// What a customer or a bucket demands of the hosts is obeyed, or the upload is refused and says why. A racked host stands in `Z`
/// and belongs to owner (7, its number).
class ConstraintTest extends RackedTest {
    @Override
    Rack rack() throws Exception {
        return new Rack(database.database(), folder, 12, GIB);
    }

    @Test
    void noPieceGoesToAnOwnerWhoIsNotWanted() throws Exception {
        rack.store.constraints().set(rack.bucket.id(), new Constraint(Set.of(), Set.of(new UUID(7, 3), new UUID(7, 5))), "test");
        rack.store.constraints().set(rack.ownerId, new Constraint(Set.of(), Set.of(new UUID(7, 8))), "test");
        for (int i = 0; i < 20; i++) {
            put("k" + i);
        }
        assertThat(holders()).doesNotContain(3, 5, 8).contains(1, 2, 4);
        long bound = database.database().read(handle -> handle.createQuery("select count(*) from segment where bound_by = :bucket")
                .bind("bucket", rack.bucket.id()).mapTo(Long.class).one());
        assertThat(bound).isEqualTo(20);
    }

    @Test
    void whatCannotBeMetIsRefusedAndSaysSo() throws Exception {
        rack.store.constraints().set(rack.ownerId, new Constraint(Set.of("Europe/"), Set.of()), "test");
        assertThatThrownBy(() -> put("k")).isInstanceOf(StorageFault.class).hasMessageContaining("in Europe/");
        rack.store.constraints().set(rack.ownerId, new Constraint(Set.of("Z"), Set.of()), "test");
        put("k");
        rack.store.constraints().set(rack.ownerId, Constraint.NONE, "test");
        put("k");
        assertThat(rack.count("placement_constraint")).isZero();
    }

    @Test
    void anotherManagerObeysWithinSeconds() throws Exception {
        put("k");
        new leaseback.manager.storage.Constraints(database.database(), rack.clock)
                .set(rack.bucket.id(), new Constraint(Set.of("Asia/"), Set.of()), "test");
        rack.pass(Duration.ofSeconds(6));
        assertThatThrownBy(() -> put("k")).isInstanceOf(StorageFault.class);
    }

    @Test
    void aPlaceIsATimeZone() {
        assertThatThrownBy(() -> new Constraint(Set.of("Ger many"), Set.of())).hasMessageContaining("Europe/Berlin");
    }

    private void put(String key) throws Exception {
        put(key, new Given(1, 300_000));
    }

    private Set<Integer> holders() {
        return Set.copyOf(database.database().read(handle -> handle.createQuery("select hosts from segment")
                .map((row, context) -> (Integer[]) row.getArray(1).getArray()).list()).stream().flatMap(Arrays::stream)
                .distinct().toList());
    }
}
