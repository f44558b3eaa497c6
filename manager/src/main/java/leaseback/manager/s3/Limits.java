package leaseback.manager.s3;

/// What one customer may take of one manager. Anonymous callers count by the address they come from.
///
/// @param requestsPerSecond that may go on for ever
/// @param burst             requests at once after a pause
/// @param buckets           of one owner
/// @param slowestBytes      a second that a body must bring, or a reader take, on the average; 0 for none
public record Limits(int requestsPerSecond, int burst, int buckets, long slowestBytes) {
    /// 5,000 a second and 10,000 at once; 1,000 buckets; 1 KiB a second.
    public static final Limits NORMAL = new Limits(5_000, 10_000, 1_000, 1_024);

    public Limits {
        if (requestsPerSecond < 1 || burst < 1 || buckets < 1 || slowestBytes < 0) {
            throw new IllegalArgumentException("nobody could do anything with " + requestsPerSecond + " requests a second, " + burst
                    + " at once, " + buckets + " buckets, " + slowestBytes + " bytes a second at least");
        }
    }
}
