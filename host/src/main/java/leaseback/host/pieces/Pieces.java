package leaseback.host.pieces;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import leaseback.host.link.LineExchange;
import leaseback.host.link.LineHandler;
import leaseback.protocol.LeaseTerms;
import leaseback.protocol.PieceReceipt;
import leaseback.protocol.PieceRefusal;
import leaseback.protocol.PieceRemoval;
import leaseback.protocol.PiecesHeld;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Keeps the pieces of others on this machine and answers `/v1/pieces`: `PUT`, `GET` (`?offset=&length=`), `HEAD` and
/// `DELETE` of `/v1/pieces/{id}`, and for many `POST /v1/pieces/delete` and `POST /v1/pieces/held`.
///
/// Never holds more than the lease says, unfinished pieces and whole blocks counted. Answers 507 when that or the disk
/// is full, 503 when the disk with the pieces is not there.
public final class Pieces implements LineHandler {
    /// What the handler answers for.
    public static final String PATH = "/v1/pieces";

    private static final Logger LOG = LoggerFactory.getLogger(Pieces.class);
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int REQUEST_BYTES = 64 * 1024;
    /// The user at the far end may send or read slowly; the manager resets the stream long before when it gives up.
    private static final Duration STREAM_WAIT = Duration.ofMinutes(10);

    private final Quota quota;
    private final PieceFolder folder;
    private final JsonMapper json = JsonMapper.shared();

    /// Opens the folder, making it where there is none, and counts what it holds.
    ///
    /// @param terms asked at every piece: the lease may be amended while the agent runs
    public Pieces(Path folder, Supplier<LeaseTerms> terms) throws IOException {
        this.quota = new Quota(() -> terms.get().leasedBytes());
        this.folder = new PieceFolder(folder, quota);
    }

    /// Bytes of disk taken, unfinished pieces, whole blocks and folders counted.
    public long usedBytes() {
        return quota.usedBytes();
    }

    /// Whole pieces held.
    public long pieceCount() {
        return folder.pieces();
    }

    /// Erases every piece, and what was arriving, for ever; the folder too, unless something of somebody else's lies in it. From then on
    /// no piece is taken.
    ///
    /// @return how many whole pieces there were
    public long eraseAll() throws IOException {
        return folder.eraseAll();
    }

    @Override
    public void handle(LineExchange exchange) throws IOException {
        if (!folder.present()) {
            refuse(exchange, 503, "the folder of pieces, " + folder.path() + ", is not there; mount its disk and try again");
            return;
        }
        route(exchange);
    }

    private void route(LineExchange exchange) throws IOException {
        String name = exchange.path().startsWith(PATH + "/") ? exchange.path().substring(PATH.length() + 1) : "";
        if (name.equals("delete") && exchange.method().equals("POST")) {
            deleteMany(exchange);
            return;
        }
        if (name.equals("held") && exchange.method().equals("POST")) {
            held(exchange);
            return;
        }
        UUID id = id(name);
        if (id == null) {
            refuse(exchange, 400, "a piece is named by a UUID in lower case, not by what " + PATH + "/ is followed by here");
            return;
        }
        switch (exchange.method()) {
            case "PUT" -> put(exchange, id);
            case "GET", "HEAD" -> get(exchange, id);
            case "DELETE" -> delete(exchange, id);
            default -> refuse(exchange, 405, "a piece knows PUT, GET, HEAD and DELETE");
        }
    }

    private void put(LineExchange exchange, UUID id) throws IOException {
        long declared = number(exchange.header("content-length"), -1);
        if (declared < -1) {
            refuse(exchange, 400, "content-length is not a number");
            return;
        }
        try (IncomingPiece piece = folder.begin(id)) {
            if (declared > 0 && !piece.reserve(declared)) {
                refuseFull(exchange, declared);
                return;
            }
            ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
            while (exchange.read(buffer.clear(), STREAM_WAIT) >= 0) {
                if (!write(piece, buffer.flip())) {
                    refuseFull(exchange, Math.max(declared, piece.bytes() + buffer.remaining()));
                    return;
                }
            }
            if (piece.bytes() == 0 || declared >= 0 && piece.bytes() != declared) {
                refuse(exchange, 400, "piece " + id + " came with " + piece.bytes() + " bytes; announced were " + declared);
                return;
            }
            settle(exchange, piece);
        } catch (DiskFault fault) {
            refuse(exchange, fault);
        }
    }

    private static boolean write(IncomingPiece piece, ByteBuffer buffer) throws DiskFault {
        try {
            return piece.append(buffer);
        } catch (IOException failed) {
            throw new DiskFault(failed);
        }
    }

    private void settle(LineExchange exchange, IncomingPiece piece) throws IOException, DiskFault {
        IncomingPiece.Outcome outcome;
        try {
            outcome = piece.commit();
        } catch (IOException failed) {
            throw new DiskFault(failed);
        }
        PieceReceipt receipt = new PieceReceipt(piece.bytes(), piece.crc32c());
        switch (outcome) {
            case STORED -> reply(exchange, 201, receipt);
            case SAME -> reply(exchange, 200, receipt);
            case OTHER -> refuse(exchange, 409, "piece " + piece.id() + " is here with other bytes, and pieces never change");
            case CANCELLED -> refuse(exchange, 409, "piece " + piece.id() + " was deleted while it arrived");
        }
    }

    private void get(LineExchange exchange, UUID id) throws IOException {
        long offset = number(exchange.parameter("offset"), 0);
        long length = number(exchange.parameter("length"), -1);
        try (FileChannel file = folder.open(id)) {
            long size = file.size();
            if (offset < 0 || offset > size || length < -1 || length > size - offset) {
                refuse(exchange, 416, "piece " + id + " has " + size + " bytes; asked were " + length + " from " + offset);
                return;
            }
            long left = length < 0 ? size - offset : length;
            exchange.reply(200, Map.of("content-type", "application/octet-stream", "content-length", Long.toString(left)));
            if (exchange.method().equals("GET")) {
                send(exchange, file, offset, left);
            }
        } catch (NoSuchFileException none) {
            refuse(exchange, 404, "there is no piece " + id + " here");
        }
    }

    private static void send(LineExchange exchange, FileChannel file, long offset, long length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(BUFFER_BYTES, length));
        long at = offset;
        long end = offset + length;
        while (at < end) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), end - at));
            int count = file.read(buffer, at);
            if (count < 0) {
                throw new IOException("a piece became shorter while it was read: its disk is failing");
            }
            at += count;
            exchange.write(buffer.flip(), STREAM_WAIT);
        }
    }

    private void delete(LineExchange exchange, UUID id) throws IOException {
        try {
            folder.delete(id);
        } catch (IOException failed) {
            refuse(exchange, new DiskFault(failed));
            return;
        }
        exchange.reply(204, Map.of());
    }

    private void deleteMany(LineExchange exchange) throws IOException {
        List<UUID> ids = ids(exchange);
        if (ids == null) {
            return;
        }
        int removed = 0;
        try {
            for (UUID id : ids) {
                removed += folder.delete(id) ? 1 : 0;
            }
        } catch (IOException failed) {
            refuse(exchange, new DiskFault(failed));
            return;
        }
        reply(exchange, 200, new PieceRemoval(removed));
    }

    private void held(LineExchange exchange) throws IOException {
        List<UUID> ids = ids(exchange);
        if (ids == null) {
            return;
        }
        BitSet held = new BitSet();
        for (int i = 0; i < ids.size(); i++) {
            held.set(i, folder.has(ids.get(i)));
        }
        reply(exchange, 200, new PiecesHeld(held.toByteArray()));
    }

    /// The list in the request's body; null when it was refused.
    private @Nullable List<UUID> ids(LineExchange exchange) throws IOException {
        List<UUID> ids = new ArrayList<>();
        try {
            for (String name : json.readValue(body(exchange), String[].class)) {
                UUID id = id(name);
                if (id == null || ids.size() == PieceRemoval.MOST) {
                    refuse(exchange, 400, "the body must be a list of at most " + PieceRemoval.MOST + " piece ids");
                    return null;
                }
                ids.add(id);
            }
            return ids;
        } catch (JacksonException | UncheckedIOException notAList) {
            refuse(exchange, 400, "the body must be a list of at most " + PieceRemoval.MOST + " piece ids");
            return null;
        }
    }

    private static byte[] body(LineExchange exchange) throws IOException {
        ByteBuffer body = ByteBuffer.allocate(REQUEST_BYTES);
        while (body.hasRemaining()) {
            if (exchange.read(body, STREAM_WAIT) < 0) {
                byte[] bytes = new byte[body.flip().remaining()];
                body.get(bytes);
                return bytes;
            }
        }
        throw new UncheckedIOException(new IOException("a request of more than " + REQUEST_BYTES + " bytes"));
    }

    private void refuseFull(LineExchange exchange, long bytes) throws IOException {
        refuse(exchange, 507, "no room for a piece of " + bytes + " bytes: " + usedBytes() + " of the "
                + quota.leasedBytes() + " leased bytes are used");
    }

    private void refuse(LineExchange exchange, DiskFault fault) throws IOException {
        LOG.warn("the disk with the pieces, {}, failed", folder.path(), fault.getCause());
        if (!folder.present()) {
            refuse(exchange, 503, "the folder of pieces, " + folder.path() + ", is gone; mount its disk and try again");
        } else if (fault.full()) {
            refuse(exchange, 507, "this machine's disk is full although only " + usedBytes() + " of the "
                    + quota.leasedBytes() + " leased bytes are used; the owner must free some");
        } else {
            refuse(exchange, 500, "this machine's disk failed: " + fault.getMessage());
        }
    }

    private void refuse(LineExchange exchange, int status, String message) throws IOException {
        reply(exchange, status, new PieceRefusal(message, quota.leasedBytes(), usedBytes()));
    }

    private void reply(LineExchange exchange, int status, Object body) throws IOException {
        byte[] bytes = json.writeValueAsBytes(body);
        exchange.reply(status, Map.of("content-type", "application/json", "content-length", Integer.toString(bytes.length)));
        if (!exchange.method().equals("HEAD")) {
            exchange.write(ByteBuffer.wrap(bytes), STREAM_WAIT);
        }
    }

    private static @Nullable UUID id(String name) {
        try {
            UUID id = UUID.fromString(name);
            return id.toString().equals(name) ? id : null;
        } catch (IllegalArgumentException notOne) {
            return null;
        }
    }

    private static long number(@Nullable String text, long without) {
        try {
            return text == null ? without : Long.parseLong(text);
        } catch (NumberFormatException notOne) {
            return Long.MIN_VALUE;
        }
    }

    /// The disk, not the line, failed.
    private static final class DiskFault extends Exception {
        private static final long serialVersionUID = 1;

        DiskFault(IOException cause) {
            super(String.valueOf(cause.getMessage()), cause);
        }

        /// The JDK has no type for it; these are the words of Linux, macOS and Windows.
        boolean full() {
            String words = String.valueOf(getMessage()).toLowerCase(Locale.ROOT);
            return words.contains("no space left") || words.contains("quota exceeded") || words.contains("not enough space");
        }
    }
}
