package leaseback.manager.customer;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Who a bill or a statement is written to or by, and where money goes.
///
/// @param name     of the person or firm, 1 to 140 characters, as every line of the address
/// @param country  ISO 3166, two letters
/// @param vatId    with its country's letters, no blanks: `DE123456789`; null for those who have none
/// @param iban     where we pay to; null for nowhere
/// @param language of letters and documents: `de` or `en`
public record BillingDetails(String name, String street, String postcode, String city, String country, @Nullable String vatId,
        @Nullable Iban iban, String language) {
    private static final int LONGEST = 140;
    private static final Pattern VAT_ID = Pattern.compile("[A-Z]{2}[A-Z0-9+*]{2,13}");
    private static final Set<String> COUNTRIES = Set.copyOf(Arrays.asList(Locale.getISOCountries()));
    private static final Set<String> LANGUAGES = Set.of("de", "en");

    /// @throws IllegalArgumentException when something is missing or malformed; the message says what it should be
    public BillingDetails {
        line("name", name, LONGEST);
        line("street", street, LONGEST);
        line("postcode", postcode, 16);
        line("city", city, LONGEST);
        if (!COUNTRIES.contains(country)) {
            throw new IllegalArgumentException("country is two capital letters of ISO 3166, such as DE; not \"" + country + "\"");
        }
        if (vatId != null && (!VAT_ID.matcher(vatId).matches() || !COUNTRIES.contains(vatCountry(vatId)))) {
            throw new IllegalArgumentException("a vatId begins with its country's two letters and has no blanks, such as DE123456789;"
                    + " leave it out where there is none; not \"" + vatId + "\"");
        }
        if (!LANGUAGES.contains(language)) {
            throw new IllegalArgumentException("language is de or en, not \"" + language + "\"");
        }
    }

    /// ISO 3166 of the country that gave the VAT id, where there is one; Greece writes EL, Northern Ireland XI.
    public @Nullable String vatCountry() {
        return vatId == null ? null : vatCountry(vatId);
    }

    private static String vatCountry(String vatId) {
        return switch (vatId.substring(0, 2)) {
            case "EL" -> "GR";
            case "XI" -> "GB";
            case String country -> country;
        };
    }

    @SuppressWarnings("NullAway") // comes from JSON, where anything may be missing
    private static void line(String field, String value, int longest) {
        if (value == null || value.isBlank() || value.length() > longest || value.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(field + " is one line of 1 to " + longest + " characters");
        }
    }
}
