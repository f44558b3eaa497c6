package leaseback.manager.billing;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import leaseback.manager.catalog.Money;

/// How an account stood at the end of a month, and what was set against what. Bills and payouts stay as they are; only what
/// is left of both is paid.
///
/// @param owedToUs   by the customer, before
/// @param owedToThem by us, before
/// @param setOff     of one against the other
/// @param prepaid    taken from what was paid in advance
/// @param toPay      by the customer, after
/// @param toReceive  by the customer, after
/// @param documents  of this month, by number
public record Settlement(UUID id, UUID customerId, Instant at, Money owedToUs, Money owedToThem, Money setOff, Money prepaid, Money toPay,
        Money toReceive, List<String> documents) {
    public Settlement {
        documents = List.copyOf(documents);
    }
}
