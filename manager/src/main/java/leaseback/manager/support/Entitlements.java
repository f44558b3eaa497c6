package leaseback.manager.support;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import leaseback.manager.catalog.Clause;
import leaseback.manager.catalog.Incentive;
import leaseback.manager.lease.Lease;
import leaseback.manager.lease.LeaseState;
import leaseback.manager.lease.LeaseStep;
import leaseback.manager.lease.Leases;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// What leases entitle their owners to, read off the terms that hold and the state they are in: there is nothing to keep up to date.
public final class Entitlements {
    private static final int MOST_LEASES = 1_000;
    private final Leases leases;
    private final InstantSource clock;

    public Entitlements(Leases leases, InstantSource clock) {
        this.leases = leases;
        this.clock = clock;
    }

    /// All of a customer's, also those that do not hold now, by the age of their leases; of leases that were refused nothing.
    public List<Entitlement> of(Handle handle, UUID customerId) {
        List<Entitlement> all = new ArrayList<>();
        for (Lease lease : leases.page(handle, customerId, null, MOST_LEASES)) {
            if (lease.state() instanceof LeaseState.Declined || lease.state() instanceof LeaseState.Lapsed) {
                continue; // never agreed
            }
            for (Incentive incentive : lease.plan().incentives()) {
                if (incentive instanceof Incentive.Support support) {
                    all.add(of(handle, lease, Entitlement.Kind.SUPPORT, "Technical and hardware support", support.clause()));
                } else if (incentive instanceof Incentive.ServiceContract contract) {
                    all.add(of(handle, lease, Entitlement.Kind.SERVICE_CONTRACT, contract.name(), contract.clause()));
                } else if (incentive instanceof Incentive.HardwareUpgrade upgrade && !upgrade.atSale()) {
                    all.add(later(handle, lease, upgrade));
                }
            }
        }
        return all;
    }

    private Entitlement of(Handle handle, Lease lease, Entitlement.Kind kind, String name, Clause clause) {
        String no = no(handle, lease, clause);
        Instant from = lease.state() instanceof LeaseState.Running running ? running.term().from() : null;
        Instant until = lease.state() instanceof LeaseState.Running running && running.term().ending() != null ? running.term().to() : null;
        return new Entitlement(kind, name, lease.id(), lease.number(), no == null,
                no == null ? "goes with lease " + lease.number() + ", which runs" : no, from, until);
    }

    /// A part that may be had once the lease has lasted for some months.
    private Entitlement later(Handle handle, Lease lease, Incentive.HardwareUpgrade upgrade) {
        String name = "The next " + upgrade.part().more() + " " + upgrade.part().name().toLowerCase(Locale.ROOT);
        Entitlement whileItRuns = of(handle, lease, Entitlement.Kind.HARDWARE_UPGRADE, name, upgrade.clause());
        Instant from = leases.history(handle, lease.id()).stream().filter(step -> step.to() == LeaseStep.ACTIVE).findFirst()
                .map(step -> upgrade.from(step.at(), lease.zone())).orElse(null);
        boolean early = from != null && from.isAfter(clock.instant());
        return new Entitlement(whileItRuns.kind(), name, lease.id(), lease.number(), whileItRuns.holds() && !early,
                whileItRuns.holds() && early ? "it may be had from " + from + " on, once lease " + lease.number() + " has run for "
                        + upgrade.afterMonths() + " months" : whileItRuns.why(), from, whileItRuns.until());
    }

    /// Why it is not owed now; null when it is.
    private @Nullable String no(Handle handle, Lease lease, Clause clause) {
        return switch (lease.state()) {
            case LeaseState.Active active -> ended(handle, lease, clause);
            case LeaseState.Paused paused -> ended(handle, lease, clause);
            case LeaseState.Warned warned -> ended(handle, lease, clause);
            case LeaseState.Suspended suspended -> clause.onBreach() == Clause.OnBreach.REDUCE ? null
                    : "lease " + lease.number() + " is suspended, because " + suspended.provision().toLowerCase(Locale.ROOT).replace('_', ' ')
                            + " was not put right; put it right by " + suspended.endsAt();
            case LeaseState.StandingDown leaving -> "lease " + lease.number() + " has ended at " + leaving.at();
            case LeaseState.Released released -> "lease " + lease.number() + " has ended";
            case LeaseState.Withdrawn withdrawn -> "lease " + lease.number() + " was withdrawn from";
            case LeaseState.Declined declined -> "lease " + lease.number() + " was declined";
            case LeaseState.Lapsed lapsed -> "the offer of lease " + lease.number() + " has lapsed";
            case LeaseState.Offered offered -> "lease " + lease.number() + " waits for an answer";
            case LeaseState.Accepted accepted -> "it begins when the machine of lease " + lease.number() + " starts for the first time";
            case LeaseState.Owned owned -> "it begins when the machine of lease " + lease.number() + " is set up";
            case LeaseState.Configured configured -> "it begins when the machine of lease " + lease.number() + " starts for the first time";
            case LeaseState.Delivered delivered -> "it begins when the machine of lease " + lease.number() + " starts for the first time";
        };
    }

    /// A clause may end it for good once a lease was suspended, though the lease went on.
    private @Nullable String ended(Handle handle, Lease lease, Clause clause) {
        boolean over = clause.onBreach() == Clause.OnBreach.END
                && leases.history(handle, lease.id()).stream().anyMatch(step -> step.to() == LeaseStep.SUSPENDED);
        return over ? "it ended when lease " + lease.number() + " was suspended, as was agreed" : null;
    }
}
