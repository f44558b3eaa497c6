package leaseback.manager.upkeep;

import java.time.Duration;

/// What upkeep may use, and how patient it is.
///
/// @param awayGrace            promised time a host may miss before its pieces count as lost
/// @param repairBytesPerSecond read and sent by this manager for repair, at most
/// @param repairsAtOnce        segments, at most
/// @param auditBytesPerDay     asked of each host, at most
/// @param pagesPerRound        of 500 segments that one round of the walk looks at
public record UpkeepSettings(Duration awayGrace, long repairBytesPerSecond, int repairsAtOnce, long auditBytesPerDay,
        int pagesPerRound) {
    /// 8 promised hours; 32 MiB/s; 4 at once; 64 MiB a day, which is 1023 cells; 20,000 segments a round.
    public static final UpkeepSettings NORMAL = new UpkeepSettings(Duration.ofHours(8), 32L << 20, 4, 64L << 20, 40);

    public UpkeepSettings {
        if (awayGrace.isNegative() || repairBytesPerSecond < 1 || repairsAtOnce < 1 || auditBytesPerDay < 1 || pagesPerRound < 1) {
            throw new IllegalArgumentException("upkeep with these bounds would never do anything: " + awayGrace + ", "
                    + repairBytesPerSecond + ", " + repairsAtOnce + ", " + auditBytesPerDay + ", " + pagesPerRound);
        }
    }
}
