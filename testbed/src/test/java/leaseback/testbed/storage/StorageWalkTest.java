package leaseback.testbed.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32;
import leaseback.manager.storage.Attributes;
import leaseback.manager.storage.Content;
import leaseback.manager.storage.Digests;
import leaseback.manager.storage.Part;
import leaseback.manager.storage.Precondition;
import leaseback.manager.storage.StorageFault;
import leaseback.manager.storage.StoredObject;
import leaseback.manager.storage.Upload;
import org.junit.jupiter.api.Test;

/// Storage from the S3 face's side down to the hosts' disks, with what can go wrong in between.
class StorageWalkTest extends RackedTest {
    private static final int CELL = 64 * 1024;
    private static final int STRIPE = 2 * CELL;
    private static final int SEGMENT = 64 * 1024 * 1024;

    @Test
    void whatIsPutComesBackWholeAndInEveryPart() throws Exception {
        int[] lengths = {0, 1, 4096, 4097, CELL - 1, CELL, CELL + 1, STRIPE - 1, STRIPE, STRIPE + 1, 5 * STRIPE + 12_345};
        for (int length : lengths) {
            byte[] bytes = Given.bytes(length, length);
            StoredObject object = put("k" + length, new Given(length, length));
            assertThat(object.bytes()).isEqualTo(length);
            assertThat(rack.store.find(rack.bucket, "k" + length)).contains(object);
            assertThat(read(object)).isEqualTo(bytes);
            for (int from : new int[] {0, 1, CELL - 1, CELL, STRIPE - 1, STRIPE, length / 2, length - 1}) {
                for (int count : new int[] {0, 1, 2, CELL, CELL + 1, STRIPE, STRIPE + 1, length}) {
                    if (from >= 0 && from + count <= length) {
                        assertThat(read(object, from, count)).isEqualTo(Arrays.copyOfRange(bytes, from, from + count));
                    }
                }
            }
        }
        assertThat(rack.count("garbage")).isZero();
    }

    @Test
    void whatHadNoBytesLeavesNoGarbage() throws Exception {
        put("empty", new Given(1, 0));
        assertThat(rack.store.delete(rack.bucket, "empty")).isTrue();
        rack.sweepAll();
        assertThat(rack.count("garbage")).isZero();
    }

    @Test
    void aContentThatDoesNotSayItsLengthIsStoredAllTheSame() throws Exception {
        for (int length : new int[] {0, 4096, 4097, 3 * STRIPE + 5}) {
            assertThat(read(put("k", new Given(1, length).silent()))).isEqualTo(Given.bytes(1, length));
        }
    }

    @Test
    void segmentsFollowOneAnother() throws Exception {
        StoredObject object = put("big", new Given(9, SEGMENT + 1));
        assertThat(rack.count("segment")).isEqualTo(2);
        assertThat(crcOf(object, 0, SEGMENT + 1)).isEqualTo(crc(Given.bytes(9, SEGMENT + 1), 0, SEGMENT + 1));
        byte[] edge = read(object, SEGMENT - 10, 11);
        assertThat(edge).isEqualTo(Arrays.copyOfRange(Given.bytes(9, SEGMENT + 1), SEGMENT - 10, SEGMENT + 1));
        rack.hosts.get(1).kill();
        rack.hosts.get(3).kill();
        rack.hosts.get(5).kill();
        assertThat(crcOf(object, 0, SEGMENT + 1)).isEqualTo(crc(Given.bytes(9, SEGMENT + 1), 0, SEGMENT + 1));
    }

    @Test
    void aSegmentMayEndInTheMiddleOfAStripe() throws Exception {
        Rack nine = new Rack(database.database(), folder.resolve("nine"), 9, GIB);
        Given content = new Given(4, SEGMENT + 70_000);
        StoredObject object = nine.store.put(nine.bucket, "k", Attributes.NONE, content, Precondition.NONE);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (var reader = nine.store.open(object, SEGMENT - 100_000, 170_000)) {
            reader.writeTo(out);
        }
        assertThat(out.toByteArray())
                .isEqualTo(Arrays.copyOfRange(Given.bytes(4, SEGMENT + 70_000), SEGMENT - 100_000, SEGMENT + 70_000));
    }

    @Test
    void anyThreeOfSixHostsMayBeLost() throws Exception {
        byte[] bytes = Given.bytes(5, 3 * STRIPE + 777);
        StoredObject object = put("k", new Given(5, bytes.length));
        for (int dead = 0; dead < 64; dead++) {
            if (Integer.bitCount(dead) == 3) {
                only(63 & ~dead);
                assertThat(read(object)).isEqualTo(bytes);
                assertThat(read(object, CELL + 5, 100)).isEqualTo(Arrays.copyOfRange(bytes, CELL + 5, CELL + 105));
            }
        }
        assertThat(rack.store.counts().rebuiltCells()).isPositive();
        assertThat(rack.store.counts().wrongCells()).isZero();
    }

    @Test
    void anyThreeMoreMayBeLostWhenOneHadFailedAtThePut() throws Exception {
        rack.hosts.get(2).dieAfter(CELL);
        byte[] bytes = Given.bytes(5, 9 * STRIPE);
        StoredObject object = put("k", new Given(5, bytes.length));
        assertThat(rack.count("leftover")).isEqualTo(1);
        rack.hosts.get(2).revive();
        for (int dead = 0; dead < 64; dead++) {
            if (Integer.bitCount(dead) == 3) {
                only(63 & ~dead);
                assertThat(read(object)).isEqualTo(bytes);
            }
        }
        only(63);
        rack.sweepAll();
        assertThat(rack.count("leftover")).isZero();
        assertThat(rack.pieces()).isEqualTo(5);
    }

    @Test
    void withTooFewHostsLeftTheReaderSaysHowManyItNeeds() throws Exception {
        StoredObject object = put("k", new Given(5, 100_000).silent());
        only(0b000100);
        StorageFault fault = catchThrowableOfType(StorageFault.class, () -> read(object));
        assertThat(fault.reason()).isEqualTo(StorageFault.Reason.NOT_ENOUGH_PIECES);
        assertThat(fault).hasMessageContaining("needs 2 pieces").hasMessageContaining("1 of 6");
    }

    @Test
    void aHostThatDiesWhileItIsReadIsReplacedFromThatStripeOn() throws Exception {
        byte[] bytes = Given.bytes(5, 60 * STRIPE + 3);
        StoredObject object = put("k", new Given(5, bytes.length));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<RackedHost> victims = new ArrayList<>(rack.hosts.subList(0, 3));
        try (var reader = rack.store.open(object, 0, object.bytes())) {
            reader.writeTo(new OutputStream() {
                @Override
                public void write(int b) {
                    throw new IllegalStateException("bytes come in runs");
                }

                @Override
                public void write(byte[] b, int from, int count) {
                    out.write(b, from, count);
                    if (!victims.isEmpty() && out.size() > 1_000_000 * (4 - victims.size())) {
                        victims.removeFirst().kill();
                    }
                }
            });
        }
        assertThat(victims).isEmpty();
        assertThat(out.toByteArray()).isEqualTo(bytes);
    }

    @Test
    void aHostThatHangsIsReadAround() throws Exception {
        byte[] bytes = Given.bytes(5, 4 * STRIPE);
        StoredObject object = put("k", new Given(5, bytes.length));
        rack.hosts.forEach(host -> host.stick(host.host().alias() <= 3));
        assertThat(read(object)).isEqualTo(bytes);
        rack.hosts.forEach(host -> host.stick(false));
    }

    @Test
    void wrongBytesOnAHostAreNeverGivenOut() throws Exception {
        byte[] bytes = Given.bytes(5, 7 * STRIPE + 3);
        StoredObject object = put("k", new Given(5, bytes.length));
        for (int i = 0; i < 4; i++) {
            rack.hosts.get(i).rot();
            assertThat(read(object)).isEqualTo(bytes);
        }
        rack.hosts.get(4).rot();
        assertThatThrownBy(() -> read(object)).isInstanceOf(StorageFault.class).hasMessageContaining("needs 2 pieces");
    }

    @Test
    void aPutThatCannotReachEnoughHostsIsRefusedAndLeavesNothing() {
        only(0b001111);
        StorageFault fault = catchThrowableOfType(StorageFault.class, () -> put("k", new Given(5, 1_000_000)));
        assertThat(fault.reason()).isEqualTo(StorageFault.Reason.NOT_ENOUGH_HOSTS);
        assertThat(fault).hasMessageContaining("needs 5 hosts").hasMessageContaining("4 can");
        assertNothingIsLeft();
    }

    @Test
    void aPutWhoseHostsDieOnTheWayIsRefusedAndLeavesNothing() throws Exception {
        Given content = new Given(5, 8_000_000).at(4_000_000, () -> {
            rack.hosts.get(0).kill();
            rack.hosts.get(1).kill();
        });
        StorageFault fault = catchThrowableOfType(StorageFault.class, () -> put("k", content));
        assertThat(fault.reason()).isEqualTo(StorageFault.Reason.NOT_ENOUGH_HOSTS);
        assertThat(rack.hosts.stream().filter(RackedHost::up).mapToLong(host -> host.pieces().pieceCount()).sum()).isZero();
        only(63);
        assertNothingIsLeft();
        assertThat(filesOnHosts()).isEmpty();
    }

    @Test
    void aBrokenSenderLeavesNothing() throws Exception {
        Given content = new Given(5, 80_000_000).at(70_000_000, () -> {
            throw new IOException("the sender hung up");
        });
        assertThatThrownBy(() -> put("k", content)).isInstanceOf(IOException.class).hasMessage("the sender hung up");
        assertNothingIsLeft();
        assertThat(filesOnHosts()).isEmpty();
    }

    @Test
    void aContentThatIsNotWhatItsSenderClaimedLeavesNothing() throws Exception {
        Given given = new Given(5, 500_000);
        Content lying = new Content() {
            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                return given.read(buffer, offset, length);
            }

            @Override
            public long length() {
                return 500_000;
            }

            @Override
            public Digests digests() throws IOException {
                throw new IOException("BadDigest");
            }
        };
        assertThatThrownBy(() -> put("k", lying)).hasMessage("BadDigest");
        assertThat(rack.pieces()).isZero();
        assertNothingIsLeft();
    }

    @Test
    void oneHostThatHangsDoesNotHoldAPutUp() throws Exception {
        rack.hosts.get(3).stick(true);
        byte[] bytes = Given.bytes(5, 40 * STRIPE);
        StoredObject object = put("k", new Given(5, bytes.length));
        assertThat(read(object)).isEqualTo(bytes);
        rack.hosts.get(3).stick(false);
    }

    @Test
    void aManagerThatDiesBetweenPiecesAndCommitLeavesWhatTheSweepFinds() throws Exception {
        put("kept", new Given(1, 200_000));
        // What a crash leaves: pieces, and the row of intent.
        StoredObject lost = put("lost", new Given(2, 200_000));
        database.database().transact(handle -> {
            handle.execute("delete from object where key = 'lost'");
            return handle.execute("insert into garbage (content_id, intent, due) values (?, true, ?)", lost.id(),
                    java.sql.Timestamp.from(java.time.Instant.parse("2026-11-22T12:10:00Z")));
        });
        rack.sweep.run();
        assertThat(rack.pieces()).as("its writer may be alive").isEqualTo(12);
        rack.pass(Duration.ofMinutes(11));
        rack.sweep.run();
        assertThat(rack.pieces()).isEqualTo(6);
        assertThat(rack.count("garbage")).isZero();
        assertThat(rack.count("segment")).isEqualTo(1);
    }

    @Test
    void aSlowSenderIsNotSweptAway() throws Exception {
        Given content = new Given(5, 600_000).at(300_000, () -> rack.pass(Duration.ofMinutes(9)));
        Given slower = new Given(6, 600_000).at(300_000, () -> {
            rack.pass(Duration.ofMinutes(9));
            rack.sweep.run();
        });
        assertThat(read(put("k", content))).isEqualTo(Given.bytes(5, 600_000));
        assertThat(read(put("k", slower))).isEqualTo(Given.bytes(6, 600_000));
    }

    @Test
    void aWriterThatWasGivenUpCannotCommit() {
        Given content = new Given(5, 600_000).at(300_000, () -> {
            rack.pass(Duration.ofMinutes(30));
            rack.sweep.run();
        });
        assertThatThrownBy(() -> put("k", content)).isInstanceOf(StorageFault.class);
        assertThat(rack.store.find(rack.bucket, "k")).isEmpty();
        assertNothingIsLeft();
    }

    @Test
    void overwritingAndDeletingFreeTheHosts() throws Exception {
        put("k", new Given(1, 300_000));
        StoredObject second = put("k", new Given(2, 200_000));
        rack.sweep.run();
        assertThat(rack.pieces()).isEqualTo(6);
        assertThat(read(second)).isEqualTo(Given.bytes(2, 200_000));
        assertThat(rack.store.delete(rack.bucket, "k")).isTrue();
        assertThat(rack.store.delete(rack.bucket, "k")).isFalse();
        rack.sweep.run();
        assertNothingIsLeft();
        assertThat(filesOnHosts()).isEmpty();
    }

    @Test
    void whatAHostThatIsAwayHoldsIsSweptWhenItIsBack() throws Exception {
        put("k", new Given(1, 300_000));
        rack.hosts.get(4).kill();
        rack.store.delete(rack.bucket, "k");
        rack.sweepAll();
        assertThat(rack.pieces()).isEqualTo(1);
        rack.hosts.get(4).revive();
        assertNothingIsLeft();
    }

    @Test
    void manyPutsOnOneKeyLeaveOneObjectAndNothingElse() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<StoredObject>> puts = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                int seed = i;
                puts.add(threads.submit(() -> put("k", new Given(seed, 100_000).silent())));
            }
            for (Future<StoredObject> put : puts) {
                put.get();
            }
            StoredObject object = rack.store.find(rack.bucket, "k").orElseThrow();
            int winner = puts.stream().map(Future::resultNow).toList().indexOf(object);
            assertThat(read(object)).isEqualTo(Given.bytes(winner, 100_000));
        }
        rack.sweepAll();
        assertThat(rack.count("garbage")).isZero();
        assertThat(rack.count("segment")).isEqualTo(1);
        assertThat(rack.pieces()).isEqualTo(6);
    }

    @Test
    void ofManyPutsThatWantTheKeyAbsentOneWins() throws Exception {
        int won = 0;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> puts = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                puts.add(threads.submit(() -> {
                    try {
                        rack.store.put(rack.bucket, "k", Attributes.NONE, new Given(1, 5000).silent(), Precondition.nothingThere());
                        return true;
                    } catch (StorageFault fault) {
                        assertThat(fault.reason()).isEqualTo(StorageFault.Reason.PRECONDITION_FAILED);
                        return false;
                    }
                }));
            }
            for (Future<Boolean> put : puts) {
                won += put.get() ? 1 : 0;
            }
        }
        assertThat(won).isEqualTo(1);
        rack.sweepAll();
        assertThat(rack.pieces()).isEqualTo(6);
    }

    @Test
    void partsBecomeOneObjectWithoutBeingCopied() throws Exception {
        Attributes attributes = new Attributes(Map.of("content-type", "x/y"), Map.of("a", "b"));
        Upload upload = rack.uploads.begin(rack.bucket, "k", attributes, Map.of("s", "t"));
        assertThat(rack.uploads.find(rack.bucket, "k", upload.id())).isEqualTo(upload);
        Part replaced = rack.uploads.put(upload, 1, new Given(1, 300_000));
        Part first = rack.uploads.put(upload, 1, new Given(2, 250_000));
        Part unused = rack.uploads.put(upload, 3, new Given(3, 100_000));
        Part second = rack.uploads.put(upload, 7, new Given(4, 1000));
        assertThat(rack.uploads.parts(upload, 0, 100)).containsExactly(first, unused, second);
        assertThat(rack.uploads.parts(upload, 1, 1)).containsExactly(unused);

        Digests digests = new Digests("whole-2", Map.of());
        assertFault(StorageFault.Reason.INVALID_PART,
                () -> rack.uploads.complete(upload, List.of(replaced, second), digests, Precondition.NONE));
        StoredObject object = rack.uploads.complete(upload, List.of(first, second), digests, Precondition.NONE);
        byte[] whole = Arrays.copyOf(Given.bytes(2, 250_000), 251_000);
        System.arraycopy(Given.bytes(4, 1000), 0, whole, 250_000, 1000);
        assertThat(read(object)).isEqualTo(whole);
        assertThat(rack.store.find(rack.bucket, "k")).contains(object);
        assertThat(object.parts()).isEqualTo(2);
        assertThat(object.attributes().user()).containsEntry("a", "b");
        assertThat(rack.store.part(object, 7).orElseThrow().from()).isEqualTo(250_000);
        assertThat(rack.store.part(object, 3)).isEmpty();
        assertFault(StorageFault.Reason.NO_SUCH_UPLOAD, () -> rack.uploads.put(upload, 9, new Given(5, 100_000)));
        assertFault(StorageFault.Reason.NO_SUCH_UPLOAD, () -> rack.uploads.abort(upload));
        assertFault(StorageFault.Reason.NO_SUCH_UPLOAD, () -> rack.uploads.find(rack.bucket, "k", upload.id()));
        rack.sweepAll();
        assertThat(rack.pieces()).isEqualTo(6);
        rack.store.delete(rack.bucket, "k");
        assertNothingIsLeft();
    }

    @Test
    void anAbortedUploadLeavesNothing() throws Exception {
        Upload upload = rack.uploads.begin(rack.bucket, "k", Attributes.NONE, Map.of());
        rack.uploads.put(upload, 1, new Given(1, 300_000));
        rack.uploads.abort(upload);
        assertNothingIsLeft();
        rack.buckets.delete(rack.bucket);
        assertFault(StorageFault.Reason.NO_SUCH_BUCKET, () -> put("k", new Given(1, 300_000)));
        assertNothingIsLeft();
    }

    @Test
    void hostsAndDatabaseShowNothingOfTheContent() throws Exception {
        byte[] marker = "THE-SECRET-RECIPE-OF-GRANDMOTHER".getBytes(StandardCharsets.UTF_8);
        byte[] bytes = new byte[300_000];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = marker[i % marker.length];
        }
        rack.store.put(rack.bucket, "large", Attributes.NONE, new Plain(bytes), Precondition.NONE);
        rack.store.put(rack.bucket, "inline", Attributes.NONE, new Plain(Arrays.copyOf(bytes, 4096)), Precondition.NONE);
        for (Path file : filesOnHosts()) {
            assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)).doesNotContain("SECRET");
        }
        for (String table : List.of("object", "segment", "garbage", "leftover", "part", "upload", "bucket")) {
            List<String> rows = database.database().read(handle ->
                    handle.createQuery("select t::text from " + table + " t")
                            .mapTo(String.class).list());
            String hex = java.util.HexFormat.of().formatHex("SECRET".getBytes(StandardCharsets.UTF_8));
            assertThat(String.join("\n", rows)).doesNotContain("SECRET").doesNotContain(hex);
        }
        long inDatabase = database.database().read(handle ->
                handle.createQuery("select coalesce(sum(length(inline)), 0) from segment").mapTo(Long.class).one());
        assertThat(inDatabase).as("of the large object not a byte").isEqualTo(4096 + 16);
    }

    @Test
    void noHostEverHoldsMoreThanItsLease() throws Exception {
        Rack small = new Rack(database.database(), folder.resolve("small"), 6, 1 << 20);
        int stored = 0;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> puts = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                String key = "k" + i;
                puts.add(threads.submit(() -> {
                    try {
                        small.store.put(small.bucket, key, Attributes.NONE, new Given(1, 150_000), Precondition.NONE);
                        return true;
                    } catch (StorageFault fault) {
                        return false;
                    }
                }));
            }
            for (Future<Boolean> put : puts) {
                stored += put.get() ? 1 : 0;
            }
        }
        assertThat(stored).isBetween(5, 14);
        for (RackedHost host : small.hosts) {
            assertThat(host.pieces().usedBytes()).isLessThanOrEqualTo(1 << 20);
        }
        small.sweepAll();
        assertThat(small.count("object")).isEqualTo(stored);
        for (int i = 0; i < 24; i++) {
            if (small.store.find(small.bucket, "k" + i).isPresent()) {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                try (var reader = small.store.open(small.store.find(small.bucket, "k" + i).orElseThrow(), 0, 150_000)) {
                    reader.writeTo(out);
                }
                assertThat(out.toByteArray()).isEqualTo(Given.bytes(1, 150_000));
            }
        }
    }

    private long crcOf(StoredObject object, long from, long length) throws StorageFault, IOException {
        CRC32 crc = new CRC32();
        try (var reader = rack.store.open(object, from, length)) {
            reader.writeTo(new java.util.zip.CheckedOutputStream(OutputStream.nullOutputStream(), crc));
        }
        return crc.getValue();
    }

    private static long crc(byte[] bytes, int from, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, from, length);
        return crc.getValue();
    }

    private void only(int hosts) {
        for (int i = 0; i < 6; i++) {
            if ((hosts >> i & 1) == 0) {
                rack.hosts.get(i).kill();
            } else {
                rack.hosts.get(i).revive();
            }
        }
    }

    private void assertNothingIsLeft() {
        rack.sweepAll();
        for (String table : List.of("object", "part", "segment", "garbage", "leftover")) {
            assertThat(rack.count(table)).describedAs(table).isZero();
        }
        assertThat(rack.pieces()).isZero();
    }

    private List<Path> filesOnHosts() throws IOException {
        List<Path> files = new ArrayList<>();
        for (RackedHost host : rack.hosts) {
            files.addAll(host.files());
        }
        return files;
    }

    private static void assertFault(StorageFault.Reason reason, org.assertj.core.api.ThrowableAssert.ThrowingCallable act) {
        assertThat(catchThrowableOfType(StorageFault.class, act).reason()).isEqualTo(reason);
    }

    /// Bytes as they are.
    private static final class Plain implements Content {
        private final byte[] bytes;
        private int at;

        Plain(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            int count = Math.min(length, bytes.length - at);
            System.arraycopy(bytes, at, buffer, offset, count);
            at += count;
            return count == 0 ? -1 : count;
        }

        @Override
        public long length() {
            return bytes.length;
        }

        @Override
        public Digests digests() {
            return new Digests("e", Map.of());
        }
    }
}
