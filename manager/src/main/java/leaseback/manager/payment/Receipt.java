package leaseback.manager.payment;

import java.time.LocalDate;
import java.util.UUID;
import leaseback.manager.catalog.Money;
import org.jspecify.annotations.Nullable;

/// Money that came in.
///
/// @param id         the caller's own: the same again is answered with what was kept first
/// @param customerId whose it is; null to find out by the reference
/// @param reference  as the payer wrote it, up to 400 characters
/// @param payer      their name
/// @param through    where it lies now
public record Receipt(UUID id, @Nullable UUID customerId, Money amount, String reference, String payer, LocalDate valueDate, Through through) {
    public enum Through {
        BANK,
        PSP
    }

    @SuppressWarnings("NullAway") // comes from JSON, where anything may be missing
    public Receipt {
        if (id == null || amount == null || valueDate == null || through == null) {
            throw new IllegalArgumentException("a payment needs an id of your own (a UUID), amount, valueDate (2027-01-31) and through (BANK or PSP)");
        }
        if (amount.minor() <= 0) {
            throw new IllegalArgumentException("a payment is more than nothing, not " + amount);
        }
        reference = reference == null ? "" : Texts.line(reference, 400);
        payer = payer == null ? "" : Texts.line(payer, 140);
    }
}
