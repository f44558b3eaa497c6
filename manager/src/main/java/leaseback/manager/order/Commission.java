package leaseback.manager.order;

import leaseback.manager.catalog.Money;
import leaseback.manager.catalog.SalesChannel;

/// What a channel gets of a sale, by either answer of the customer: its percentage of what is sold, whenever and by whomever it is paid.
/// Nothing of a gift.
public record Commission(SalesChannel channel, Money accepted, Money declined) {
    static Commission of(SalesChannel channel, Acquisition acquisition, Quote.Answer accepted, Quote.Answer declined) {
        int percent = acquisition.kind() == Acquisition.Kind.GIFT ? 0 : channel.percent();
        return new Commission(channel, accepted.total().percent(percent), declined.total().percent(percent));
    }

    /// As an order records it, to be settled later.
    public record Cut(String channelId, SalesChannel.Terms terms, Money amount) {}

    Cut cut(Verdict verdict) {
        return new Cut(channel.id(), channel.terms(), verdict == Verdict.ACCEPTED ? accepted : declined);
    }
}
