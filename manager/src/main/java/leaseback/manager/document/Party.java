package leaseback.manager.document;

import leaseback.manager.customer.BillingDetails;
import org.jspecify.annotations.Nullable;

/// Seller or buyer, as it stood when the document was written.
///
/// @param country ISO 3166
/// @param vatId   with its country's letters; null for those who have none
public record Party(String name, String street, String postcode, String city, String country, @Nullable String vatId) {
    public static Party of(BillingDetails details) {
        return new Party(details.name(), details.street(), details.postcode(), details.city(), details.country(), details.vatId());
    }

    /// ISO 3166 of the country that gave the VAT id, where there is one; Greece writes EL, Northern Ireland XI.
    @Nullable String vatCountry() {
        return vatId == null ? null : switch (vatId.substring(0, 2)) {
            case "EL" -> "GR";
            case "XI" -> "GB";
            case String given -> given;
        };
    }
}
