package leaseback.manager.web;

import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import leaseback.manager.compliance.Compliance;
import leaseback.manager.compliance.Finding;
import leaseback.manager.compliance.Provision;
import leaseback.manager.lease.Pause;
import leaseback.manager.lease.Terms;
import leaseback.manager.lease.Transition;
import leaseback.manager.order.Order;
import org.jspecify.annotations.Nullable;

/// One agreement: what was agreed, how it is kept, and how it came to be where it is.
///
/// @param standing how it is kept
/// @param terms    every version, the newest first
/// @param history  the newest first
/// @param order    that it came with; null where there is none
/// @param host     its machine as a host, once it has enrolled
public record LeasePage(LeaseLine line, Compliance.Standing standing, List<Terms> terms, List<Pause> pauses, List<Transition> history,
        @Nullable Order order, @Nullable UUID host, Instant now) {
    private static final int DAYS = 30;

    /// Days of one provision, the oldest first.
    public record Strip(String name, String words, List<Cell> cells) {}

    /// One day of it.
    ///
    /// @param mark  `good`, `bad`, or `none` where nothing was judged
    /// @param words for who points at it
    public record Cell(int x, String mark, String words) {}

    /// How each provision was kept in the last 30 days, where anything was judged.
    public List<Strip> strips() {
        LocalDate today = now.atZone(line.lease().zone()).toLocalDate();
        Map<Provision, Finding[]> days = new EnumMap<>(Provision.class);
        for (Compliance.Told told : standing.findings()) {
            long ago = ChronoUnit.DAYS.between(told.finding().day(), today);
            if (ago >= 1 && ago <= DAYS) {
                days.computeIfAbsent(told.finding().provision(), provision -> new Finding[DAYS])[DAYS - (int) ago] = told.finding();
            }
        }
        List<Strip> strips = new ArrayList<>();
        days.forEach((provision, findings) -> {
            List<Cell> cells = new ArrayList<>();
            for (int i = 0; i < DAYS; i++) {
                Finding finding = findings[i];
                cells.add(finding == null ? new Cell(i * 10, "none", today.minusDays(DAYS - i) + ": nothing was judged")
                        : new Cell(i * 10, finding.kept() ? "good" : "bad", finding.words()));
            }
            strips.add(new Strip(provision.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '), provision.words(), cells));
        });
        return strips;
    }

    /// Who did something, as its owner would say it.
    public static String toTheOwner(String actor) {
        return actor.startsWith("customer:") ? "you" : actor.startsWith("host:") || actor.equals("agent") ? "the machine" : "we";
    }

    /// Of the last 30 days, such as `97.5 %`.
    public String score() {
        return standing.score().movePointRight(2).setScale(1, java.math.RoundingMode.HALF_EVEN).stripTrailingZeros().toPlainString() + "\u202f%";
    }
}
