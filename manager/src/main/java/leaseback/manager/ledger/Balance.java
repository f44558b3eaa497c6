package leaseback.manager.ledger;

import leaseback.manager.catalog.Money;

/// What went through an account.
///
/// @param debit  the sum of what it was charged
/// @param credit the sum of what it was given
public record Balance(Account account, Money debit, Money credit) {
    /// What it stands at, positive on the side on which accounts of its kind grow.
    public Money money() {
        return account.kind().growsByDebit() ? debit.minus(credit) : credit.minus(debit);
    }

    /// Debit less credit, whatever the kind: over all accounts these add up to nothing.
    public Money net() {
        return debit.minus(credit);
    }
}
