package leaseback.manager.order;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import leaseback.manager.catalog.Eligibility;
import leaseback.manager.catalog.Facts;
import leaseback.manager.catalog.LeasePlan;
import org.jdbi.v3.core.Handle;

/// Whether a customer may have a plan, with the reasons why not in words.
public record Qualification(boolean qualified, List<String> reasons) {
    /// Every rule of the plan asked; all objections are told at once.
    public static Qualification of(LeasePlan plan, Facts facts) {
        List<String> reasons = plan.eligibility().stream().map(rule -> rule.objection(facts)).flatMap(Optional::stream).toList();
        return new Qualification(reasons.isEmpty(), reasons);
    }

    /// The marks on a customer's account.
    public static Set<String> flags(Handle handle, UUID customerId) {
        return Set.copyOf(handle.createQuery("select flag from customer_flag where customer_id = :id").bind("id", customerId)
                .mapTo(String.class).list());
    }

    /// The customer's leases that are agreed upon and not over.
    public static int leases(Handle handle, UUID customerId) {
        return handle.createQuery("""
                select count(*) from lease where customer_id = :id
                  and state not in ('OFFERED', 'LAPSED', 'DECLINED', 'RELEASED', 'WITHDRAWN')""").bind("id", customerId)
                .mapTo(Integer.class).one();
    }

    /// What stands against the plan by what we know without asking the customer.
    static Optional<String> known(Handle handle, UUID customerId, int idleWatts, LeasePlan plan) {
        if (plan.eligibility().isEmpty()) {
            return Optional.empty();
        }
        Facts facts = new Facts(null, null, null, idleWatts, null, flags(handle, customerId), leases(handle, customerId));
        return plan.eligibility().stream().filter(rule -> switch (rule) {
            case Eligibility.NotFlagged flagged -> true;
            case Eligibility.LeasesAtMost leases -> true;
            case Eligibility.PowerAtMost power -> true;
            case Eligibility.Upstream upstream -> false;
            case Eligibility.DiskFree disk -> false;
            case Eligibility.Country country -> false;
            case Eligibility.BackupPower power -> false;
        }).map(rule -> rule.objection(facts)).flatMap(Optional::stream).findFirst();
    }
}
