package leaseback.manager.catalog;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// On what an incentive rests and what becomes of it when the promise is broken and not put right.
///
/// @param amortiseMonths over how many equal months it is earned, and spread in the books; 0 when it is earned as it is given
/// @param conditions     in the customer's words
public record Clause(@MayBeMissing OnBreach onBreach, @MayBeMissing int amortiseMonths, @MayBeMissing List<String> conditions) {
    /// As incentives of before had it.
    public static final Clause PLAIN = new Clause(OnBreach.PAUSE, 0, List.of());

    /// What becomes of an incentive.
    public enum OnBreach {
        PAUSE,
        REDUCE,
        END,
        CLAWBACK
    }

    public Clause {
        onBreach = or(onBreach, OnBreach.PAUSE);
        conditions = List.copyOf(or(conditions, List.of()));
        if (amortiseMonths < 0 || amortiseMonths > 120 || conditions.size() > 10) {
            throw new IllegalArgumentException("an incentive's clause has 0 to 120 months and at most 10 conditions, not "
                    + amortiseMonths + " and " + conditions.size());
        }
        if (onBreach == OnBreach.CLAWBACK && amortiseMonths == 0) {
            throw new IllegalArgumentException("an incentive that is paid back upon a breach needs amortiseMonths, in which it is earned");
        }
        conditions.forEach(each -> Text.line("a condition", each));
    }

    /// What of `worth` is not earned yet after so many months kept.
    public Money unearned(Money worth, int monthsKept) {
        int left = Math.max(0, amortiseMonths - Math.max(0, monthsKept));
        return left == 0 ? Money.zero(worth.currency())
                : worth.over(BigDecimal.valueOf(left), BigDecimal.valueOf(amortiseMonths));
    }

    /// To be read after the incentive's own sentence.
    String words() {
        StringBuilder words = new StringBuilder();
        conditions.forEach(each -> words.append(" Condition: ").append(each).append(each.endsWith(".") ? "" : "."));
        words.append(switch (onBreach) {
            case PAUSE -> "";
            case REDUCE -> " While the promise is broken and not put right, you get less of it, in proportion.";
            case END -> " It ends if the promise is broken and not put right.";
            case CLAWBACK -> " It is earned in " + amortiseMonths
                    + " equal months; if the lease ends because the promise was broken, you pay back what is not earned yet.";
        });
        return words.toString();
    }

    static Clause or(@Nullable Clause clause) {
        return or(clause, PLAIN);
    }

    static <T> T or(@Nullable T given, T otherwise) {
        return given == null ? otherwise : given;
    }
}
