package leaseback.manager.placement;

import java.util.Locale;
import java.util.Set;

/// What is promised for the objects of one class.
///
/// @param name          S3's, as in `x-amz-storage-class`
/// @param readable      least chance, at each hour of the week, that an object can be read
/// @param lostPerYear   greatest chance that a segment is lost within a year
/// @param losses        hosts that may be lost for good right after the acknowledgment
/// @param mostExpansion bytes stored for each byte, at most
/// @param pricePercent  of what STANDARD costs
/// @param rules         that are to be kept where the fleet allows
/// @param insisted      of those, the ones without which nothing is stored
/// @param strict        nothing is stored when the promise cannot be kept; else it is stored as well as can be, and told
public record StorageClass(String name, double readable, double lostPerYear, int losses, double mostExpansion, int pricePercent,
        Set<Rule> rules, Set<Rule> insisted, boolean strict) {
    public StorageClass {
        rules = Set.copyOf(rules);
        insisted = Set.copyOf(insisted);
        if (!(readable > 0 && readable < 1) || !(lostPerYear > 0 && lostPerYear < 1) || losses < 0 || !(mostExpansion >= 1)
                || pricePercent < 0 || !rules.containsAll(insisted)) {
            throw new IllegalArgumentException("storage class " + name + " promises what cannot be: readable " + readable
                    + ", lost a year " + lostPerYear + ", losses " + losses + ", expansion " + mostExpansion + ", price "
                    + pricePercent + " %, rules " + rules + " with " + insisted);
        }
    }

    StorageClass withReadable(double chance) {
        return new StorageClass(name, chance, lostPerYear, losses, mostExpansion, pricePercent, rules, insisted, strict);
    }

    /// `STANDARD (99.9 % at every hour)`.
    public String words() {
        return name + " (" + percent(readable) + " at every hour)";
    }

    /// As many digits as tell it from 100 %.
    static String percent(double chance) {
        int digits = chance >= 1 ? 0 : Math.clamp((int) Math.ceil(-Math.log10(1 - chance) - 1e-9) - 2, 0, 12);
        return String.format(Locale.ROOT, "%." + digits + "f %%", 100 * chance);
    }
}
