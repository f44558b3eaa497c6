package leaseback.manager.billing;

import java.math.BigDecimal;
import java.util.List;
import leaseback.manager.catalog.Money;
import leaseback.manager.ledger.Account;
import leaseback.manager.ledger.DocumentLine;

/// One line of a bill or a payout.
///
/// @param text     what a person reads
/// @param quantity of `unit`, such as 0.6129 months
/// @param price    minor units for one of the unit; may be a fraction of one
/// @param amount   rounded once; on a bill with the tax in it, negative for what is taken off
/// @param account  the other side: revenue or an incentive on a bill, an expense or what is held on a payout
/// @param words    how the amount came about, for who asks
/// @param because  the terms, readings and documents it rests on
public record Line(String text, BigDecimal quantity, String unit, BigDecimal price, Money amount, Account account, String words,
        List<DocumentLine> because) {
    public Line {
        because = List.copyOf(because);
    }
}
