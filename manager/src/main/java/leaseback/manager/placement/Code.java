package leaseback.manager.placement;

/// Into how many pieces a segment is coded.
///
/// @param k      pieces that suffice to read
/// @param n      pieces, each on a host of its own
/// @param needed pieces that must lie on disk before a segment counts as stored; what is promised holds for any `needed` of the n
public record Code(int k, int n, int needed) {
    /// More streams than this for one PUT cost more than their parities are worth.
    static final int MOST_PIECES = 40;
    static final int MOST_K = 20;
    /// What the choice was before there were promises: a third of the pieces suffices, half of the hosts may be lost.
    private static final int HABIT_PIECES = 12;

    public Code {
        if (k < 1 || needed < k || n < needed) {
            throw new IllegalArgumentException("1 <= k <= needed <= n does not hold for " + k + ", " + needed + ", " + n);
        }
    }

    /// Some hosts may fail or be slow in each PUT: one, and one of six where there are many.
    static Code spared(int k, int n) {
        return new Code(k, n, n - Math.max(1, n / 6));
    }

    /// The best that so few hosts can do without a promise.
    public static Code habit(int hosts) {
        int n = Math.min(hosts, HABIT_PIECES);
        int k = Math.max(1, n / 3);
        return new Code(k, n, Math.min(n, k + n / 2));
    }

    /// Stored bytes for each byte.
    public double expansion() {
        return (double) n / k;
    }

    /// Hosts that may be lost for good right after a PUT was acknowledged.
    public int losses() {
        return needed - k;
    }

    /// What a code costs, in bytes stored for each byte: parities cost processor time, each piece costs a stream and a file.
    double cost() {
        return expansion() + 0.03 * (n - k) + 0.005 * n;
    }

    @Override
    public String toString() {
        return k + " of " + n + " (" + needed + " on disk)";
    }
}
