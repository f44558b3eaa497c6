package leaseback.testbed.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Puts, gets and deletes objects of some sizes on several S3 servers in turn, with one client and in one run, and prints
/// operations and MiB a second, the servers' CPU-seconds a GiB and an operation, and each figure against the last target's.
/// `testbed/bench-s3` starts the servers and this. The first rounds of each size are thrown away: they warm the servers up, and a Java
/// server of seven processes on two cores needs some twenty seconds of each kind of call until its code is compiled.
///
///     S3Bench --seconds 5 --warm-up 3 --rounds 3 --sizes 4096,10240,1048576,67108864 --target name=...,... --target ...
public final class S3Bench {
    private static final int BIG = 16 << 20;
    private static final double MIB = 1 << 20;

    private final long nanos;
    private final byte[] body;
    private final List<Target> targets;
    private final Map<String, List<Figure>> figures = new LinkedHashMap<>();

    private S3Bench(double seconds, int largest, List<Target> targets) {
        this.nanos = (long) (seconds * 1e9);
        this.body = new byte[largest];
        new Random(1).nextBytes(body);
        this.targets = targets;
    }

    public static void main(String[] arguments) throws Exception {
        double seconds = 5;
        int rounds = 3;
        int[] warmUps = {3};
        int[] sizes = {4096, 10240, 1 << 20, 64 << 20};
        List<Target> targets = new ArrayList<>();
        for (int at = 0; at + 1 < arguments.length; at += 2) {
            String value = arguments[at + 1];
            switch (arguments[at]) {
                case "--seconds" -> seconds = Double.parseDouble(value);
                case "--warm-up" -> warmUps = Arrays.stream(value.split(",")).mapToInt(Integer::parseInt).toArray();
                case "--rounds" -> rounds = Integer.parseInt(value);
                case "--sizes" -> sizes = Arrays.stream(value.split(",")).mapToInt(Integer::parseInt).toArray();
                case "--target" -> targets.add(Target.parse(value));
                default -> throw new IllegalArgumentException(arguments[at] + " is not --seconds, --warm-up, --rounds, --sizes or --target");
            }
        }
        if (targets.isEmpty()) {
            throw new IllegalArgumentException("name a server with --target");
        }
        S3Bench bench = new S3Bench(seconds, Arrays.stream(sizes).max().orElse(0), targets);
        for (Target target : targets) {
            target.call("PUT", "/benchmark", bench.body, 0, new byte[1 << 16]);
        }
        for (int at = 0; at < sizes.length; at++) {
            int size = sizes[at];
            for (int round = -1; round >= -warmUps[Math.min(at, warmUps.length - 1)]; round--) {
                for (Target target : targets) {
                    bench.round(target, size, round);
                }
            }
            bench.figures.clear();
            for (int round = 0; round < rounds; round++) {
                for (Target target : targets) {
                    bench.round(target, size, round);
                }
            }
            bench.print(size);
        }
        for (Target target : targets) {
            System.out.println(target.name() + " answered 503 " + target.refused().get() + " times, and was asked again");
        }
    }

    private void round(Target target, int size, int round) throws Exception {
        int connections = size >= BIG ? 2 : 8;
        AtomicInteger next = new AtomicInteger();
        ConcurrentLinkedQueue<String> put = new ConcurrentLinkedQueue<>();
        measure("PUT", target, size, connections, (random, scratch) -> {
            String path = "/benchmark/" + size + "-" + round + "-" + next.getAndIncrement();
            target.call("PUT", path, body, size, scratch);
            put.add(path);
            return true;
        });
        List<String> paths = List.copyOf(put);
        measure("GET", target, size, connections, (random, scratch) -> {
            String path = paths.get(random.nextInt(paths.size()));
            long bytes = target.call("GET", path, body, 0, scratch);
            if (bytes != size) {
                throw new IOException(target + " gave " + bytes + " bytes of " + path + " instead of " + size);
            }
            return true;
        });
        measure("DELETE", target, size, connections, (random, scratch) -> {
            String path = put.poll();
            if (path == null) {
                return false;
            }
            target.call("DELETE", path, body, 0, scratch);
            return true;
        });
        for (String path = put.poll(); path != null; path = put.poll()) {
            target.call("DELETE", path, body, 0, new byte[1 << 16]);
        }
    }

    private void measure(String verb, Target target, int size, int connections, Act act) throws Exception {
        AtomicLong count = new AtomicLong();
        ConcurrentLinkedQueue<Exception> failures = new ConcurrentLinkedQueue<>();
        double processorBefore = ProcessTime.seconds(target.processes());
        long start = System.nanoTime();
        List<Thread> threads = new ArrayList<>();
        for (int number = 0; number < connections; number++) {
            Random random = new Random(number);
            threads.add(Thread.ofPlatform().start(() -> {
                byte[] scratch = new byte[1 << 18];
                try {
                    while (System.nanoTime() - start < nanos && failures.isEmpty() && act.once(random, scratch)) {
                        count.incrementAndGet();
                    }
                } catch (IOException | RuntimeException failed) {
                    failures.add(failed);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        double wall = (System.nanoTime() - start) / 1e9;
        double processor = ProcessTime.seconds(target.processes()) - processorBefore;
        if (!failures.isEmpty()) {
            throw failures.element();
        }
        figures.computeIfAbsent(verb + " " + size + " " + target.name(), none -> new ArrayList<>())
                .add(new Figure(count.get() / wall, processor / Math.max(1, count.get())));
    }

    private void print(int size) {
        Target reference = targets.getLast();
        for (String verb : List.of("PUT", "GET", "DELETE")) {
            Figure against = median(verb, size, reference);
            for (Target target : targets) {
                Figure figure = median(verb, size, target);
                double mib = size / MIB;
                System.out.printf(Locale.ROOT, "%-6s %9d B  %-12s %9.1f ops/s %8.1f MiB/s %9.3f CPU-ms/op %8.2f CPU-s/GiB   x%.2f speed, x%.2f CPU of %s%n",
                        verb, size, target.name(), figure.perSecond(), figure.perSecond() * mib, figure.processorSeconds() * 1000,
                        figure.processorSeconds() / mib * 1024, figure.perSecond() / against.perSecond(),
                        figure.processorSeconds() / Math.max(1e-9, against.processorSeconds()), reference.name());
            }
        }
    }

    private Figure median(String verb, int size, Target target) {
        return Figure.median(figures.getOrDefault(verb + " " + size + " " + target.name(), List.of()));
    }

    private interface Act {
        /// False when there is nothing left to do.
        boolean once(Random random, byte[] scratch) throws IOException;
    }

    /// @param processorSeconds of the servers, an operation
    private record Figure(double perSecond, double processorSeconds) {
        static Figure median(List<Figure> figures) {
            double[] speeds = figures.stream().mapToDouble(Figure::perSecond).sorted().toArray();
            double[] processor = figures.stream().mapToDouble(Figure::processorSeconds).sorted().toArray();
            return new Figure(speeds[speeds.length / 2], processor[processor.length / 2]);
        }
    }
}
