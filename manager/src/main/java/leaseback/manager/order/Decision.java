package leaseback.manager.order;

import java.time.Instant;
import java.util.UUID;

/// The customer's explicit answer to one exact version of a quote, with what proves it.
/// Signed as the exact bytes of its canonical JSON; `documentSha256` binds it to the words the customer read.
///
/// @param documentSha256 SHA-256, hex, of the offer's document
/// @param actor          who gave the answer, as the audit has it
public record Decision(
        UUID quoteId,
        int quoteVersion,
        Verdict verdict,
        String documentSha256,
        Instant at,
        String actor,
        Channel channel,
        UUID orderId) {}
