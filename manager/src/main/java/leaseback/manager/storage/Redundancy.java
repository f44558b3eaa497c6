package leaseback.manager.storage;

/// Into how many pieces a segment is cut.
///
/// @param k      pieces that suffice to read
/// @param n      pieces, each on a host of its own
/// @param needed pieces that must lie on disk before a segment counts as stored
public record Redundancy(int k, int n, int needed) {
    /// Fewer hosts than this under lease keep nothing: one lost would be too many.
    public static final int FEWEST_HOSTS = 3;
    private static final int MOST_PIECES = 12;

    public Redundancy {
        if (k < 1 || needed < k || n < needed) {
            throw new IllegalArgumentException("1 <= k <= needed <= n does not hold for " + k + ", " + needed + ", " + n);
        }
    }

    /// Reckoned from the hosts under lease and not from those alive, so that it does not weaken when hosts die.
    /// With six: any two pieces suffice, five must be stored, so any three of the six hosts may be lost.
    ///
    /// @param hosts at least [#FEWEST_HOSTS]
    public static Redundancy of(int hosts) {
        int n = Math.min(hosts, MOST_PIECES);
        int k = Math.max(1, n / 3);
        return new Redundancy(k, n, Math.min(n, k + n / 2));
    }

    /// Stored bytes of each piece of a segment of `plainBytes`.
    long pieceBytes(long plainBytes) {
        long stripeBytes = (long) k * CellSeal.CELL_BYTES;
        long whole = plainBytes / stripeBytes * (CellSeal.CELL_BYTES + CellSeal.TAG_BYTES);
        long rest = plainBytes % stripeBytes;
        return rest == 0 ? whole : whole + (rest + k - 1) / k + CellSeal.TAG_BYTES;
    }
}
