package leaseback.manager.document;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/// How something is taxed.
///
/// @param percent such as 19 or 25.5; more than nothing for STANDARD, nothing for all others
/// @param reason  why there is no tax, in words for the document; null for STANDARD and ZERO
public record Vat(Category category, BigDecimal percent, @Nullable String reason) {
    /// The codes of EN 16931.
    public enum Category {
        STANDARD("S"),
        ZERO("Z"),
        EXEMPT("E"),
        /// The buyer owes the tax.
        REVERSE_CHARGE("AE"),
        /// The seller is no taxable person.
        OUTSIDE("O");

        private final String code;

        Category(String code) {
            this.code = code;
        }

        public String code() {
            return code;
        }
    }

    public Vat {
        if (percent.signum() < 0 || percent.compareTo(BigDecimal.valueOf(100)) > 0 || percent.signum() > 0 != (category == Category.STANDARD)) {
            throw new IllegalArgumentException("a VAT of " + percent + " % cannot be " + category
                    + ": STANDARD has more than 0 and at most 100, all others 0");
        }
        boolean plain = category == Category.STANDARD || category == Category.ZERO;
        if (plain != (reason == null) || reason != null && reason.isBlank()) {
            throw new IllegalArgumentException("a VAT needs a reason when it is EXEMPT, REVERSE_CHARGE or OUTSIDE, and has none otherwise: "
                    + category);
        }
        percent = percent.signum() == 0 ? BigDecimal.ZERO : percent.stripTrailingZeros();
    }

    public static Vat standard(BigDecimal percent) {
        return new Vat(Category.STANDARD, percent, null);
    }

    public static Vat none(Category category, String reason) {
        return new Vat(category, BigDecimal.ZERO, reason);
    }
}
