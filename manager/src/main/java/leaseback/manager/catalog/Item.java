package leaseback.manager.catalog;

/// What is sold beside a machine: an accessory, Internet access, a service.
///
/// @param version grows with every change; quotes keep the version they were made from
/// @param price   once, or of a month where it recurs
public record Item(String id, @MayBeMissing int version, Kind kind, String name, Money price) {
    /// What it is; all but accessories are paid month by month.
    public enum Kind {
        ACCESSORY,
        INTERNET,
        SERVICE
    }

    public Item {
        Text.id("an item's id", id);
        Text.given("an item's kind, such as ACCESSORY", kind);
        Text.line("an item's name", name);
        if (Text.given("an item's price", price).minor() < 0) {
            throw new IllegalArgumentException("item " + id + " cannot cost " + price);
        }
    }

    /// Whether its price is that of a month.
    public boolean recurs() {
        return kind != Kind.ACCESSORY;
    }
}
