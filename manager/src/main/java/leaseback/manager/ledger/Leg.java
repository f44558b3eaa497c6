package leaseback.manager.ledger;

import leaseback.manager.catalog.Money;

/// One movement between two accounts: what `debit` is charged, `credit` is given. So no leg, and no sum of legs, can be out of balance.
///
/// @param amount more than nothing; the other direction is the accounts exchanged
/// @param source the line of the document that says why
public record Leg(Account debit, Account credit, Money amount, DocumentLine source) {
    @SuppressWarnings("NullAway") // comes from JSON too, where anything may be missing
    public Leg {
        if (debit == null || credit == null || amount == null || source == null) {
            throw new IllegalArgumentException("a leg needs debit, credit, amount and source");
        }
        if (amount.minor() <= 0) {
            throw new IllegalArgumentException("a leg moves more than nothing, not " + amount + "; exchange debit and credit instead");
        }
        if (debit.equals(credit)) {
            throw new IllegalArgumentException("a leg goes from one account to another, not from " + debit + " to itself");
        }
    }

    Leg turned(DocumentLine because) {
        return new Leg(/* debit= */ credit, /* credit= */ debit, amount, because);
    }
}
