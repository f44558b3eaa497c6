package leaseback.manager.storage;

import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/// What sealing and coding cost: each step by itself and all in the order of a PUT and of a GET with lost hosts, in
/// GB of plain data a CPU-second, and the whole against the sum of its steps. Compare ratios, not machines.
///
///     mvn -q test-compile -pl manager -am
///     java --add-modules jdk.incubator.vector -cp manager/target/test-classes:manager/target/classes leaseback.manager.storage.CodingBench
public final class CodingBench {
    private static final int CELL = CellSeal.CELL_BYTES;
    private static final int ROUNDS = 5;
    private static final long NANOS = 400_000_000L;

    private CodingBench() {}

    public static void main(String[] arguments) {
        System.out.println("first calls, GB/s of one 64 KiB cell: " + first());
        for (int[] kn : new int[][] {{2, 6}, {4, 12}, {4, 6}, {10, 14}}) {
            print(kn[0], kn[1]);
        }
    }

    private static void print(int k, int n) {
        CellSeal seal = new CellSeal(new byte[CellSeal.KEY_BYTES]);
        ErasureCode code = new ErasureCode(k, n);
        byte[] plain = new byte[k * CELL];
        new Random(k).nextBytes(plain);
        byte[][] cells = new byte[n][CELL + CellSeal.TAG_BYTES];
        long[] stripe = {0};
        Runnable sealing = () -> each(0, k, piece -> seal.seal(piece, stripe[0], plain, piece * CELL, CELL, cells[piece]));
        Runnable coding = () -> code.encode(cells, CELL);
        Runnable tagging = () -> each(k, n, piece -> seal.tag(piece, stripe[0], cells[piece], CELL));
        double sealed = perSecond(k, () -> {
            stripe[0]++;
            sealing.run();
        });
        double coded = perSecond(k, coding);
        ErasureCode plainCode = new ErasureCode(k, n, new PlainKernel());
        double plainCoded = perSecond(k, () -> plainCode.encode(cells, CELL));
        double tagged = perSecond(k, () -> {
            stripe[0]++;
            tagging.run();
        });
        double put = perSecond(k, () -> {
            stripe[0]++;
            sealing.run();
            coding.run();
            tagging.run();
        });
        double sum = 1 / (1 / sealed + 1 / coded + 1 / tagged);
        double opened = perSecond(k,
                () -> each(0, k, piece -> seal.open(piece, stripe[0], cells[piece], CELL, plain, piece * CELL)));
        int lost = Math.min(k, n - k);
        int[] have = IntStream.range(lost, lost + k).toArray();
        int[] want = IntStream.range(0, lost).toArray();
        double rebuilt = perSecond(k, () -> {
            each(Math.max(k, lost), lost + k, piece -> seal.check(piece, stripe[0], cells[piece], CELL));
            each(lost, k, piece -> seal.open(piece, stripe[0], cells[piece], CELL, plain, piece * CELL));
            code.rebuild(cells, have, want, CELL);
            each(0, lost, piece -> seal.openRebuilt(piece, stripe[0], cells[piece], CELL, plain, piece * CELL));
        });
        System.out.printf(Locale.ROOT, "%2d of %2d: seal %5.2f  code %5.2f (%.1f times plain Java)  tag parity %5.2f"
                + " | put %5.2f = %.2f of the sum of its steps | get %5.2f  get with %d data pieces lost %5.2f%n",
                k, n, sealed, coded, coded / plainCoded, tagged, put, put / sum, opened, lost, rebuilt);
    }

    /// How the JDK's AES-GCM warms up in calls of one cell: after 1, 100, 1000, 3000 and 10000 calls.
    private static String first() {
        CellSeal seal = new CellSeal(new byte[CellSeal.KEY_BYTES]);
        byte[] plain = new byte[CELL];
        byte[] cell = new byte[CELL + CellSeal.TAG_BYTES];
        StringBuilder text = new StringBuilder();
        int done = 0;
        for (int until : new int[] {1, 100, 1000, 3000, 10_000}) {
            long start = System.nanoTime();
            int calls = until - done;
            for (; done < until; done++) {
                seal.seal(0, done, plain, 0, CELL, cell);
            }
            text.append(String.format(Locale.ROOT, "to %d: %.3f  ", until, (double) calls * CELL / (System.nanoTime() - start)));
        }
        return text.toString();
    }

    private static double perSecond(int k, Runnable work) {
        double best = 0;
        var threads = ManagementFactory.getThreadMXBean();
        for (int round = 0; round < ROUNDS; round++) {
            long start = threads.getCurrentThreadCpuTime();
            long passed = 0;
            long stripes = 0;
            while (passed < NANOS) {
                for (int i = 0; i < 20; i++) {
                    work.run();
                }
                stripes += 20;
                passed = threads.getCurrentThreadCpuTime() - start;
            }
            best = Math.max(best, (double) stripes * k * CELL / passed);
        }
        return best;
    }

    private static void each(int from, int to, IntConsumer work) {
        for (int i = from; i < to; i++) {
            work.accept(i);
        }
    }
}
