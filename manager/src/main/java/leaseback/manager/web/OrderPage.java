package leaseback.manager.web;

import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import leaseback.manager.catalog.Sizes;
import leaseback.manager.order.BuildConfiguration;
import leaseback.manager.order.Decision;
import leaseback.manager.order.Quotes;
import leaseback.manager.order.Verdict;
import org.jspecify.annotations.Nullable;

/// One order, with the offer it came from and what proves the customer's answer.
///
/// @param decision the answer as it was signed; null while there is none
/// @param key      number of the key that signed it
/// @param evidence SHA-256, hex, of the bytes that were signed
/// @param offer    the words the customer read
/// @param lease    its number; null without lease
/// @param host     the machine as a host, once it has enrolled
public record OrderPage(PlacedOrder placed, Quotes.Standing quote, @Nullable Decision decision, int key, String evidence, String offer,
        @Nullable String lease, @Nullable UUID host) {
    public BuildConfiguration build() {
        return placed.order().build();
    }

    /// What the factory leaves for us on the drive.
    public String partition() {
        return switch (build()) {
            case BuildConfiguration.LeasedBack leased ->
                    leased.share().words() + ", " + Sizes.words(leased.share().of(leased.driveBytes()));
            case BuildConfiguration.Plain plain -> "none: no agent, no lease";
        };
    }

    public Map<String, String> firmware() {
        return new TreeMap<>(build().firmware());
    }

    public boolean accepted() {
        return decision != null && decision.verdict() == Verdict.ACCEPTED;
    }

    /// Whether the answer is to the very words shown.
    public boolean covers() {
        return decision != null && decision.documentSha256().equals(quote.documentSha256());
    }
}
