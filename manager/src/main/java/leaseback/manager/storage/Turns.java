package leaseback.manager.storage;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// How many contents pass through this manager at once: each holds some MiB of cells, and the heap is what it is.
/// Who comes when all turns are taken waits a while, in order of arrival.
final class Turns {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private final Semaphore free;
    private final int most;
    private final String what;

    /// @param what of the work, for the refusal: `uploads`
    Turns(String what, int most) {
        this.what = what;
        this.most = most;
        this.free = new Semaphore(most, true);
    }

    /// As many as leave half the heap to others when each takes `mebibytes`; 4 to 256.
    static Turns within(String what, int mebibytes) {
        long most = Runtime.getRuntime().maxMemory() / 2 / ((long) mebibytes << 20);
        return new Turns(what, Math.clamp(most, 4, 256));
    }

    void take() throws StorageFault {
        try {
            if (!free.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new StorageFault(StorageFault.Reason.BUSY, "this manager has " + most + " " + what
                        + " under way and takes no more at once; try again in a moment");
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new StorageFault(StorageFault.Reason.BUSY, "this manager is stopping");
        }
    }

    void giveBack() {
        free.release();
    }
}
