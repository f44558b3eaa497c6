package leaseback.manager.catalog;

import org.jspecify.annotations.Nullable;

/// What a machine that is there already can be upgraded with, whoever made it.
///
/// @param version grows with every change; offers keep the version they were made from
/// @param bytes   its size; of a kind that is not counted in bytes, a figure that grows from one choice to the next better one
/// @param price   built in
/// @param raise   what a lease of the machine pays more by the month from then on, beside what follows from bytes and hours
public record Part(String id, @MayBeMissing int version, Option.Kind kind, String name, long bytes, Money price, @Nullable Money raise) {
    public Part {
        Option checked = new Option(id, kind, name, bytes, price);
        if (raise != null && (raise.minor() < 0 || !raise.currency().equals(checked.price().currency()))) {
            throw new IllegalArgumentException("the raise of part " + id + " is nothing or more, in " + checked.price().currency() + ", not " + raise);
        }
    }

    /// As a choice that a system can be built with.
    public Option option() {
        return new Option(id, kind, name, bytes, price);
    }
}
