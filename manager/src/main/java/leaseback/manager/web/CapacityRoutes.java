package leaseback.manager.web;

import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;
import leaseback.manager.fleet.HostWeeks;
import leaseback.manager.placement.Capacity;
import leaseback.manager.placement.Placer;
import leaseback.manager.placement.Rule;
import leaseback.manager.placement.StorageClass;
import leaseback.manager.placement.Verdict;
import leaseback.manager.storage.LeasedHosts;
import leaseback.manager.storage.ObjectStore;
import leaseback.manager.storage.Promises;
import org.jspecify.annotations.Nullable;

/// What the fleet can hold and promise, by hour of the week; whose a host is, and which classes insist.
final class CapacityRoutes {
    private final LeasedHosts hosts;
    private final Promises promises;
    private final HostWeeks weeks;
    private final Supplier<ObjectStore.Totals> totals;

    CapacityRoutes(LeasedHosts hosts, Promises promises, HostWeeks weeks, Supplier<ObjectStore.Totals> totals) {
        this.hosts = hosts;
        this.promises = promises;
        this.weeks = weeks;
        this.totals = totals;
    }

    List<Route> all() {
        return List.of(
                Route.of("GET", "/api/capacity", this::capacity)
                        .says("What the fleet can hold and promise, by hour of the week").gives(Shown.class),
                Route.of("PUT", "/api/hosts/{id}/operator", this::operator)
                        .says("Whose machine a host is: the provider's own, or a customer's").takes(Operator.class).gives(Owned.class),
                Route.of("PUT", "/api/storageClass/{name}/strict", this::strict)
                        .says("Whether a storage class would rather refuse than break its rules").takes(Strict.class)
                        .gives(Insisting.class));
    }

    /// @param soldBytes      of users' objects, as users see them
    /// @param lowest         the hour with the least headroom
    /// @param shortage       why nobody new is taken on; null while they are
    /// @param week           a line a day, a bar an hour
    /// @param storageClasses what each promises, and whether it can
    private record Shown(int hosts, long committedBytes, long usedBytes, long soldBytes, Capacity.Hour lowest,
            List<ShownClass> storageClasses, @Nullable String shortage, List<String> week, List<Capacity.Hour> hours) {}

    /// @param promised    whether the hosts under lease can keep it
    /// @param code        in which it is stored
    /// @param readable    at the worst hour, with an example of hosts; 0 when it cannot be promised
    /// @param lostPerYear chance that a segment so coded is lost within a year
    /// @param broken      rules that this fleet does not allow to be kept, in words
    /// @param reason      why it cannot be promised
    private record ShownClass(String name, String promise, double asked, int pricePercent, boolean strict, boolean promised, String code,
            double expansion, double readable, double lostPerYear, Set<String> broken, @Nullable String reason) {}

    private record Operator(@Nullable String operator) {}

    private record Owned(UUID id, String operator) {}

    private record Strict(boolean strict) {}

    private record Insisting(String name, boolean strict) {}

    private Answer capacity(Call call) {
        Capacity capacity = hosts.capacity();
        Placer placer = hosts.placer();
        return Pages.one(call, new Shown(capacity.hosts(), capacity.committedBytes(), capacity.usedBytes(), totals.get().bytes(),
                capacity.lowest(), promises.all().stream().map(asked -> shown(placer, asked)).toList(),
                capacity.shortage().orElse(null), capacity.lines(), capacity.hours()));
    }

    private static ShownClass shown(Placer placer, StorageClass asked) {
        SecureRandom random = new SecureRandom();
        Verdict verdict = placer.promise(asked, random);
        var code = placer.code(asked, random);
        Set<String> broken = new TreeSet<>();
        if (verdict instanceof Verdict.Placed placed) {
            placed.broken().stream().map(Rule::broken).forEach(broken::add);
        }
        return new ShownClass(asked.name(), asked.words(), asked.readable(), asked.pricePercent(), asked.strict(),
                verdict instanceof Verdict.Placed, code.toString(), code.expansion(),
                verdict instanceof Verdict.Placed placed ? placed.readable() : 0, placer.lostPerYear(code), broken,
                verdict instanceof Verdict.CannotPromise refused ? refused.reason() : null);
    }

    private Answer operator(Call call) {
        String operator = call.body(Operator.class).operator();
        if (operator == null || !operator.equals("manager") && !operator.equals("customer")) {
            throw new Problem(422, "operator is manager, for the provider's own machines, or customer; not \"" + operator + "\"");
        }
        if (!weeks.own(call.id("host"), operator.equals("manager"), call.actor())) {
            throw new Problem(404, "there is no host " + call.variable("id"));
        }
        return Pages.one(call, new Owned(call.id("host"), operator));
    }

    private Answer strict(Call call) {
        boolean strict = call.body(Strict.class).strict();
        if (!promises.insist(call.variable("name"), strict, call.actor())) {
            throw new Problem(404, "there is no storage class " + call.variable("name"));
        }
        return Pages.one(call, new Insisting(call.variable("name"), strict));
    }
}
