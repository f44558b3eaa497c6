package leaseback.manager.catalog;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Currency;

/// An amount in the minor units of its currency (cents), never a fraction of one.
///
/// @param currency ISO 4217
public record Money(long minor, String currency) implements Comparable<Money> {
    public Money {
        if (currency == null) {
            throw new IllegalArgumentException("an amount of money needs its currency, such as EUR");
        }
        try {
            Currency.getInstance(currency);
        } catch (IllegalArgumentException unknown) {
            throw new IllegalArgumentException("\"" + currency + "\" is not a currency of ISO 4217, such as EUR", unknown);
        }
    }

    public static Money zero(String currency) {
        return new Money(0, currency);
    }

    /// The nearest whole minor unit, half even: the last step of a reckoning, and the only one that rounds.
    public static Money rounded(BigDecimal minor, String currency) {
        return new Money(minor.setScale(0, RoundingMode.HALF_EVEN).longValueExact(), currency);
    }

    /// How many digits of it are minor units: 2 of EUR, none of JPY.
    public static int digits(String currency) {
        return Math.max(0, Currency.getInstance(currency).getDefaultFractionDigits());
    }

    /// In whole units of the currency, such as 849.00.
    public BigDecimal amount() {
        return BigDecimal.valueOf(minor, digits(currency));
    }

    public Money plus(Money other) {
        return new Money(Math.addExact(minor, same(other).minor), currency);
    }

    public Money minus(Money other) {
        return new Money(Math.subtractExact(minor, same(other).minor), currency);
    }

    /// So many percent of this, rounded half even at the last step only.
    public Money percent(int percent) {
        return times(BigDecimal.valueOf(percent, 2));
    }

    /// Rounded half even to a whole minor unit.
    public Money times(BigDecimal factor) {
        return rounded(BigDecimal.valueOf(minor).multiply(factor), currency);
    }

    /// This times `numerator / denominator`, rounded half even once.
    public Money over(BigDecimal numerator, BigDecimal denominator) {
        return new Money(BigDecimal.valueOf(minor).multiply(numerator).divide(denominator, 0, RoundingMode.HALF_EVEN).longValueExact(),
                currency);
    }

    @Override
    public int compareTo(Money other) {
        return Long.compare(minor, same(other).minor);
    }

    /// As people write it: `EUR 849.00`.
    @Override
    public String toString() {
        return currency + " " + amount().toPlainString();
    }

    private Money same(Money other) {
        if (!other.currency.equals(currency)) {
            throw new IllegalArgumentException("cannot reckon " + currency + " with " + other.currency + "; use one currency");
        }
        return other;
    }
}
