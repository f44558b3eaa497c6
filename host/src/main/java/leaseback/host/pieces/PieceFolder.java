package leaseback.host.pieces;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/// The pieces as files: `pieces/ab/ab12....` by the first two letters of the id, complete or not there at all.
///
/// What arrives is written to a `.part` file beside its place, flushed, renamed, and the folder flushed. One walk at
/// the start counts what is held and deletes the `.part` files a crash left; after that the count is kept in memory.
final class PieceFolder {
    private static final String PART = ".part";
    private static final int LOCKS = 64;

    private final Path folder;
    /// Written at the first start. Where it is missing, the disk is not mounted: an empty mount point looks like a lost disk.
    private final Path marker;
    private final Quota quota;
    private final AtomicLong pieces = new AtomicLong();
    private final AtomicLong parts = new AtomicLong();
    private final Set<IncomingPiece> incoming = ConcurrentHashMap.newKeySet();
    private final Object[] locks = new Object[LOCKS];

    /// Opens `folder`, making it where there is none.
    PieceFolder(Path folder, Quota quota) throws IOException {
        this.folder = folder;
        this.marker = folder.resolve("leaseback-pieces");
        this.quota = quota;
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new Object();
        }
        Files.createDirectories(folder);
        if (!Files.exists(marker)) {
            Files.writeString(marker, "Sealed pieces of other people's files, kept by the Leaseback agent of this computer.\n");
        }
        for (Path sub : list(folder)) {
            // Two hex digits: what else lies on a disk of its own, such as lost+found, is not ours.
            if (sub.getFileName().toString().matches("[0-9a-f]{2}") && Files.isDirectory(sub)) {
                quota.count(Quota.BLOCK_BYTES);
                countPieces(sub);
            }
        }
    }

    private void countPieces(Path sub) throws IOException {
        for (Path file : list(sub)) {
            if (file.toString().endsWith(PART)) {
                Files.delete(file);
            } else {
                quota.count(Quota.footprint(Files.size(file)));
                pieces.incrementAndGet();
            }
        }
    }

    long pieces() {
        return pieces.get();
    }

    Path path() {
        return folder;
    }

    /// Whether the disk with the pieces is there.
    boolean present() {
        return Files.exists(marker);
    }

    /// Begins a piece: the caller appends, commits and closes it.
    IncomingPiece begin(UUID id) {
        IncomingPiece piece = new IncomingPiece(this, quota, id, partOf(id));
        incoming.add(piece);
        return piece;
    }

    void ended(IncomingPiece piece) {
        incoming.remove(piece);
    }

    /// Opens a piece for reading.
    ///
    /// @throws NoSuchFileException when there is none
    FileChannel open(UUID id) throws IOException {
        return FileChannel.open(place(id), StandardOpenOption.READ);
    }

    /// Whether the piece is here, whole.
    boolean has(UUID id) {
        return Files.isRegularFile(place(id));
    }

    /// Removes the piece, and cuts off those just arriving under its id. Whether there was one.
    boolean delete(UUID id) throws IOException {
        synchronized (lockOf(id)) {
            incoming.stream().filter(piece -> piece.id().equals(id)).forEach(IncomingPiece::cancel);
            Path place = place(id);
            if (!Files.exists(place)) {
                return false;
            }
            long footprint = Quota.footprint(Files.size(place));
            Files.delete(place);
            quota.release(footprint);
            pieces.decrementAndGet();
            return true;
        }
    }

    /// Takes the marker away, so that nothing more arrives, and then every piece.
    long eraseAll() throws IOException {
        Files.deleteIfExists(marker);
        incoming.forEach(IncomingPiece::cancel);
        long erased = 0;
        for (Path sub : list(folder)) {
            if (sub.getFileName().toString().matches("[0-9a-f]{2}") && Files.isDirectory(sub)) {
                for (Path file : list(sub)) {
                    // What we wrote is named by its id; anything else in there is not ours.
                    if (file.getFileName().toString().matches("[0-9a-f-]{36}(\\.[0-9]+\\.part)?")) {
                        erased += file.toString().endsWith(PART) ? 0 : 1;
                        quota.release(Quota.footprint(Files.size(file)));
                        Files.deleteIfExists(file);
                    }
                }
                removeIfEmpty(sub);
            }
        }
        flush(folder);
        pieces.set(0);
        removeIfEmpty(folder);
        return erased;
    }

    private static void removeIfEmpty(Path folder) throws IOException {
        try {
            Files.deleteIfExists(folder);
        } catch (DirectoryNotEmptyException somebodyElses) {
            // It stays.
        }
    }

    /// Puts a finished part in its place, unless it was cancelled or there is a piece already.
    IncomingPiece.Outcome settle(IncomingPiece piece, Path part) throws IOException {
        UUID id = piece.id();
        synchronized (lockOf(id)) {
            if (piece.cancelled()) {
                return IncomingPiece.Outcome.CANCELLED;
            }
            Path place = place(id);
            if (Files.exists(place)) {
                return Files.mismatch(place, part) < 0 ? IncomingPiece.Outcome.SAME : IncomingPiece.Outcome.OTHER;
            }
            Files.move(part, place, StandardCopyOption.ATOMIC_MOVE);
            try {
                flush(folderOf(id));
            } catch (IOException notDurable) {
                Files.deleteIfExists(place);
                throw notDurable;
            }
            pieces.incrementAndGet();
            return IncomingPiece.Outcome.STORED;
        }
    }

    /// Makes the folder a piece goes to; false when there is no room for it.
    boolean makeRoomFor(UUID id) throws IOException {
        Path sub = folderOf(id);
        if (Files.exists(sub)) {
            return true;
        }
        if (!quota.reserve(Quota.BLOCK_BYTES)) {
            return false;
        }
        try {
            Files.createDirectory(sub);
        } catch (FileAlreadyExistsException another) {
            quota.release(Quota.BLOCK_BYTES);
            return true;
        } catch (IOException failed) {
            quota.release(Quota.BLOCK_BYTES);
            throw failed;
        }
        flush(folder);
        return true;
    }

    private Path folderOf(UUID id) {
        return folder.resolve(id.toString().substring(0, 2));
    }

    private Path place(UUID id) {
        return folderOf(id).resolve(id.toString());
    }

    private Path partOf(UUID id) {
        return place(id).resolveSibling(id + "." + parts.incrementAndGet() + PART);
    }

    private Object lockOf(UUID id) {
        return locks[Math.floorMod(id.hashCode(), LOCKS)];
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    /// A name is durable once its folder is flushed. Windows knows no such thing: it refuses to open a folder.
    private static void flush(Path folder) throws IOException {
        if (File.separatorChar == '\\') {
            return;
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
