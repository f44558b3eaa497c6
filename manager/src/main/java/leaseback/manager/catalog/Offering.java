package leaseback.manager.catalog;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A system we sell, with the choices it can be built with.
///
/// @param version   grows with every change; quotes keep the version they were made from
/// @param price     with the included options
/// @param parts     what is always built in, one line a part
/// @param preconfigure whether a machine is made ready for a lease that was declined; ON_ACCEPT where nothing is said
/// @param rules     how the answer changes what is built; where there are none, the firmware alone differs
/// @param idleWatts what it draws while on and idle; the ground of the electricity estimate
public record Offering(
        String id,
        @MayBeMissing int version,
        String name,
        String description,
        Money price,
        List<String> parts,
        List<Option> options,
        int idleWatts,
        @MayBeMissing BuildRule.Preconfigure preconfigure,
        @MayBeMissing List<BuildRule> rules) {
    public Offering {
        Text.id("an offering's id", id);
        Text.line("an offering's name", name);
        Text.line("an offering's description", description);
        Text.given("an offering's price", price);
        parts = List.copyOf(Text.given("an offering's list of parts", parts));
        options = List.copyOf(Text.given("an offering's list of options", options));
        parts.forEach(part -> Text.line("a part", part));
        if (price.minor() < 0) {
            throw new IllegalArgumentException("offering " + id + " cannot cost " + price);
        }
        if (idleWatts < 1 || idleWatts > 10_000) {
            throw new IllegalArgumentException("offering " + id + " needs idleWatts from 1 to 10000, not " + idleWatts);
        }
        preconfigure = Clause.or(preconfigure, BuildRule.Preconfigure.ON_ACCEPT);
        rules = List.copyOf(Clause.or(rules, BuildRule.PLAIN));
        if (rules.size() > 20) {
            throw new IllegalArgumentException("offering " + id + " may have at most 20 rules of its build");
        }
        for (BuildRule rule : rules) {
            for (String line : rule.leavesOut()) {
                if (!parts.contains(line)) {
                    throw new IllegalArgumentException("a rule of offering " + id + " leaves out \"" + line + "\", which is none of its parts");
                }
            }
        }
        if (parts.size() > 100 || options.size() > 100) {
            throw new IllegalArgumentException("offering " + id + " may have at most 100 parts and 100 options");
        }
        Set<String> ids = new HashSet<>();
        for (Option option : options) {
            if (!ids.add(option.id())) {
                throw new IllegalArgumentException("offering " + id + " has two options with the id " + option.id());
            }
            if (!option.price().currency().equals(price.currency())) {
                throw new IllegalArgumentException("option " + option.id() + " is priced in " + option.price().currency()
                        + ", its offering in " + price.currency() + "; use one currency");
            }
        }
        if (options.stream().noneMatch(option -> option.kind() == Option.Kind.DRIVE)) {
            throw new IllegalArgumentException("offering " + id + " needs at least one option of kind DRIVE");
        }
    }

    /// One whose answers differ in firmware alone.
    public Offering(String id, int version, String name, String description, Money price, List<String> parts, List<Option> options,
            int idleWatts) {
        this(id, version, name, description, price, parts, options, idleWatts, BuildRule.Preconfigure.ON_ACCEPT, BuildRule.PLAIN);
    }

    /// The rules for this answer, in their order.
    public List<BuildRule> rules(BuildRule.When when) {
        return rules.stream().filter(rule -> rule.when() == when).toList();
    }

    /// The next smaller choice of the same kind, unless `from` is the smallest.
    public Optional<Option> smaller(Option from) {
        return options(from.kind()).reversed().stream().filter(option -> option.bytes() < from.bytes()).findFirst();
    }

    /// The choices of one kind, smallest first.
    public List<Option> options(Option.Kind kind) {
        return options.stream().filter(option -> option.kind() == kind)
                .sorted(Comparator.comparingLong(Option::bytes).thenComparing(Option::id)).toList();
    }

    public Optional<Option> option(String optionId) {
        return options.stream().filter(option -> option.id().equals(optionId)).findFirst();
    }

    /// The next larger choice of the same kind, unless `from` is the largest.
    public Optional<Option> larger(Option from) {
        return options(from.kind()).stream().filter(option -> option.bytes() > from.bytes()).findFirst();
    }
}
