package leaseback.testbed.simulation;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import leaseback.host.link.LineHandler;
import leaseback.host.pieces.Pieces;
import leaseback.manager.fleet.Host;
import leaseback.manager.fleet.HostState;
import leaseback.manager.fleet.LineFault;
import leaseback.protocol.Calendar;
import leaseback.protocol.LeaseTerms;
import org.jspecify.annotations.Nullable;

/// The real pieces of a host, in a real folder, and what happens to it and to its disk.
final class SimulatedHost {
    private static final Duration QUIET = Duration.ofSeconds(20);
    private static final String MARKER = "leaseback-pieces";
    private final UUID id;
    private final int alias;
    private final Path folder;
    private final Path snapshot;
    private final LeaseTerms terms;
    private final Set<SimulatedExchange> exchanges = ConcurrentHashMap.newKeySet();
    /// By the file's identity and not its name: a piece written again is whole again.
    private final Set<String> damaged = new HashSet<>();
    /// What an old disk brought back although it had been deleted.
    private final Set<UUID> strays = new HashSet<>();
    private volatile Pieces pieces;
    private volatile Mood mood = Mood.WELL;
    private volatile boolean windowless;
    private long reportedBytes;
    private int releases;

    SimulatedHost(int alias, UUID owner, Path folder, long leasedBytes, Calendar serving) throws IOException {
        this.id = new UUID(owner.getMostSignificantBits(), alias);
        this.alias = alias;
        this.folder = folder.resolve("host-" + alias);
        this.snapshot = folder.resolve("snapshot-" + alias);
        this.terms = new LeaseTerms(UUID.randomUUID(), 1, leasedBytes, serving, serving, 0, "EUR", "");
        this.pieces = new Pieces(this.folder, () -> terms);
    }

    UUID id() {
        return id;
    }

    int alias() {
        return alias;
    }

    String serial() {
        return "H" + alias;
    }

    LineHandler handler() {
        return pieces;
    }

    Mood mood() {
        return mood;
    }

    void mood(Mood now) {
        mood = now;
    }

    /// From now on it is on at all hours.
    void stayOn() {
        windowless = true;
    }

    /// As the fleet knows it: how much is used, by its last report.
    Host seen(Instant now) {
        return new Host(id, alias, serial(), new UUID(7, alias), HostState.ACTIVE, terms, reportedBytes, 1, known(now), null);
    }

    void report() {
        reportedBytes = pieces.usedBytes();
    }

    boolean on(Instant now) {
        return (windowless || terms.serving().isOpen(now)) && mood.kind() != Mood.Kind.GONE && mood.kind() != Mood.Kind.STALE;
    }

    /// Whether managers believe that its line is up.
    boolean known(Instant now) {
        return mood.kind() == Mood.Kind.STALE || on(now);
    }

    /// Whether the piece lies here unhurt and would be given out whole now.
    boolean serves(UUID piece, Instant now) {
        return on(now) && mood.serves() && keeps(piece);
    }

    /// Whether the piece lies here unhurt, reachable or not.
    boolean keeps(UUID piece) {
        String identity = identity(place(piece));
        return identity != null && !damaged.contains(identity);
    }

    SimulatedExchange open(String method, String path, Map<String, String> headers, Instant now) throws LineFault {
        if (!on(now)) {
            throw new LineFault("host " + serial() + " has no line");
        }
        SimulatedExchange exchange = new SimulatedExchange(this, mood, method, path, headers);
        exchanges.add(exchange);
        exchange.start();
        return exchange;
    }

    void ended(SimulatedExchange exchange) {
        exchanges.remove(exchange);
    }

    synchronized void awaitRelease() throws IOException {
        int seen = releases;
        try {
            for (long left = QUIET.toMillis() / 100; releases == seen && left > 0; left--) {
                wait(100);
            }
        } catch (InterruptedException cut) {
            throw new IOException(cut);
        }
    }

    /// What it took late gets to its disk now; returns when nothing is under way any more.
    void settle() throws InterruptedException {
        synchronized (this) {
            releases++;
            notifyAll();
        }
        for (SimulatedExchange exchange : List.copyOf(exchanges)) {
            if (!exchange.awaitEnd(QUIET)) {
                throw new IllegalStateException("an exchange with " + serial() + " did not end");
            }
        }
    }

    /// Returns when nothing is under way but what it takes late.
    void awaitQuiet() throws InterruptedException {
        for (SimulatedExchange exchange : List.copyOf(exchanges)) {
            if (!exchange.late() && !exchange.awaitEnd(QUIET)) {
                throw new IllegalStateException("an exchange with " + serial() + " did not end");
            }
        }
    }

    /// The agent starts anew over what a power cut left: half of an unfinished piece.
    void restart(RandomGenerator random) throws IOException {
        UUID torn = new UUID(random.nextLong(), random.nextLong());
        Path sub = Files.createDirectories(folder.resolve(torn.toString().substring(0, 2)));
        Files.write(sub.resolve(torn + ".7.part"), new byte[random.nextInt(100_000)]);
        open();
    }

    /// Turns a bit over in one of its pieces.
    void rot(RandomGenerator random) throws IOException {
        Path file = any(random);
        if (file != null) {
            try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
                long at = random.nextLong(bytes.length());
                bytes.seek(at);
                int old = bytes.read();
                bytes.seek(at);
                bytes.write(old ^ 1 << random.nextInt(8));
            }
            damaged.add(String.valueOf(identity(file)));
        }
    }

    /// One piece is shorter than it was: a disk that said "flushed" and was not.
    void tear(RandomGenerator random) throws IOException {
        Path file = any(random);
        if (file != null) {
            try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
                bytes.setLength(random.nextLong(bytes.length()));
            }
            damaged.add(String.valueOf(identity(file)));
            open();
        }
    }

    void lose(RandomGenerator random) throws IOException {
        Path file = any(random);
        if (file != null) {
            Files.delete(file);
            open();
        }
    }

    /// A new disk.
    void empty() throws IOException {
        wipe(folder);
        open();
    }

    void snapshot() throws IOException {
        wipe(snapshot);
        copy(folder, snapshot);
    }

    /// The disk as it was at the last snapshot, if there was one.
    void restore() throws IOException {
        if (Files.exists(snapshot)) {
            Set<UUID> before = held();
            wipe(folder);
            copy(snapshot, folder);
            open();
            strays.addAll(held());
            strays.removeAll(before);
        }
    }

    /// The ids of all pieces on the disk.
    Set<UUID> held() throws IOException {
        return files().stream().map(file -> UUID.fromString(file.getFileName().toString()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    Set<UUID> strays() {
        return strays;
    }

    long leasedBytes() {
        return terms.leasedBytes();
    }

    long usedBytes() {
        return pieces.usedBytes();
    }

    /// What the disk says, against what the agent has counted.
    long recounted() throws IOException {
        return new Pieces(folder, () -> terms).usedBytes();
    }

    private void open() throws IOException {
        pieces = new Pieces(folder, () -> terms);
    }

    private @Nullable Path any(RandomGenerator random) throws IOException {
        List<Path> files = files();
        return files.isEmpty() ? null : files.get(random.nextInt(files.size()));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(file -> file.getFileName().toString().length() == 36 && Files.isRegularFile(file)).sorted().toList();
        }
    }

    private void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                Files.createDirectories(target.resolveSibling("x").getParent());
                Files.copy(file, target);
                if (damaged.contains(String.valueOf(identity(file)))) {
                    damaged.add(String.valueOf(identity(target)));
                }
            }
        }
        if (!Files.exists(to.resolve(MARKER))) {
            throw new IllegalStateException(to + " is no folder of pieces");
        }
    }

    private static void wipe(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private Path place(UUID piece) {
        return folder.resolve(piece.toString().substring(0, 2)).resolve(piece.toString());
    }

    private static @Nullable String identity(Path file) {
        try {
            return String.valueOf(Files.readAttributes(file, BasicFileAttributes.class).fileKey());
        } catch (NoSuchFileException none) {
            return null;
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
