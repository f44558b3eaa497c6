package leaseback.manager.order;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import leaseback.manager.catalog.Clause;
import leaseback.manager.catalog.Incentive;
import leaseback.manager.catalog.LeasePlan;
import leaseback.manager.catalog.Money;
import leaseback.manager.catalog.Part;
import leaseback.manager.lease.Lease;
import leaseback.manager.lease.LeaseStep;
import leaseback.manager.lease.Leases;
import leaseback.manager.lease.Transition;
import org.jdbi.v3.core.Handle;

/// The upgrades that a lease gives after it has run for some months, and that may be had now.
record LaterUpgrades(List<Incentive.HardwareUpgrade> due) {
    LaterUpgrades {
        due = List.copyOf(due);
    }

    static LaterUpgrades due(Handle handle, Leases leases, Lease lease, Instant now) {
        List<Incentive.HardwareUpgrade> due = new ArrayList<>();
        List<Transition> history = leases.history(handle, lease.id());
        boolean broken = history.stream().anyMatch(each -> each.to() == LeaseStep.SUSPENDED);
        Optional<Instant> since = history.stream().filter(each -> each.to() == LeaseStep.ACTIVE).map(Transition::at).findFirst();
        for (Incentive incentive : lease.plan().incentives()) {
            if (incentive instanceof Incentive.HardwareUpgrade upgrade && !upgrade.atSale() && since.isPresent()
                    && !upgrade.from(since.get(), lease.zone()).isAfter(now) && !(broken && upgrade.clause().onBreach() == Clause.OnBreach.END)) {
                due.add(upgrade);
            }
        }
        return new LaterUpgrades(due);
    }

    /// What the customer pays for a part. The incentive is for the next larger one, which is the cheapest that fits; who chooses a better
    /// one pays what that costs more.
    Money price(Part part, List<Part> fitting) {
        Optional<Incentive.HardwareUpgrade> given = of(part);
        if (given.isEmpty()) {
            return part.price();
        }
        Money next = fitting.stream().map(Part::price).min(Comparator.naturalOrder()).filter(price -> price.compareTo(part.price()) < 0).orElse(part.price());
        return part.price().minus(next.minus(given.get().pays(next)));
    }

    /// The plan without what these parts were made cheaper by: it is given once.
    LeasePlan usedUp(LeasePlan plan, List<Part> parts) {
        List<Incentive> left = new ArrayList<>(plan.incentives());
        parts.forEach(part -> of(part).ifPresent(left::remove));
        return left.size() == plan.incentives().size() ? plan : plan.with(plan.serving(), plan.processor(), left);
    }

    private Optional<Incentive.HardwareUpgrade> of(Part part) {
        return due.stream().filter(each -> each.part() == part.kind()).findFirst();
    }
}
