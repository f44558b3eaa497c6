package leaseback.manager.web;

import java.time.ZoneId;
import java.util.UUID;
import leaseback.manager.order.AddendumState;
import leaseback.manager.order.QuoteState;
import org.jspecify.annotations.Nullable;

/// An offer that its customer reads and answers.
///
/// @param what    what it is, such as `Your offer`
/// @param words   its exact words
/// @param sha256  of these, hexadecimal
/// @param agree   the sentence that is ticked with a yes
/// @param no      what a no says
/// @param open    whether it waits for an answer; what stands then tells until when
/// @param stands  how it stands, in words
/// @param fault   what was wrong with the last try; null for nothing
public record OfferPage(String base, UUID id, String what, String words, int version, String sha256, String agree, String no, boolean open, String stands,
        boolean answered, @Nullable String fault) {
    static String words(QuoteState state, ZoneId zone) {
        return switch (state) {
            case QuoteState.Open open -> "Open until " + Figures.day(open.until(), zone) + ". Silence is a no.";
            case QuoteState.Accepted accepted -> "You accepted it on " + Figures.day(accepted.at(), zone) + ".";
            case QuoteState.Declined declined -> "You declined it on " + Figures.day(declined.at(), zone) + ".";
            case QuoteState.Expired expired -> "It expired on " + Figures.day(expired.at(), zone) + ", unanswered.";
        };
    }

    static String words(AddendumState state, ZoneId zone) {
        return switch (state) {
            case AddendumState.Open open -> "Open until " + Figures.day(open.until(), zone) + ". Silence is a no.";
            case AddendumState.Accepted accepted -> "You accepted it on " + Figures.day(accepted.at(), zone) + ".";
            case AddendumState.Declined declined -> "You declined it on " + Figures.day(declined.at(), zone) + ".";
            case AddendumState.Expired expired -> "It expired on " + Figures.day(expired.at(), zone) + ", unanswered.";
        };
    }
}
