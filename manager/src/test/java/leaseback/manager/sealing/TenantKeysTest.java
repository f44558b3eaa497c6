package leaseback.manager.sealing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import leaseback.manager.database.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TenantKeysTest {
    private static final byte[] SECRET = "a segment's key".getBytes(UTF_8);
    private final TestDatabase database = TestDatabase.fresh();
    private final UUID ada = UUID.randomUUID();
    private final UUID bob = UUID.randomUUID();
    private Instant now = Instant.parse("2026-11-22T12:00:00Z");
    private MasterKey kms;
    private TenantKeys keys;

    @TempDir
    private Path folder;

    @BeforeEach
    void make() throws Exception {
        kms = MasterKey.at(folder.resolve("master.key"));
        keys = manager();
    }

    @AfterEach
    void close() {
        database.close();
    }

    private TenantKeys manager() {
        return new TenantKeys(database.database(), kms, () -> now, new SecureRandom());
    }

    private List<Integer> retire(UUID tenant, Instant before) {
        return database.database().transact(handle -> keys.retire(handle, tenant, before));
    }

    private List<Integer> destroy(UUID tenant) {
        return database.database().transact(handle -> keys.destroy(handle, tenant));
    }

    @Test
    void eachTenantHasAKeyAndAnotherManagerOpensWhatItSealed() {
        byte[] sealed = keys.seal(ada, SECRET, "segment/1");
        assertThat(manager().open(sealed, "segment/1")).isEqualTo(SECRET);
        assertThat(TenantKeys.wrapped(sealed)).contains(new TenantKeys.Wrapped(ada, 1));
        assertThat(TenantKeys.wrapped(keys.seal(bob, SECRET, "x"))).contains(new TenantKeys.Wrapped(bob, 1));
        assertThatThrownBy(() -> keys.open(sealed, "segment/2")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void whatTheMasterKeySealedBeforeThereWereTenantKeysStillOpens() {
        byte[] old = kms.seal(SECRET, "segment/1");
        assertThat(keys.open(old, "segment/1")).isEqualTo(SECRET);
        assertThat(TenantKeys.wrapped(old)).isEmpty();
    }

    @Test
    void anOldVersionOpensUntilItIsRetired() {
        byte[] old = keys.seal(ada, SECRET, "s");
        TenantKeys other = manager();
        other.open(old, "s");
        assertThat(keys.rotate(ada, "operator:test")).isEqualTo(2);
        byte[] young = keys.seal(ada, SECRET, "s");
        assertThat(TenantKeys.wrapped(young)).contains(new TenantKeys.Wrapped(ada, 2));
        assertThat(keys.open(old, "s")).isEqualTo(SECRET);
        // A version whose successor is young may still be in use elsewhere.
        assertThat(retire(ada, now)).isEmpty();
        now = now.plus(Duration.ofMinutes(61));
        assertThat(retire(ada, now.minusSeconds(3600))).containsExactly(1);
        keys.forget(ada);
        assertThatThrownBy(() -> keys.open(old, "s")).isInstanceOf(TenantErased.class);
        assertThatThrownBy(() -> other.open(old, "s")).isInstanceOf(TenantErased.class);
        assertThat(keys.open(young, "s")).isEqualTo(SECRET);
    }

    @Test
    void anotherManagerSealsWithTheNewVersionWithinAMinute() {
        TenantKeys other = manager();
        other.seal(ada, SECRET, "s");
        keys.rotate(ada, "operator:test");
        now = now.plusSeconds(61);
        assertThat(TenantKeys.wrapped(other.seal(ada, SECRET, "s")).orElseThrow().version()).isEqualTo(2);
    }

    @Test
    void destroyedKeysOpenNothingAndTakeNothing() {
        byte[] sealed = keys.seal(ada, SECRET, "s");
        keys.rotate(ada, "operator:test");
        assertThat(destroy(ada)).containsExactly(1, 2);
        keys.forget(ada);
        assertThatThrownBy(() -> keys.open(sealed, "s")).isInstanceOf(TenantErased.class);
        assertThatThrownBy(() -> keys.seal(ada, SECRET, "s")).isInstanceOf(TenantErased.class);
        assertThat(destroy(bob)).containsExactly(1);
        assertThatThrownBy(() -> keys.seal(bob, SECRET, "s")).isInstanceOf(TenantErased.class);
    }

    @Test
    void aKeyMadeInATransactionThatFailsIsNotRemembered() {
        assertThatThrownBy(() -> database.database().transact(handle -> {
            keys.seal(ada, SECRET, "s");
            throw new IllegalStateException("taken back");
        })).hasMessage("taken back");
        byte[] sealed = keys.seal(ada, SECRET, "s");
        assertThat(manager().open(sealed, "s")).isEqualTo(SECRET);
    }

    @Test
    void aRotatedMasterKeySealsAllOfThemAgainAndTheOldOneIsUselessThen() throws Exception {
        byte[] adas = keys.seal(ada, SECRET, "s");
        byte[] bobs = keys.seal(bob, SECRET, "s");
        Path stolen = Files.copy(folder.resolve("master.key"), folder.resolve("stolen.key"));
        Resealing resealing = new Resealing(database.database(), kms, List.of(TenantKeys.column()));
        kms.rotate();
        assertThat(resealing.outdated()).isEqualTo(2);
        assertThat(resealing.run()).isEqualTo(2);
        assertThat(resealing.run()).isZero();
        assertThat(resealing.outdated()).isZero();
        kms.retire();
        assertThat(manager().open(adas, "s")).isEqualTo(SECRET);
        assertThat(manager().open(bobs, "s")).isEqualTo(SECRET);
        TenantKeys thief = new TenantKeys(database.database(), MasterKey.at(stolen), () -> now, new SecureRandom());
        assertThatThrownBy(() -> thief.open(adas, "s")).isInstanceOf(IllegalStateException.class);
    }
}
