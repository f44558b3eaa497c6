package leaseback.manager.web;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import leaseback.manager.upkeep.Upkeep;
import org.jspecify.annotations.Nullable;

/// How well what is stored is kept.
///
/// @param report null where this manager does not know
public record StoragePage(long objects, long bytes, Upkeep.@Nullable Report report, Instant now) {
    public Upkeep.Report known() {
        if (report == null) {
            throw new IllegalStateException("nothing is known: ask `ready` first");
        }
        return report;
    }

    /// Whether the first walk over all segments has ended.
    public boolean ready() {
        return report != null && report.figures() != null;
    }

    private leaseback.manager.upkeep.Figures figures() {
        leaseback.manager.upkeep.Figures figures = known().figures();
        if (figures == null) {
            throw new IllegalStateException("the first walk has not ended: ask `ready` first");
        }
        return figures;
    }

    /// Losses that the worst segment bears; null when nothing is on hosts.
    public @Nullable Integer bears() {
        return figures().worstMargin();
    }

    public String worst() {
        Integer margin = bears();
        return margin == null ? "nothing is on hosts"
                : margin < 0 ? Figures.count(figures().lost(), "segment") + " lost: too few pieces are left"
                : "the worst of " + Figures.count(figures().segments(), "segment") + " bears so many more losses";
    }

    public boolean bad() {
        Integer margin = bears();
        return margin != null && margin <= 0 || figures().unreadable() > 0;
    }

    public long atRisk() {
        return figures().toMake();
    }

    public long unreadable() {
        return figures().unreadable();
    }

    public Instant walked() {
        return figures().endedAt();
    }

    /// Of the pieces made in the last day and those that wait, in percent; full when none waits.
    public long repaired() {
        long done = known().lastDay().pieces();
        long left = known().waitingPieces();
        return left == 0 ? 100 : Math.min(99, 100 * done / (done + left));
    }

    /// Pieces by how they stand, in words.
    public List<Map.Entry<String, Long>> pieces() {
        return figures().byState().entrySet().stream()
                .map(entry -> Map.entry(entry.getKey().name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '), entry.getValue())).toList();
    }
}
