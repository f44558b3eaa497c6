package leaseback.manager.compliance;

import java.math.BigDecimal;
import java.util.List;
import java.util.UUID;

/// How well a lease's hours were kept in a period.
///
/// @param kept     minutes present of those that were asked for, without outages of ours and pauses
/// @param excused  minutes that were agreed and not asked for
/// @param readings those it rests on, by the time they begin; empty where many were asked about at once
public record Score(Tally kept, long excused, List<UUID> readings) {
    public Score {
        readings = List.copyOf(readings);
    }

    /// 0 to 1, with eight decimals at most; 1 when nothing was asked.
    public BigDecimal value() {
        return kept.score();
    }
}
