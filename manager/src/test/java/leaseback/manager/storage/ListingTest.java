package leaseback.manager.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import leaseback.manager.customer.Customers;
import leaseback.manager.customer.Role;
import leaseback.manager.database.TestDatabase;
import leaseback.manager.sealing.MasterKey;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jspecify.annotations.Nullable;

class ListingTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-22T12:00:00Z"));
    private final TestDatabase database = TestDatabase.fresh();
    private final Buckets buckets = new Buckets(database.database(), CLOCK);
    private UUID ownerId;
    private UUID otherId;
    private Bucket bucket;

    @BeforeEach
    void aBucket(@TempDir Path folder) throws Exception {
        Customers customers = new Customers(database.database(), MasterKey.at(folder.resolve("key")), CLOCK, new Random(1));
        ownerId = customers.add("Ada", "ada@example.com", ZoneOffset.UTC, Set.of(Role.USER)).id();
        otherId = customers.add("Bob", "bob@example.com", ZoneOffset.UTC, Set.of(Role.USER)).id();
        bucket = buckets.create(ownerId, "photos");
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void keysComeInTheOrderOfTheirUtf8Bytes() {
        // U+FF5E is smaller than U+1F600 in UTF-8, and greater in Java's UTF-16.
        add("b", "a", "B", "ä", "a/b", "\uff5e", "\ud83d\ude00", "a b", "%25", "a%2Fb");
        assertThat(keys(list("", null, null, 100))).containsExactly(
                "%25", "B", "a", "a b", "a%2Fb", "a/b", "b", "ä", "\uff5e", "\ud83d\ude00");
    }

    @Test
    void aDelimiterMakesFolders() {
        add("a", "photos/1", "photos/2", "photos/old/1", "photosx", "z/1", "z//2", "/lead");
        assertThat(list("", "/", null, 100).prefixes()).containsExactly("/", "photos/", "z/");
        assertThat(keys(list("", "/", null, 100))).containsExactly("a", "photosx");
        assertThat(keys(list("photos/", "/", null, 100))).containsExactly("photos/1", "photos/2");
        assertThat(list("photos/", "/", null, 100).prefixes()).containsExactly("photos/old/");
        assertThat(list("z/", "/", null, 100).prefixes()).containsExactly("z//");
        assertThat(keys(list("photos", null, null, 100))).containsExactly("photos/1", "photos/2", "photos/old/1", "photosx");
        assertThat(list("", "to", null, 100).prefixes()).containsExactly("photo");
        assertThat(list("nothing", "/", null, 100)).isEqualTo(new Listing(List.of(), List.of(), null));
    }

    @Test
    void aPageGoesOnBehindWhatTheLastOneEndedWith() {
        add("a", "b/1", "b/2", "b/3", "c", "d/1", "e");
        Listing first = list("", "/", null, 2);
        assertThat(keys(first)).containsExactly("a");
        assertThat(first.prefixes()).containsExactly("b/");
        assertThat(first.next()).isEqualTo("b/");
        Listing second = list("", "/", first.next(), 2);
        assertThat(keys(second)).containsExactly("c");
        assertThat(second.prefixes()).containsExactly("d/");
        Listing third = list("", "/", second.next(), 2);
        assertThat(keys(third)).containsExactly("e");
        assertThat(third.next()).isNull();
        assertThat(keys(list("", "/", "b/2", 100))).as("b/ is not behind b/2").containsExactly("c", "e");
        assertThat(keys(list("b/", "/", "a", 100))).containsExactly("b/1", "b/2", "b/3");
        assertThat(keys(list("b/", "/", "b/1", 100))).containsExactly("b/2", "b/3");
        assertThat(keys(list("b/", "/", "c", 100))).isEmpty();
    }

    @Test
    void pagesOfAnySizeMakeTheSameListAsTheTwinInMemory() {
        Random random = new Random(42);
        TreeSet<String> keys = new TreeSet<>(ListingTest::compareUtf8);
        String[] letters = {"a", "b", "/", "/", "é", "\ud83d\ude00", "\uff5e", "\udbff\udfff"};
        while (keys.size() < 120) {
            StringBuilder key = new StringBuilder();
            for (int i = random.nextInt(1, 7); i > 0; i--) {
                key.append(letters[random.nextInt(letters.length)]);
            }
            keys.add(key.toString());
        }
        add(keys.toArray(String[]::new));
        for (String prefix : List.of("", "a", "a/", "/", "\ud83d\ude00", "\udbff\udfff", "é/")) {
            for (String delimiter : Arrays.asList(null, "/", "a", "//", "\udbff\udfff")) {
                for (int most : new int[] {1, 7, 1000}) {
                    assertThat(paged(prefix, delimiter, most)).isEqualTo(twin(keys, prefix, delimiter));
                }
            }
        }
    }

    @Test
    void aFolderOfThousandsIsSkippedNotScanned() {
        String[] many = new String[5000];
        for (int i = 0; i < many.length; i++) {
            many[i] = "logs/" + i;
        }
        add(many);
        add("a", "z");
        Listing page = list("", "/", null, 10);
        assertThat(keys(page)).containsExactly("a", "z");
        assertThat(page.prefixes()).containsExactly("logs/");
    }

    @Test
    void aBucketHasOneOwnerAndGoesOnlyWhenEmpty() throws Exception {
        assertThat(buckets.find("photos")).isEqualTo(bucket);
        assertThat(buckets.ownedBy(ownerId)).containsExactly(bucket);
        assertReason(StorageFault.Reason.BUCKET_ALREADY_OWNED_BY_YOU, () -> buckets.create(ownerId, "photos"));
        assertReason(StorageFault.Reason.BUCKET_ALREADY_EXISTS, () -> buckets.create(otherId, "photos"));
        add("k");
        assertReason(StorageFault.Reason.BUCKET_NOT_EMPTY, () -> buckets.delete(bucket));
        database.database().transact(handle -> handle.execute("delete from object"));
        buckets.delete(bucket);
        assertReason(StorageFault.Reason.NO_SUCH_BUCKET, () -> buckets.delete(bucket));
        assertReason(StorageFault.Reason.NO_SUCH_BUCKET, () -> buckets.find("photos"));
        assertThat(buckets.create(otherId, "photos").ownerId()).isEqualTo(otherId);
    }

    private static void assertReason(StorageFault.Reason reason, ThrowingCallable act) {
        assertThat(catchThrowableOfType(StorageFault.class, act).reason()).isEqualTo(reason);
    }

    private List<String> paged(String prefix, @Nullable String delimiter, int most) {
        List<String> all = new ArrayList<>();
        String after = null;
        do {
            Listing page = list(prefix, delimiter, after, most);
            assertThat(page.objects().size() + page.prefixes().size()).isLessThanOrEqualTo(most);
            TreeSet<String> sorted = new TreeSet<>(ListingTest::compareUtf8);
            sorted.addAll(keys(page));
            sorted.addAll(page.prefixes());
            all.addAll(sorted);
            after = page.next();
        } while (after != null);
        return all;
    }

    private static List<String> twin(Set<String> keys, String prefix, @Nullable String delimiter) {
        TreeSet<String> entries = new TreeSet<>(ListingTest::compareUtf8);
        for (String key : keys) {
            if (key.startsWith(prefix)) {
                int at = delimiter == null ? -1 : key.indexOf(delimiter, prefix.length());
                entries.add(delimiter == null || at < 0 ? key : key.substring(0, at + delimiter.length()));
            }
        }
        return List.copyOf(entries);
    }

    private static int compareUtf8(String a, String b) {
        return Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    }

    private Listing list(String prefix, @Nullable String delimiter, @Nullable String after, int most) {
        return database.database().read(handle -> new Lister(handle, bucket.id(), prefix, delimiter, most).list(after));
    }

    private static List<String> keys(Listing page) {
        return page.objects().stream().map(StoredObject::key).toList();
    }

    private void add(String... keys) {
        database.database().transact(handle -> {
            for (String key : keys) {
                ObjectRows.replace(handle, Versioning.OFF, new StoredObject(UUID.randomUUID(), bucket.id(), key, "null", 1, new Digests("e", Map.of()),
                        Attributes.NONE, 0, CLOCK.instant()), List.of(), Precondition.NONE);
            }
            return keys.length;
        });
    }
}
