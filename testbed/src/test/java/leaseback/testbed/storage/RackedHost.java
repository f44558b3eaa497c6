package leaseback.testbed.storage;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import leaseback.host.link.LineHandler;
import leaseback.host.pieces.Pieces;
import leaseback.manager.fleet.Host;
import leaseback.manager.fleet.HostState;
import leaseback.manager.fleet.LineFault;
import leaseback.protocol.Calendar;
import leaseback.protocol.LeaseTerms;

/// A host's real folder of pieces, and what can go wrong with it.
final class RackedHost {
    private final UUID id = UUID.randomUUID();
    private final int alias;
    private final Path folder;
    private final LeaseTerms terms;
    private final Pieces pieces;
    private final Set<MemoryExchange> exchanges = ConcurrentHashMap.newKeySet();
    private final AtomicLong diesAfter = new AtomicLong(Long.MAX_VALUE);
    private volatile boolean up = true;
    private volatile boolean stuck;
    private volatile boolean hidden;
    private final InstantSource clock;
    /// When it was last up.
    private volatile Instant heard;
    private final AtomicLong process = new AtomicLong(1);
    private volatile HostState state = HostState.ACTIVE;
    /// The hours it promises.
    private volatile Calendar serving = Calendar.always(ZoneOffset.UTC);
    final AtomicLong sentBytes = new AtomicLong();

    RackedHost(int alias, Path folder, long leasedBytes, InstantSource clock) throws IOException {
        this.alias = alias;
        this.folder = folder;
        this.clock = clock;
        this.heard = clock.instant();
        Calendar always = Calendar.always(ZoneOffset.UTC);
        this.terms = new LeaseTerms(UUID.randomUUID(), 1, leasedBytes, always, always, 0, "EUR", "");
        this.pieces = new Pieces(folder, () -> terms);
    }

    Host host() {
        return new Host(id, alias, serial(), new UUID(7, alias), state, new LeaseTerms(terms.leaseId(), terms.version(), terms.leasedBytes(),
                serving, serving, 0, "EUR", ""), pieces.usedBytes(), process.get(), up && state != HostState.REVOKED,
                up ? clock.instant() : heard);
    }

    UUID id() {
        return id;
    }

    String serial() {
        return "LB-" + alias;
    }

    LineHandler handler() {
        return pieces;
    }

    Pieces pieces() {
        return pieces;
    }

    boolean up() {
        return up;
    }

    /// Up, but the fleet offers it for nothing new.
    boolean offered() {
        return up && !hidden && state == HostState.ACTIVE && serving.isOpen(clock.instant());
    }

    void hide(boolean now) {
        hidden = now;
    }

    void kill() {
        if (up) {
            heard = clock.instant();
        }
        up = false;
        exchanges.forEach(MemoryExchange::cut);
    }

    void revive() {
        up = true;
        diesAfter.set(Long.MAX_VALUE);
    }

    void become(HostState next) {
        state = next;
    }

    void promise(Calendar hours) {
        serving = hours;
    }

    /// Starts its agent anew over an empty disk.
    void hideDisk() throws IOException {
        for (Path file : files()) {
            Files.move(file, file.resolveSibling(file.getFileName() + ".away"));
        }
        process.incrementAndGet();
    }

    /// Starts its agent anew over the old disk.
    void findDisk() throws IOException {
        for (Path file : files()) {
            Files.move(file, file.resolveSibling(file.getFileName().toString().replace(".away", "")));
        }
        process.incrementAndGet();
    }

    void dieAfter(long bytes) {
        diesAfter.set(bytes);
    }

    /// Neither reads nor answers, but its line stays up.
    void stick(boolean now) {
        stuck = now;
    }

    MemoryExchange open(String method, String path, Map<String, String> headers) throws LineFault {
        if (!up) {
            throw new LineFault("host " + serial() + " has no line");
        }
        MemoryExchange exchange = new MemoryExchange(this, method, path, headers);
        exchanges.add(exchange);
        exchange.start();
        return exchange;
    }

    void ended(MemoryExchange exchange) {
        exchanges.remove(exchange);
    }

    void receiving(int bytes) {
        if (diesAfter.addAndGet(-bytes) < 0) {
            kill();
        }
    }

    void waitWhileStuck() throws IOException {
        while (stuck) {
            try {
                Thread.sleep(5);
            } catch (InterruptedException cut) {
                throw new IOException(cut);
            }
        }
    }

    List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).filter(file -> !file.endsWith("leaseback-pieces")).toList();
        }
    }

    /// Flips one bit in the middle of every piece.
    void rot() throws IOException {
        for (Path file : files()) {
            try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
                bytes.seek(bytes.length() / 2);
                int old = bytes.read();
                bytes.seek(bytes.length() / 2);
                bytes.write(old ^ 8);
            }
        }
    }
}
