package leaseback.host.promise;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// One value in one JSON file, replaced as a whole and flushed before it counts.
public final class Kept<T> {
    private final Path file;
    private final Class<T> shape;
    private final JsonMapper json;
    private volatile @Nullable T value;

    private Kept(Path file, Class<T> shape, JsonMapper json, @Nullable T value) {
        this.file = file;
        this.shape = shape;
        this.json = json;
        this.value = value;
    }

    /// @throws IOException when the file is there but cannot be read as `shape`
    public static <T> Kept<T> in(Path file, Class<T> shape, JsonMapper json) throws IOException {
        if (!Files.exists(file)) {
            return new Kept<>(file, shape, json, null);
        }
        try {
            return new Kept<>(file, shape, json, json.readValue(Files.readAllBytes(file), shape));
        } catch (JacksonException broken) {
            throw new IOException(file + " is damaged (" + broken.getOriginalMessage()
                    + "); delete it, and the manager will send it anew", broken);
        }
    }

    /// Empty until something was kept.
    public Optional<T> value() {
        return Optional.ofNullable(value);
    }

    public synchronized void keep(T fresh) throws IOException {
        if (fresh.equals(value)) {
            return;
        }
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel out = FileChannel.open(beside, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap(json.writerFor(shape).writeValueAsBytes(fresh));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        value = fresh;
    }
}
