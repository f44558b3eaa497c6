package leaseback.manager.payment;

import java.time.LocalDate;
import java.util.List;
import leaseback.manager.catalog.Money;

/// What the bank says happened on our account.
///
/// @param id      the bank's
/// @param account its IBAN, or another number; empty where it does not say
/// @param entries booked ones, in the bank's order
record BankStatement(String id, String account, List<Entry> entries) {
    BankStatement {
        entries = List.copyOf(entries);
    }

    /// One payment within a booked entry.
    ///
    /// @param place      of the entry in its statement and of the payment in its entry: `12/1`
    /// @param credit     money came in
    /// @param endToEnd   what its sender called it; empty for none
    /// @param returned   why the bank sends something back; empty where it does not
    record Entry(String place, boolean credit, Money amount, LocalDate valueDate, String endToEnd, String reference, String counterparty,
            String returned) {}
}
