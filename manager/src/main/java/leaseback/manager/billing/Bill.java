package leaseback.manager.billing;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import leaseback.manager.catalog.Money;
import leaseback.manager.document.Party;
import leaseback.manager.document.Vat;
import org.jspecify.annotations.Nullable;

/// A document about money: what a customer owes us, or what we owe a host. Never altered once it has a number.
///
/// @param number  `B-2027-000012`, `P-2027-000012`, or `C-2027-000012` for a credit note
/// @param orderId the order it is for; null for a month
/// @param from    begin of its period; `to` is the first instant after it
/// @param due     by when it is to be paid
/// @param seller  as it was known on the day of issue; null for not at all, and so the buyer
/// @param tax     what is in `gross`, and why
/// @param rounding what is between net, tax and the prices that were promised: a cent at most, either way
/// @param gross   what is owed: all lines, and the tax that comes on top of a payout; less than nothing where we owe it
/// @param credits the number of the bill that this takes back in part or whole; null for what is no credit note
public record Bill(UUID id, String number, Kind kind, UUID customerId, @Nullable UUID orderId, Instant from, Instant to, Instant issuedAt,
        LocalDate due, @Nullable Party seller, @Nullable Party buyer, List<Line> lines, Tax tax, Money rounding, Money gross,
        @Nullable String credits) {
    /// Which way the money goes.
    public enum Kind {
        /// The customer owes us.
        BILL("B"),
        /// We owe the customer, as a host.
        PAYOUT("P");

        private final String letter;

        Kind(String letter) {
            this.letter = letter;
        }

        String letter() {
            return letter;
        }
    }

    /// Value added tax of a document.
    ///
    /// @param country where it is due, ISO 3166; `--` where none is charged
    /// @param amount  part of the gross
    public record Tax(Vat vat, String country, Money amount) {}

    public Bill {
        lines = List.copyOf(lines);
    }

    public Money net() {
        return gross.minus(tax.amount()).minus(rounding);
    }
}
