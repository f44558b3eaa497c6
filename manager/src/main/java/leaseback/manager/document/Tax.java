package leaseback.manager.document;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import leaseback.manager.catalog.Refusal;
import org.jspecify.annotations.Nullable;

/// The table by which documents are taxed. All of it is the operator's data; nothing here is advice.
///
/// A seller without a VAT id charges none. Where both sides have VAT ids of different countries of the union, the buyer owes the tax.
/// Otherwise the rate of a country on the last day of the period holds: the seller's where both are in one country, or in the union
/// and `consumersTaxedAt` is SELLER; else the buyer's.
///
/// @param union            countries of ISO 3166 among which reverse charge holds
/// @param consumersTaxedAt whose rate a buyer without VAT id in another country of the union pays
public record Tax(Set<String> union, Place consumersTaxedAt, List<Rate> rates) {
    /// Whose country.
    public enum Place {
        SELLER,
        BUYER
    }

    /// What one country takes.
    ///
    /// @param percent more than nothing for STANDARD
    /// @param from    first day
    /// @param until   first day no longer; null for open
    /// @param reason  for the document, where the category is EXEMPT
    public record Rate(String country, Vat.Category category, BigDecimal percent, LocalDate from, @Nullable LocalDate until,
            @Nullable String reason) {
        @SuppressWarnings("NullAway") // comes from JSON, where anything may be missing
        public Rate {
            if (country == null || !country.matches("[A-Z]{2}") || category == null || percent == null || from == null) {
                throw new IllegalArgumentException("a rate needs country (DE), category (STANDARD, ZERO or EXEMPT), percent and from (2021-01-01)");
            }
            if (until != null && !until.isAfter(from)) {
                throw new IllegalArgumentException("the rate of " + country + " from " + from + " ends on " + until + ", before it begins");
            }
            if (category == Vat.Category.REVERSE_CHARGE || category == Vat.Category.OUTSIDE) {
                throw new IllegalArgumentException("a rate of the table is STANDARD, ZERO or EXEMPT; " + category + " follows from VAT ids");
            }
            new Vat(category, percent, reason);
        }

        boolean holds(String asked, LocalDate day) {
            return country.equals(asked) && !day.isBefore(from) && (until == null || day.isBefore(until));
        }

        private boolean meets(Rate other) {
            return country.equals(other.country) && (other.until == null || from.isBefore(other.until))
                    && (until == null || other.from.isBefore(until));
        }
    }

    @SuppressWarnings("NullAway") // comes from JSON, where anything may be missing
    public Tax {
        if (union == null || consumersTaxedAt == null || rates == null || rates.size() > 1_000) {
            throw new IllegalArgumentException("a tax table has union (countries), consumersTaxedAt (SELLER or BUYER) and at most 1000 rates");
        }
        union = Set.copyOf(new HashSet<>(union));
        rates = List.copyOf(rates);
        for (int i = 0; i < rates.size(); i++) {
            for (Rate later : rates.subList(i + 1, rates.size())) {
                if (rates.get(i).meets(later)) {
                    throw new IllegalArgumentException("two rates of " + later.country() + " hold at once: from " + rates.get(i).from() + " and from "
                            + later.from() + "; end the first with until");
                }
            }
        }
    }

    /// How what `seller` provides to `buyer` is taxed on `day`.
    ///
    /// @param language of the reason, `de` or `en`
    /// @throws Refusal UNFIT when the table does not say
    public Vat on(Party seller, Party buyer, LocalDate day, String language) {
        Words words = Words.of(language);
        if (seller.vatId() == null) {
            return Vat.none(Vat.Category.OUTSIDE, words.say("Ohne Umsatzsteuer: der Leistende hat keine USt-IdNr.",
                    "Without VAT: the seller has no VAT id."));
        }
        String from = String.valueOf(seller.vatCountry());
        String to = buyer.vatId() == null ? buyer.country() : String.valueOf(buyer.vatCountry());
        boolean within = union.contains(from) && union.contains(to);
        if (within && buyer.vatId() != null && !from.equals(to)) {
            return Vat.none(Vat.Category.REVERSE_CHARGE, words.say("Steuerschuldnerschaft des Leistungsempf\u00e4ngers (Reverse Charge).",
                    "Reverse charge: the buyer owes the tax."));
        }
        String country = place(seller, buyer);
        return rates.stream().filter(rate -> rate.holds(country, day)).findFirst()
                .map(rate -> new Vat(rate.category(), rate.percent(), rate.reason()))
                .orElseThrow(() -> Refusal.unfit("the tax table has no rate of " + country + " on " + day
                        + "; add it with PUT /api/tax"));
    }

    /// In which country what is not reverse charge is taxed.
    public String place(Party seller, Party buyer) {
        String from = seller.vatId() == null ? seller.country() : String.valueOf(seller.vatCountry());
        String to = buyer.vatId() == null ? buyer.country() : String.valueOf(buyer.vatCountry());
        boolean within = union.contains(from) && union.contains(to);
        return from.equals(to) || within && consumersTaxedAt == Place.SELLER ? from : to;
    }
}
