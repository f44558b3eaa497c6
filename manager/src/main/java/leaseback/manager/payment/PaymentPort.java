package leaseback.manager.payment;

import java.util.List;
import java.util.UUID;

/// Where payouts leave the house.
public interface PaymentPort {
    /// What became of a payout.
    ///
    /// @param reason why it was not taken; empty where it was paid
    record Outcome(UUID payment, boolean paid, String reason) {}

    /// Takes payouts on their way, outside of any transaction; the same again is taken once.
    ///
    /// @return what is known at once; the rest is told later by the bank's statement
    List<Outcome> send(List<Payment> payouts);

    /// For the operator: what this is.
    String describe();
}
