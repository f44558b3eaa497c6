package leaseback.manager.payment;

import java.util.List;

/// The bank by files: the operator takes the run's pain.001 to the bank and brings back its camt.053, so nothing is known at once.
public final class BankFiles implements PaymentPort {
    @Override
    public List<Outcome> send(List<Payment> payouts) {
        return List.of();
    }

    @Override
    public String describe() {
        return "files for the bank: pain.001 out, camt.053 in";
    }
}
