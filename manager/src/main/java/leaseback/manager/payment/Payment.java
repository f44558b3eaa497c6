package leaseback.manager.payment;

import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;
import leaseback.manager.catalog.Money;
import leaseback.manager.customer.Iban;
import org.jspecify.annotations.Nullable;

/// One movement of money between us and somebody.
///
/// @param customerId   whose; null for partners, and while nobody knows
/// @param partner      the item of the partner's account, such as `isp-north`
/// @param reference    what the bank carries along: the number of a bill, or what we call a payout
/// @param counterparty the name of who paid or is paid
/// @param runId        the run that a payout is part of
/// @param account      where a payout goes; shown masked
/// @param reason       why it was rejected or came back, or why it is unmatched
public record Payment(UUID id, Direction direction, State state, @Nullable UUID customerId, @Nullable String partner, Money amount,
        String reference, String counterparty, LocalDate valueDate, @Nullable UUID runId, @Nullable Iban account, @Nullable String reason,
        Instant at) {
    public enum Direction {
        IN,
        OUT
    }

    public enum State {
        /// On our account, and nobody knows what for.
        UNMATCHED,
        /// It is known what for.
        MATCHED,
        /// Given to the bank, which has not told yet.
        IN_FLIGHT,
        PAID,
        /// The bank did not take it: owed again.
        REJECTED,
        /// Paid, and sent back: owed again.
        RETURNED
    }
}
