package leaseback.manager.catalog;

/// Who else sells for us.
///
/// @param version grows with every change; quotes keep the version they were made from
/// @param terms   whether the channel keeps its part of what it takes in, or is paid it by us
/// @param percent of what the machine costs, 0 to 60
public record SalesChannel(String id, @MayBeMissing int version, Kind kind, String name, Terms terms, int percent) {
    /// What the channel is.
    public enum Kind {
        RETAILER,
        WHOLESALER,
        MANUFACTURER,
        INTERNET_PROVIDER,
        SERVICE_PROVIDER
    }

    /// How it gets its part.
    public enum Terms {
        MARGIN,
        COMMISSION
    }

    public SalesChannel {
        Text.id("a channel's id", id);
        Text.line("a channel's name", name);
        Text.given("a channel's kind, such as RETAILER", kind);
        Text.given("a channel's terms, MARGIN or COMMISSION", terms);
        if (percent < 0 || percent > 60) {
            throw new IllegalArgumentException("channel " + id + " gets 0 to 60 percent, not " + percent);
        }
    }
}
