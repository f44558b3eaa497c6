package leaseback.app;

import java.math.BigDecimal;
import java.util.Currency;
import tools.jackson.databind.JsonNode;

/// An amount of money as the API writes it, `{"minor":1234,"currency":"EUR"}`, as people read it: `12.34 EUR`.
final class Amount {
    private Amount() {}

    static String shown(JsonNode money) {
        String currency = money.path("currency").asString("EUR");
        return BigDecimal.valueOf(money.path("minor").asLong(), digits(currency)).toPlainString() + " " + currency;
    }

    /// How many digits of it are minor units.
    static int digits(String currency) {
        return Math.max(0, Currency.getInstance(currency).getDefaultFractionDigits());
    }
}
