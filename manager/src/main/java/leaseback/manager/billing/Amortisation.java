package leaseback.manager.billing;

import java.math.BigDecimal;
import leaseback.manager.catalog.Money;

/// A discount given at once and earned in equal months. The months' parts add up to it exactly.
final class Amortisation {
    private Amortisation() {}

    /// What is earned after so many months.
    static Money earned(Money given, int months, int kept) {
        return given.over(BigDecimal.valueOf(Math.min(months, Math.max(0, kept))), BigDecimal.valueOf(months));
    }

    static Money left(Money given, int months, int kept) {
        return given.minus(earned(given, months, kept));
    }
}
