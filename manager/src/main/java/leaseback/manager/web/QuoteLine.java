package leaseback.manager.web;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import leaseback.manager.order.QuoteState;
import leaseback.manager.order.Quotes;
import org.jspecify.annotations.Nullable;

/// One offer in a word or two.
public record QuoteLine(Quotes.Standing standing, Instant now) {
    public String state() {
        return switch (standing.state()) {
            case QuoteState.Open open -> "offered";
            case QuoteState.Accepted accepted -> "accepted";
            case QuoteState.Declined declined -> "declined";
            case QuoteState.Expired expired -> "expired";
        };
    }

    public String mark() {
        return switch (standing.state()) {
            case QuoteState.Open open -> "wait";
            case QuoteState.Accepted accepted -> "up";
            case QuoteState.Declined declined -> "down";
            case QuoteState.Expired expired -> "down";
        };
    }

    /// When it came to this, or how long it has still to go.
    public String when() {
        return switch (standing.state()) {
            case QuoteState.Open open -> "open for " + Figures.span(Duration.between(now, open.until()));
            case QuoteState.Accepted accepted -> Figures.minute(accepted.at());
            case QuoteState.Declined declined -> Figures.minute(declined.at());
            case QuoteState.Expired expired -> Figures.minute(expired.at());
        };
    }

    /// The same in a table whose heading says UTC.
    public String since() {
        return when().replace(" UTC", "");
    }

    /// The order that followed; null while there is none.
    public @Nullable UUID order() {
        return switch (standing.state()) {
            case QuoteState.Open open -> null;
            case QuoteState.Accepted accepted -> accepted.orderId();
            case QuoteState.Declined declined -> declined.orderId();
            case QuoteState.Expired expired -> null;
        };
    }
}
