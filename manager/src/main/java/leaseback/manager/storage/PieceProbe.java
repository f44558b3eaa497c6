package leaseback.manager.storage;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import leaseback.manager.fleet.Exchange;
import leaseback.manager.fleet.Host;
import leaseback.manager.fleet.LineFault;
import leaseback.manager.fleet.Lines;
import leaseback.protocol.PiecesHeld;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Asks a host whether it still has what it was given. A cell is checked by its tag alone: no other host is asked.
public final class PieceProbe {
    private static final Duration CALL = Duration.ofSeconds(10);
    private final ObjectStore.Means means;

    public PieceProbe(ObjectStore store) {
        this.means = store.means();
    }

    /// What a host answered.
    public enum Finding {
        GOOD,
        /// Other bytes than were stored here, or too few.
        ALTERED,
        /// It says that it has no such piece.
        MISSING,
        /// No answer in time, or the line broke.
        SILENT,
        /// It answered that it cannot say: its disk is not mounted, or failed to read.
        UNFIT
    }

    /// Fetches one cell and checks it.
    public Finding probe(Segment segment, int piece, int stripe, Host host) {
        int length = segment.cellBytes(stripe) + CellSeal.TAG_BYTES;
        long offset = (long) stripe * (CellSeal.CELL_BYTES + CellSeal.TAG_BYTES);
        ByteBuffer cell = ByteBuffer.allocate(length);
        String path = "/v1/pieces/" + segment.piece(piece) + "?offset=" + offset + "&length=" + length;
        try (Exchange exchange = means.lines().open(host.id(), "GET", path, Map.of())) {
            exchange.endBody();
            int status = exchange.status(means.patience().read());
            if (status != 200) {
                return switch (status) {
                    case 404 -> Finding.MISSING;
                    case 416 -> Finding.ALTERED;
                    default -> Finding.UNFIT;
                };
            }
            while (cell.hasRemaining()) {
                if (exchange.read(cell, means.patience().read()) < 0) {
                    return Finding.ALTERED;
                }
            }
        } catch (LineFault silent) {
            return Finding.SILENT;
        }
        return right(segment, piece, stripe, cell.array()) ? Finding.GOOD : Finding.ALTERED;
    }

    /// Which of the pieces the host says it has, by their place in the list.
    ///
    /// @param pieces at most [PiecesHeld#MOST]
    /// @throws LineFault when it does not answer, or cannot say
    public BitSet held(Host host, List<UUID> pieces) throws LineFault {
        Lines.Reply reply = means.lines().call(host.id(), "POST", "/v1/pieces/held", JsonMapper.shared().writeValueAsBytes(pieces), CALL);
        if (reply.status() != 200) {
            throw new LineFault("host " + host.serial() + " answered " + reply.status() + " when asked which of " + pieces.size()
                    + " pieces it has");
        }
        try {
            return BitSet.valueOf(JsonMapper.shared().readValue(reply.body(), PiecesHeld.class).bits());
        } catch (JacksonException strange) {
            throw new LineFault("host " + host.serial() + " gave no list of the pieces it has", strange);
        }
    }

    private boolean right(Segment segment, int piece, int stripe, byte[] cell) {
        CellSeal seal = new CellSeal(means.keys().open(segment.sealedKey(), Segment.purpose(segment.root())));
        int cellBytes = segment.cellBytes(stripe);
        return piece < segment.k() ? seal.open(piece, stripe, cell, cellBytes, new byte[cellBytes], 0)
                : seal.check(piece, stripe, cell, cellBytes);
    }
}
