package leaseback.manager.storage;

import java.util.concurrent.atomic.LongAdder;

/// Counts as things happen, see [StorageCounts], and how prompt hosts were lately.
final class Tally {
    final LongAdder writtenBytes = new LongAdder();
    final LongAdder readBytes = new LongAdder();
    final LongAdder refusedWrites = new LongAdder();
    final LongAdder refusedReads = new LongAdder();
    final LongAdder rebuiltCells = new LongAdder();
    /// Segments stored as well as could be because the promise of their class, which does not insist, could not be kept.
    final LongAdder unpromised = new LongAdder();
    final LongAdder wrongCells = new LongAdder();
    final LongAdder hedgedReads = new LongAdder();
    final Promptness promptness = new Promptness();

    StorageCounts counts() {
        return new StorageCounts(writtenBytes.sum(), readBytes.sum(), refusedWrites.sum(), refusedReads.sum(), rebuiltCells.sum(),
                wrongCells.sum(), unpromised.sum(), hedgedReads.sum());
    }
}
