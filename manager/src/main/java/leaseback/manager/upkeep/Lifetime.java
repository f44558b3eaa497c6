package leaseback.manager.upkeep;

/// How long a segment would live if nobody repaired it: a model to put repairs in order, not a promise.
///
/// Each surviving piece is lost after an exponential time at its own rate. With m survivors at the mean rate r the first
/// loss comes after 1/(m r) days on average, the next after 1/((m - 1) r), and so on until fewer than k are left:
/// sum over i = k..m of 1/(i r).
final class Lifetime {
    /// Losses a day: a PC that keeps its lease is lost every 400 days, one that is away comes back nine times in ten.
    private static final double STEADY = 1.0 / 400;
    private static final double AWAY = 1.0 / 10;
    private static final double LEAVING = 1.0 / 30;

    private Lifetime() {}

    static double days(RepairPlan.Case segment) {
        double rates = 0;
        int survivors = 0;
        for (PieceState piece : segment.pieces()) {
            if (piece.survives()) {
                survivors++;
                rates += rate(piece);
            }
        }
        double days = 0;
        for (int left = segment.k(); left <= survivors; left++) {
            days += survivors / (left * rates);
        }
        return days;
    }

    private static double rate(PieceState state) {
        return switch (state) {
            case PRESENT, ASLEEP -> STEADY;
            case AWAY -> AWAY;
            case LEAVING, LEAVING_AWAY -> LEAVING;
            case LOST, FLAWED, NONE -> 0;
        };
    }
}
