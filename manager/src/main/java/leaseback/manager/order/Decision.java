package leaseback.manager.order;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The customer's explicit answer to one exact version of a quote or of an addendum, with what proves it.
/// Signed as the exact bytes of its canonical JSON; `documentSha256` binds it to the words the customer read, and `previousSha256`
/// to the decision before it, so that none can be taken out unseen.
///
/// @param quoteId        of the quote, or of the addendum
/// @param documentSha256 SHA-256, hex, of the offer's document
/// @param termsVersion   plan and version that the offer was made from, such as `nights/1`
/// @param language       of the document, ISO 639
/// @param priceSummary   the prices as shown
/// @param checkboxes     the sentences that the customer ticked, as shown
/// @param actor          who gave the answer, as the audit has it
/// @param session        of the shop or page where it was given, as the channel names it; null where it has none
/// @param orderId        that follows from it; null for a renewal and an amendment, which order nothing
/// @param number         counts the provider's decisions from 1, without a gap
/// @param previousSha256 hex, of the bytes of the decision before; 64 zeros before the first
/// @param about          what was answered: null for a quote, RENEWAL, AMENDMENT or UPGRADE for an addendum
/// @param agreementId    of the lease that an addendum is about; null for a quote
public record Decision(
        UUID quoteId,
        int quoteVersion,
        Verdict verdict,
        String documentSha256,
        String termsVersion,
        String language,
        String priceSummary,
        List<String> checkboxes,
        Instant at,
        String actor,
        Channel channel,
        @Nullable String session,
        @Nullable UUID orderId,
        long number,
        String previousSha256,
        @Nullable String about,
        @Nullable UUID agreementId) {}
