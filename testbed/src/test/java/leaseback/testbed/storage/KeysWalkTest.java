package leaseback.testbed.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import leaseback.manager.customer.Customers;
import leaseback.manager.customer.Role;
import leaseback.manager.order.Signed;
import leaseback.manager.order.SigningKeys;
import leaseback.manager.sealing.MasterKey;
import leaseback.manager.sealing.Resealing;
import leaseback.manager.sealing.TenantErased;
import leaseback.manager.sealing.TenantKeys;
import leaseback.manager.storage.Attributes;
import leaseback.manager.storage.Bucket;
import leaseback.manager.storage.Erasures;
import leaseback.manager.storage.Erasures.Erasure;
import leaseback.manager.storage.Erasures.HostAnswer;
import leaseback.manager.storage.Precondition;
import leaseback.manager.storage.SegmentKeys;
import leaseback.manager.storage.StorageFault;
import leaseback.manager.storage.StoredObject;
import leaseback.manager.storage.Upload;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Keys under real objects on real hosts' disks: rotation touches no data, erasure leaves nothing.
class KeysWalkTest extends RackedTest {
    private static final int BIG = 400_000;
    private static final int SMALL = 300;

    private SegmentKeys segmentKeys;

    @BeforeEach
    void segmentKeys() {
        segmentKeys = new SegmentKeys(database.database(), rack.keys, rack.clock);
    }

    @Test
    void rotatingATenantsKeyTouchesNoData() throws Exception {
        StoredObject big = put(rack.bucket, "big", BIG);
        StoredObject small = put(rack.bucket, "small", SMALL);
        Map<Path, Object> before = files();
        assertThat(rack.keys.rotate(rack.ownerId, "operator:test")).isEqualTo(2);
        assertThat(segmentKeys.run()).isEqualTo(2);
        assertThat(segmentKeys.run()).isZero();
        assertThat(files()).isEqualTo(before);
        assertThat(read(big)).isEqualTo(Given.bytes(1, BIG));
        assertThat(read(small)).isEqualTo(Given.bytes(1, SMALL));
        StoredObject later = put(rack.bucket, "later", BIG);
        assertThat(versions()).containsOnly(2);

        rack.pass(Duration.ofMinutes(61));
        segmentKeys.run();
        assertThat(rack.keys.rotated()).isEmpty();
        rack.pass(Duration.ofMinutes(2));
        assertThat(read(big)).isEqualTo(Given.bytes(1, BIG));
        assertThat(read(later)).isEqualTo(Given.bytes(1, BIG));
    }

    @Test
    void anUploadsPartsAreSealedAgainAsWell() throws Exception {
        Upload upload = rack.uploads.begin(rack.bucket, "parts", new Attributes(Map.of(), Map.of()), Map.of());
        rack.uploads.put(upload, 1, new Given(1, BIG));
        rack.keys.rotate(rack.ownerId, "operator:test");
        assertThat(segmentKeys.run()).isEqualTo(1);
        rack.pass(Duration.ofMinutes(61));
        segmentKeys.run();
        StoredObject whole = rack.uploads.complete(upload, rack.uploads.parts(upload, 0, 10),
                new leaseback.manager.storage.Digests("etag", Map.of()), Precondition.NONE);
        assertThat(read(whole)).isEqualTo(Given.bytes(1, BIG));
    }

    @Test
    void whatWasStoredBeforeThereWereTenantKeysReadsAndIsTakenOver() throws Exception {
        StoredObject big = put(rack.bucket, "big", BIG);
        StoredObject small = put(rack.bucket, "small", SMALL);
        asBefore();
        assertThat(read(big)).isEqualTo(Given.bytes(1, BIG));
        assertThat(segmentKeys.direct()).isEqualTo(2);
        assertThat(segmentKeys.adopt()).isEqualTo(2);
        assertThat(segmentKeys.direct()).isZero();
        assertThat(read(big)).isEqualTo(Given.bytes(1, BIG));
        assertThat(read(small)).isEqualTo(Given.bytes(1, SMALL));
    }

    @Test
    void afterTheMasterKeyIsRotatedAndRetiredTheOldOneOpensNothing() throws Exception {
        Customers customers = new Customers(database.database(), rack.masterKey, rack.clock, new SecureRandom());
        String access = customers.issueKey(rack.ownerId).id();
        String secret = customers.findKey(access).orElseThrow().secret();
        StoredObject big = put(rack.bucket, "big", BIG);
        Path stolen = Files.copy(folder.resolve("master-key"), folder.resolve("stolen"));
        Resealing resealing = new Resealing(database.database(), rack.masterKey,
                List.of(TenantKeys.column(), Customers.sealed(), SigningKeys.sealed()));
        rack.masterKey.rotate();
        assertThat(resealing.run()).isPositive();
        rack.masterKey.retire();
        rack.keys.forget(rack.ownerId);
        assertThat(read(big)).isEqualTo(Given.bytes(1, BIG));
        assertThat(customers.findKey(access).orElseThrow().secret()).isEqualTo(secret);

        MasterKey old = MasterKey.at(stolen);
        byte[] sealed = sealedKeys().getFirst();
        TenantKeys thief = new TenantKeys(database.database(), old, rack.clock, new SecureRandom());
        assertThatThrownBy(() -> thief.open(sealed, "segment/" + root())).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new Customers(database.database(), old, rack.clock, new SecureRandom()).findKey(access))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anErasedTenantIsGoneAtOnceAndTheHostsAnswersAreSigned() throws Exception {
        Customers customers = new Customers(database.database(), rack.masterKey, rack.clock, new SecureRandom());
        String access = customers.issueKey(rack.ownerId).id();
        UUID other = customers.add("Bob", UUID.randomUUID() + "@example.com", ZoneOffset.UTC, Set.of(Role.USER)).id();
        Bucket others = rack.buckets.create(other, "o-" + UUID.randomUUID());
        StoredObject kept = put(others, "kept", BIG);
        StoredObject big = put(rack.bucket, "big", BIG);
        put(rack.bucket, "small", SMALL);
        put(rack.bucket, "deleted before", BIG);
        rack.store.delete(rack.bucket, "deleted before");
        rack.uploads.put(rack.uploads.begin(rack.bucket, "unfinished", new Attributes(Map.of(), Map.of()), Map.of()), 1, new Given(1, BIG));
        byte[] sealed = database.database().read(handle -> handle.createQuery("select sealed_key from segment where content_id = ?")
                .bind(0, big.id()).mapTo(byte[].class).one());
        String purpose = "segment/" + database.database().read(handle -> handle.createQuery("select root from segment where content_id = ?")
                .bind(0, big.id()).mapTo(UUID.class).one());
        rack.hosts.get(2).kill();

        SigningKeys signing = new SigningKeys(rack.masterKey, rack.clock);
        Erasures erasures = new Erasures(database.database(), rack.keys, rack.buckets, rack, signing, rack.clock);
        Erasure begun = erasures.begin(rack.ownerId, "asked for by letter of 2026-11-20", false, "operator:test");
        // Nothing has been swept yet, and already nothing opens: not here, not with the master key and the whole database.
        assertThatThrownBy(() -> rack.store.open(big, 0, BIG)).isInstanceOf(TenantErased.class);
        assertThatThrownBy(() -> new TenantKeys(database.database(), rack.masterKey, rack.clock, new SecureRandom()).open(sealed, purpose))
                .isInstanceOf(TenantErased.class);
        long left = database.database().read(handle -> handle.createQuery(
                "select count(*) from tenant_key where tenant_id = :t and sealed is not null").bind("t", rack.ownerId)
                .mapTo(Long.class).one());
        assertThat(left).isZero();
        assertThat(customers.findKey(access)).isEmpty();
        assertThatThrownBy(() -> put(rack.bucket, "new", BIG)).isInstanceOf(StorageFault.class).hasMessageContaining("erased");
        assertThat(erasures.begin(rack.ownerId, "again", false, "operator:test").id()).isEqualTo(begun.id());

        erasures.run();
        rack.sweepAll();
        erasures.run();
        Erasure waiting = erasures.find(rack.ownerId).orElseThrow();
        assertThat(waiting.endedAt()).isNull();
        assertThat(waiting.listedAt()).isNotNull();
        assertThat(List.of(waiting.objects(), waiting.uploads(), waiting.buckets())).containsExactly(2L, 1L, 1L);
        assertThat(waiting.hosts()).filteredOn(host -> host.waiting() > 0).singleElement()
                .satisfies(host -> assertThat(host.alias()).isEqualTo(3));
        assertThat(erasures.receipt(rack.ownerId)).isEmpty();

        rack.hosts.get(2).revive();
        rack.sweepAll();
        erasures.run();
        Erasure ended = erasures.find(rack.ownerId).orElseThrow();
        assertThat(ended.endedAt()).isNotNull();
        assertThat(ended.hosts()).hasSize(6).allSatisfy(host -> assertThat(host.waiting()).isZero());
        assertThat(ended.hosts().stream().mapToLong(HostAnswer::deleted).sum()).isEqualTo(18);
        assertThat(rack.pieces()).as("only the other tenant's are left").isEqualTo(6);
        assertThat(read(kept)).isEqualTo(Given.bytes(1, BIG));

        Signed receipt = erasures.receipt(rack.ownerId).orElseThrow();
        assertThat(verified(signing, receipt)).isTrue();
        assertThat(new String(receipt.document(), StandardCharsets.UTF_8)).contains(rack.ownerId.toString(), "letter of 2026-11-20",
                "\"piecesDeleted\":3").doesNotContain("small").doesNotContain(rack.bucket.name());
    }

    @Test
    void locksHoldAnErasureUpUnlessTheyAreOverriddenAndOlderVersionsGoToo() throws Exception {
        database.database().transact(handle -> handle.execute("update bucket set versioning = 'ENABLED' where id = ?", rack.bucket.id()));
        Bucket versioned = rack.buckets.find(rack.bucket.name());
        put(versioned, "k", BIG);
        put(versioned, "k", BIG);
        rack.store.delete(versioned, "k");
        put(versioned, "k", SMALL);
        database.database().transact(handle -> handle.execute("update version set legal_hold = true where not marker"));
        database.database().transact(handle -> handle.execute("""
                update version set lock_mode = 'COMPLIANCE', retain_until = '2027-01-01T00:00:00Z'
                where age = (select max(age) from version where not marker)"""));
        Erasures erasures = new Erasures(database.database(), rack.keys, rack.buckets, rack, new SigningKeys(rack.masterKey, rack.clock), rack.clock);
        assertThatThrownBy(() -> erasures.begin(rack.ownerId, "asked", false, "operator:test"))
                .hasMessageContaining("2 versions (1 in COMPLIANCE mode, 0 in GOVERNANCE mode, 2 under legal hold)");
        assertThat(rack.keys.open(sealedKeys().getFirst(), "segment/" + root())).hasSize(32);

        erasures.begin(rack.ownerId, "a court's order", true, "operator:test");
        erasures.run();
        rack.sweepAll();
        erasures.run();
        Erasure ended = erasures.find(rack.ownerId).orElseThrow();
        assertThat(ended.endedAt()).isNotNull();
        assertThat(List.of(ended.objects(), ended.versions(), ended.buckets())).containsExactly(1L, 2L, 1L);
        assertThat(rack.pieces()).isZero();
        assertThat(new String(erasures.receipt(rack.ownerId).orElseThrow().document(), StandardCharsets.UTF_8))
                .contains("\"locksOverridden\":\"2 versions (1 in COMPLIANCE mode");
    }

    /// As rows were when the Kms itself sealed segments' keys.
    private void asBefore() {
        database.database().transact(handle -> {
            record Row(UUID root, byte[] sealed) {}
            List<Row> rows = handle.createQuery("select root, sealed_key from segment")
                    .map((row, context) -> new Row(row.getObject(1, UUID.class), row.getBytes(2))).list();
            for (Row row : rows) {
                String purpose = "segment/" + row.root();
                handle.createUpdate("update segment set tenant_id = null, key_version = null, sealed_key = :key where root = :root")
                        .bind("key", rack.masterKey.seal(rack.keys.open(row.sealed(), purpose), purpose)).bind("root", row.root()).execute();
            }
            return rows.size();
        });
    }

    private boolean verified(SigningKeys signing, Signed signed) throws Exception {
        String pem = database.database().read(handle -> signing.publicPem(handle, signed.key())).orElseThrow();
        byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
        Signature verifier = Signature.getInstance("SHA256withECDSA");
        verifier.initVerify(KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(der)));
        verifier.update(signed.document());
        return verifier.verify(signed.signature());
    }

    private StoredObject put(Bucket bucket, String key, int length) throws Exception {
        return rack.store.put(bucket, key, new Attributes(Map.of(), Map.of()), new Given(1, length), Precondition.NONE);
    }

    private List<byte[]> sealedKeys() {
        return database.database().read(handle -> handle.createQuery("select sealed_key from segment order by root")
                .mapTo(byte[].class).list());
    }

    private UUID root() {
        return database.database().read(handle -> handle.createQuery("select root from segment order by root limit 1")
                .mapTo(UUID.class).one());
    }

    private List<Integer> versions() {
        return database.database().read(handle -> handle.createQuery("select key_version from segment").mapTo(Integer.class).list());
    }

    private Map<Path, Object> files() throws IOException {
        Map<Path, Object> all = new java.util.TreeMap<>();
        for (RackedHost host : rack.hosts) {
            for (Path file : host.files()) {
                all.put(file, Files.getLastModifiedTime(file));
            }
        }
        return all;
    }
}
