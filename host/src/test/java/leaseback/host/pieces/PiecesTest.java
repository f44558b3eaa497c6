package leaseback.host.pieces;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import leaseback.protocol.Calendar;
import leaseback.protocol.LeaseTerms;
import leaseback.protocol.PieceReceipt;
import leaseback.protocol.PieceRefusal;
import leaseback.protocol.PieceRemoval;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class PiecesTest {
    @TempDir
    Path temporary;

    private final JsonMapper json = JsonMapper.shared();
    private long leasedBytes = 1 << 20;
    private Path folder;
    private Pieces pieces;

    @BeforeEach
    void open() throws IOException {
        folder = temporary.resolve("pieces");
        pieces = new Pieces(folder, this::terms);
    }

    @Test
    void aPieceComesBackWholeAndInPart() throws IOException {
        String path = path(id(1));
        byte[] bytes = bytes(200_000);
        Asked put = Asked.of("PUT", path, bytes).at(pieces);
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        assertThat(put.status()).isEqualTo(201);
        assertThat(json.readValue(put.answer(), PieceReceipt.class)).isEqualTo(new PieceReceipt(200_000, crc.getValue()));

        assertThat(Asked.of("GET", path).at(pieces).answer()).isEqualTo(bytes);
        Asked part = Asked.of("GET", path).with("offset", 65_000).with("length", 70_001).at(pieces);
        assertThat(part.answer()).isEqualTo(Arrays.copyOfRange(bytes, 65_000, 135_001));
        assertThat(part.answerHeader("content-length")).isEqualTo("70001");
        assertThat(Asked.of("GET", path).with("offset", 199_999).at(pieces).answer()).isEqualTo(new byte[] {bytes[199_999]});
        Asked head = Asked.of("HEAD", path).at(pieces);
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.answerHeader("content-length")).isEqualTo("200000");
        assertThat(head.answer()).isEmpty();
        assertThat(pieces.pieceCount()).isEqualTo(1);
    }

    @Test
    void aRangeBeyondThePieceIsRefused() throws IOException {
        Asked.of("PUT", path(id(1)), bytes(100)).at(pieces);
        assertThat(Asked.of("GET", path(id(1))).with("offset", 101).at(pieces).status()).isEqualTo(416);
        assertThat(Asked.of("GET", path(id(1))).with("offset", 50).with("length", 51).at(pieces).status()).isEqualTo(416);
        assertThat(Asked.of("GET", path(id(1))).with("offset", "x").at(pieces).status()).isEqualTo(416);
        assertThat(Asked.of("GET", path(id(1))).with("offset", -1).at(pieces).status()).isEqualTo(416);
        assertThat(Asked.of("GET", path(id(1))).with("length", Long.MAX_VALUE).at(pieces).status()).isEqualTo(416);
    }

    @Test
    void theSamePieceAgainIsFineAndOtherBytesAreNot() throws IOException {
        String path = path(id(1));
        byte[] bytes = bytes(5000);
        Asked.of("PUT", path, bytes).at(pieces);
        long used = pieces.usedBytes();
        assertThat(Asked.of("PUT", path, bytes).at(pieces).status()).isEqualTo(200);
        byte[] other = bytes.clone();
        other[4999]++;
        assertThat(Asked.of("PUT", path, other).at(pieces).status()).isEqualTo(409);
        assertThat(Asked.of("PUT", path, Arrays.copyOf(bytes, 4999)).at(pieces).status()).isEqualTo(409);
        assertThat(Asked.of("GET", path).at(pieces).answer()).isEqualTo(bytes);
        assertThat(pieces.usedBytes()).isEqualTo(used);
        assertThat(parts()).isEmpty();
    }

    @Test
    void aPieceBeyondTheQuotaIsRefusedAndLeavesNothing() throws IOException {
        Asked declared = Asked.of("PUT", path(id(1)), bytes(1 << 20)).header("content-length", 1 << 20).at(pieces);
        assertThat(declared.status()).isEqualTo(507);
        assertThat(json.readValue(declared.answer(), PieceRefusal.class).leasedBytes()).isEqualTo(1 << 20);
        assertThat(pieces.usedBytes()).isZero();
        Asked silent = Asked.of("PUT", path(id(1)), bytes(1 << 20)).at(pieces);
        assertThat(silent.status()).isEqualTo(507);
        assertThat(silent.text()).contains("of the 1048576 leased bytes are used");
        assertThat(parts()).isEmpty();
        assertThat(pieces.usedBytes()).as("the empty folder").isEqualTo(Quota.BLOCK_BYTES);
        assertThat(pieces.pieceCount()).isZero();
    }

    @Test
    void theLeaseIsNeverExceededHoweverManyPiecesArriveAtOnce() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Asked>> puts = IntStream.range(0, 60)
                    .mapToObj(i -> threads.submit(() -> Asked.of("PUT", path(id(i)), bytes(30_000)).at(pieces))).toList();
            int stored = 0;
            for (Future<Asked> put : puts) {
                assertThat(put.get().status()).isIn(201, 507);
                stored += put.get().status() == 201 ? 1 : 0;
            }
            assertThat(stored).isBetween(10, 31);
            assertThat(pieces.pieceCount()).isEqualTo(stored);
        }
        assertThat(pieces.usedBytes()).isLessThanOrEqualTo(leasedBytes);
        assertThat(diskBytes()).isLessThanOrEqualTo(leasedBytes);
        assertThat(new Pieces(folder, this::terms).usedBytes()).isEqualTo(pieces.usedBytes());
    }

    @Test
    void anAmendedLeaseCountsAtOnce() throws IOException {
        Asked.of("PUT", path(id(1)), bytes(500_000)).at(pieces);
        leasedBytes = 100_000;
        assertThat(Asked.of("PUT", path(id(2)), bytes(10)).at(pieces).status()).isEqualTo(507);
        assertThat(Asked.of("GET", path(id(1))).at(pieces).status()).isEqualTo(200);
    }

    @Test
    void aBrokenLineLeavesNothing() {
        assertThatThrownBy(() -> Asked.of("PUT", path(id(1)), bytes(50_000)).breaking(20_000).at(pieces))
                .hasMessage("the line broke");
        assertThat(parts()).isEmpty();
        assertThat(pieces.usedBytes()).isEqualTo(Quota.BLOCK_BYTES);
    }

    @Test
    void fewerBytesThanAnnouncedAreNoPiece() throws IOException {
        assertThat(Asked.of("PUT", path(id(1)), bytes(99)).header("content-length", 100).at(pieces).status()).isEqualTo(400);
        assertThat(Asked.of("PUT", path(id(1))).at(pieces).status()).isEqualTo(400);
        assertThat(pieces.pieceCount()).isZero();
    }

    @Test
    void deletingFreesItsBytesAndMayBeRepeated() throws IOException {
        Asked.of("PUT", path(id(1)), bytes(50_000)).at(pieces);
        assertThat(Asked.of("DELETE", path(id(1))).at(pieces).status()).isEqualTo(204);
        assertThat(Asked.of("DELETE", path(id(1))).at(pieces).status()).isEqualTo(204);
        assertThat(Asked.of("GET", path(id(1))).at(pieces).status()).isEqualTo(404);
        assertThat(Asked.of("HEAD", path(id(1))).at(pieces).status()).isEqualTo(404);
        assertThat(pieces.usedBytes()).isEqualTo(Quota.BLOCK_BYTES);
    }

    @Test
    void manyAreDeletedWithOneRequest() throws IOException {
        for (int i = 0; i < 10; i++) {
            Asked.of("PUT", path(id(i)), bytes(10)).at(pieces);
        }
        Asked delete = Asked.of("POST", "/v1/pieces/delete", list(IntStream.range(5, 1005))).at(pieces);
        assertThat(json.readValue(delete.answer(), PieceRemoval.class).removed()).isEqualTo(5);
        assertThat(pieces.pieceCount()).isEqualTo(5);
        assertThat(Asked.of("POST", "/v1/pieces/delete", list(IntStream.range(0, 1001))).at(pieces).status()).isEqualTo(400);
        assertThat(Asked.of("POST", "/v1/pieces/delete", new byte[100_000]).at(pieces).status()).isEqualTo(400);
        assertThat(pieces.pieceCount()).isEqualTo(5);
    }

    @Test
    void aPieceDeletedWhileItArrivesDoesNotAppear() throws IOException {
        Asked put = Asked.of("PUT", path(id(1)), bytes(100)).before(() -> {
            try {
                Asked.of("DELETE", path(id(1))).at(pieces);
            } catch (IOException failed) {
                throw new IllegalStateException(failed);
            }
        }).at(pieces);
        assertThat(put.status()).isEqualTo(409);
        assertThat(pieces.pieceCount()).isZero();
    }

    @Test
    void onlyUuidsNamePieces() throws IOException {
        for (String name : List.of("", "x", "../../etc/passwd", "1-1-1-1-1", id(1).toString().toUpperCase(Locale.ROOT),
                id(1) + "/..", id(1) + ".part")) {
            assertThat(Asked.of("PUT", "/v1/pieces/" + name, bytes(1)).at(pieces).status()).isEqualTo(400);
        }
        assertThat(Asked.of("PUT", "/v1/pieces", bytes(1)).at(pieces).status()).isEqualTo(400);
        assertThat(Asked.of("PATCH", path(id(1)), bytes(1)).at(pieces).status()).isEqualTo(405);
    }

    @Test
    void aRestartCountsWhatIsThereAndDropsWhatWasUnfinished() throws IOException {
        Asked.of("PUT", path(id(1)), bytes(50_000)).at(pieces);
        Path whole = folder.resolve(id(1).toString().substring(0, 2)).resolve(id(1).toString());
        Files.write(whole.resolveSibling(id(2) + ".7.part"), bytes(1000));
        Pieces again = new Pieces(folder, this::terms);
        assertThat(again.usedBytes()).isEqualTo(pieces.usedBytes());
        assertThat(again.pieceCount()).isEqualTo(1);
        assertThat(parts()).isEmpty();
    }

    @Test
    void aFolderThatIsGoneIsNotMistakenForLostPieces() throws IOException {
        Asked.of("PUT", path(id(1)), bytes(100)).at(pieces);
        Files.move(folder, temporary.resolve("elsewhere"));
        Files.createDirectory(folder);
        Asked get = Asked.of("GET", path(id(1))).at(pieces);
        assertThat(get.status()).isEqualTo(503);
        assertThat(get.text()).contains("mount its disk");
        assertThat(Asked.of("PUT", path(id(2)), bytes(100)).at(pieces).status()).isEqualTo(503);
        Files.delete(folder);
        Files.move(temporary.resolve("elsewhere"), folder);
        assertThat(Asked.of("GET", path(id(1))).at(pieces).status()).isEqualTo(200);
    }

    private LeaseTerms terms() {
        return new LeaseTerms(new UUID(1, 1), 1, leasedBytes, Calendar.always(ZoneOffset.UTC), Calendar.always(ZoneOffset.UTC),
                100, "EUR", "");
    }

    private List<Path> parts() {
        return files().stream().filter(file -> file.toString().endsWith(".part")).toList();
    }

    /// What the pieces and their folders take of the disk, in whole blocks.
    private long diskBytes() throws IOException {
        long total = 0;
        for (Path file : files()) {
            total += (Files.size(file) + 4095) / 4096 * 4096;
        }
        return total;
    }

    private List<Path> files() {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.toList();
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private byte[] list(IntStream numbers) {
        return json.writeValueAsBytes(numbers.mapToObj(PiecesTest::id).toList());
    }

    private static UUID id(int number) {
        return new UUID(0xa7L << 56 | 0x4000L, 0x8000000000000000L | number);
    }

    private static String path(UUID id) {
        return "/v1/pieces/" + id;
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
