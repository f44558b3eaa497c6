package leaseback.manager.compensation;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;

/// How much of the worth is earned, by how well the promise was kept: nothing below the first point, then straight lines from point to
/// point, and the last point's factor from there on.
///
/// @param points ascending in score, their factors never falling
public record Quality(List<Point> points) {
    /// Nothing below 0.60, half at 0.60, all at 0.90, a tenth more from 0.99 on.
    public static final Quality NORMAL = new Quality(List.of(point("0.60", "0.5"), point("0.90", "1.0"), point("0.99", "1.1")));

    public Quality {
        points = List.copyOf(points);
        for (int i = 0; i < points.size(); i++) {
            Point point = points.get(i);
            boolean follows = i == 0 || point.score().compareTo(points.get(i - 1).score()) > 0
                    && point.factor().compareTo(points.get(i - 1).factor()) >= 0;
            if (!follows || point.score().signum() < 0 || point.score().compareTo(BigDecimal.ONE) > 0 || point.factor().signum() < 0) {
                throw new IllegalArgumentException("the points of quality ascend from score 0 to 1, and their factors do not fall: " + points);
            }
        }
        if (points.isEmpty()) {
            throw new IllegalArgumentException("quality needs a point");
        }
    }

    /// At this score, so much.
    public record Point(BigDecimal score, BigDecimal factor) {}

    /// @param score 0 to 1
    public BigDecimal factor(BigDecimal score) {
        if (score.signum() < 0 || score.compareTo(BigDecimal.ONE) > 0) {
            throw new IllegalArgumentException("a score is 0 to 1, not " + score);
        }
        if (score.compareTo(points.getFirst().score()) < 0) {
            return BigDecimal.ZERO;
        }
        for (int i = 1; i < points.size(); i++) {
            Point to = points.get(i);
            if (score.compareTo(to.score()) < 0) {
                Point from = points.get(i - 1);
                BigDecimal way = score.subtract(from.score()).divide(to.score().subtract(from.score()), MathContext.DECIMAL64);
                return from.factor().add(to.factor().subtract(from.factor()).multiply(way));
            }
        }
        return points.getLast().factor();
    }

    private static Point point(String score, String factor) {
        return new Point(new BigDecimal(score), new BigDecimal(factor));
    }
}
