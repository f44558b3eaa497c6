package leaseback.manager.sealing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/// The master key in a file of mode 0600, which all managers of one database share; whoever has only the database reads nothing.
///
/// One version a line: its number and 32 bytes in Base64; a line without a number is version 1. The highest seals, all open.
/// What is sealed begins with `LBK1` and the version's number; what is older than versions begins with its nonce.
public final class MasterKey implements Kms {
    private static final int HEADER = 0x4c424b31;
    private static final int HEADER_BYTES = 8;
    private static final int FIRST = 1;
    private final Path file;
    private volatile NavigableMap<Integer, KeyBox> versions;

    private MasterKey(Path file) throws IOException {
        this.file = file;
        this.versions = boxes(read(file));
    }

    /// Reads the key, or makes a new one with mode 0600 where there is none yet.
    ///
    /// @throws IOException when the file cannot be read, is open to others, or does not hold 256-bit keys in Base64
    public static MasterKey at(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        if (!Files.exists(file)) {
            // Written aside and then linked: nobody ever reads half a key, and of two managers that start at once one wins.
            Path aside = aside(file, Base64.getEncoder().encodeToString(fresh()) + "\n");
            try {
                Files.createLink(file, aside);
            } catch (FileAlreadyExistsException another) {
                // Its key is as good.
            } finally {
                Files.delete(aside);
            }
        }
        return new MasterKey(file);
    }

    /// Adds a version to the file and lets no manager know: for copying the file to every manager's machine first.
    /// A manager takes it up when it is told to rotate, or meets something sealed by it.
    ///
    /// @return its number
    public static int prepare(Path file) throws IOException {
        try (FileChannel lock = FileChannel.open(file.resolveSibling(file.getFileName() + ".lock"),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            lock.lock();
            NavigableMap<Integer, byte[]> keys = read(file);
            int next = keys.lastKey() + 1;
            keys.put(next, fresh());
            replace(file, keys);
            return next;
        } catch (OverlappingFileLockException busy) {
            throw new IOException(file + " is being changed by this very process; try again in a second", busy);
        }
    }

    @Override
    public byte[] seal(byte[] secret, String purpose) {
        var newest = versions.lastEntry();
        return newest.getValue().seal(header(newest.getKey()), secret, purpose);
    }

    @Override
    public byte[] open(byte[] sealed, String purpose) {
        try {
            int version = version(sealed);
            KeyBox box = versions.get(version);
            if (box == null && version > versions.lastKey()) {
                versions = boxes(read(file));
                box = versions.get(version);
            }
            if (box != null) {
                try {
                    return box.open(sealed, marked(sealed) ? HEADER_BYTES : 0, purpose);
                } catch (GeneralSecurityException wrong) {
                    if (!marked(sealed)) {
                        throw wrong;
                    }
                }
            }
            // One in 2^32 of the old ones has a nonce that looks like a header.
            KeyBox first = versions.get(FIRST);
            if (first != null && marked(sealed)) {
                return first.open(sealed, 0, purpose);
            }
            throw new GeneralSecurityException("the master key's version " + version + " is not in " + file
                    + (version < versions.firstKey() ? ": it was retired" : ""));
        } catch (GeneralSecurityException | IOException wrong) {
            throw new IllegalStateException("cannot open what was sealed for " + purpose
                    + ": this is another master key, that version of it is gone, or the bytes were altered", wrong);
        }
    }

    @Override
    public boolean recognises(byte[] sealed) {
        return marked(sealed) || !Vault.marked(sealed);
    }

    @Override
    public boolean isCurrent(byte[] sealed) {
        return recognises(sealed) && version(sealed) == versions.lastKey();
    }

    @Override
    public synchronized int rotate() {
        try {
            int before = versions.lastKey();
            if (read(file).lastKey() <= before) {
                prepare(file);
            }
            versions = boxes(read(file));
            return versions.lastKey();
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot add a version to the master key: " + failed.getMessage(), failed);
        }
    }

    @Override
    public synchronized int retire() {
        try {
            NavigableMap<Integer, byte[]> keys = read(file);
            int newest = versions.lastKey();
            replace(file, new TreeMap<>(keys.tailMap(newest, true)));
            versions = boxes(read(file));
            return newest;
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot take old versions out of the master key: " + failed.getMessage(), failed);
        }
    }

    @Override
    public String describe() {
        return "master key file " + file + ", versions " + versions.keySet() + ", sealing with " + versions.lastKey();
    }

    private static boolean marked(byte[] sealed) {
        return sealed.length > HEADER_BYTES && ByteBuffer.wrap(sealed).getInt() == HEADER;
    }

    private static int version(byte[] sealed) {
        return marked(sealed) ? ByteBuffer.wrap(sealed).getInt(4) : FIRST;
    }

    private static byte[] header(int version) {
        return ByteBuffer.allocate(HEADER_BYTES).putInt(HEADER).putInt(version).array();
    }

    private static byte[] fresh() {
        byte[] key = new byte[KeyBox.KEY_BYTES];
        new SecureRandom().nextBytes(key);
        return key;
    }

    private static NavigableMap<Integer, KeyBox> boxes(NavigableMap<Integer, byte[]> keys) {
        NavigableMap<Integer, KeyBox> boxes = new TreeMap<>();
        keys.forEach((version, key) -> boxes.put(version, new KeyBox(key)));
        return boxes;
    }

    private static NavigableMap<Integer, byte[]> read(Path file) throws IOException {
        NavigableMap<Integer, byte[]> keys = new TreeMap<>();
        for (String line : Files.readAllLines(file)) {
            String[] words = line.strip().split("\\s+");
            if (line.isBlank()) {
                continue;
            }
            try {
                int version = words.length == 1 ? FIRST : Integer.parseInt(words[0]);
                byte[] key = Base64.getDecoder().decode(words[words.length - 1]);
                if (words.length > 2 || version < FIRST || key.length != KeyBox.KEY_BYTES) {
                    throw new IOException(file + " holds a line of " + words.length + " words and " + key.length
                            + " bytes, not a master key of 32; restore it from your backup");
                }
                keys.put(version, key);
            } catch (IllegalArgumentException notBase64) {
                throw new IOException(file + " is not a master key (Base64 of 32 bytes); restore it from your backup", notBase64);
            }
        }
        if (keys.isEmpty()) {
            throw new IOException(file + " holds no master key; restore it from your backup");
        }
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")
                && Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
            throw new IOException("everybody on this machine can read the master key " + file + "; run: chmod 600 " + file);
        }
        return keys;
    }

    private static void replace(Path file, NavigableMap<Integer, byte[]> keys) throws IOException {
        StringBuilder text = new StringBuilder();
        keys.forEach((version, key) -> text.append(version).append(' ').append(Base64.getEncoder().encodeToString(key)).append('\n'));
        Files.move(aside(file, text.toString()), file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static Path aside(Path file, String text) throws IOException {
        Path aside = Files.createTempFile(file.toAbsolutePath().getParent(), "master-key-", ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(aside, text, StandardOpenOption.SYNC);
        return aside;
    }
}
