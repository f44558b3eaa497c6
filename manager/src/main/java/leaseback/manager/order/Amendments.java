package leaseback.manager.order;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;
import leaseback.manager.catalog.Catalog;
import leaseback.manager.catalog.DiskShare;
import leaseback.manager.catalog.LeasePlan;
import leaseback.manager.catalog.Money;
import leaseback.manager.catalog.Numbers;
import leaseback.manager.catalog.Option;
import leaseback.manager.catalog.Part;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.customer.Customers;
import leaseback.manager.lease.Lease;
import leaseback.manager.lease.LeaseState;
import leaseback.manager.lease.Leases;
import leaseback.manager.lease.Terms;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Other terms within a lease's term: more or less of the machine, or a better machine that lends more and is paid more.
/// Every method works in the caller's transaction.
public final class Amendments {
    private static final Duration STANDS = Duration.ofDays(14);
    private static final int LATEST_DAYS = 90;
    private static final int MOST_PARTS = 500;
    private final Catalog catalog;
    private final Leases leases;
    private final Orders orders;
    private final Factory factory;
    private final Quotes quotes;
    private final Addenda addenda;
    private final InstantSource clock;
    private final RandomGenerator random;

    public Amendments(Catalog catalog, Leases leases, Quotes quotes, Orders orders, Factory factory, Addenda addenda, InstantSource clock,
            RandomGenerator random) {
        this.catalog = catalog;
        this.leases = leases;
        this.quotes = quotes;
        this.orders = orders;
        this.factory = factory;
        this.addenda = addenda;
        this.clock = clock;
        this.random = random;
    }

    /// What the installation of an upgrade led to.
    ///
    /// @param build with the claim code, where an agent is to be installed with it; null for a machine whose agent is there
    public record Installed(Order order, Factory.@Nullable Build build) {}

    private record Subject(Lease lease, LeaseState.Running running, long driveBytes) {}

    /// What the customer would rather lend, priced within the limits of what was agreed. The same `id` again answers with the first.
    ///
    /// @param from the day, on the lease's wall, from which it is to hold; null for at once
    /// @throws Refusal when the lease cannot be changed now, or the proposal is outside the plan's limits
    public Addenda.Standing ask(Handle handle, UUID id, UUID leaseId, Proposal proposal, @Nullable LocalDate from, String actor) {
        Addenda.Standing before = addenda.find(handle, id).orElse(null);
        if (before != null) {
            return before;
        }
        Subject subject = subject(handle, leaseId);
        LeasePlan plan = Bargain.strike(subject.lease().plan(), subject.running().leasedBytes(), proposal, subject.driveBytes());
        long bytes = proposal.leasedBytes() == null ? subject.running().leasedBytes() : proposal.leasedBytes();
        DiskShare share = proposal.leasedBytes() == null ? subject.lease().share() : new DiskShare.Bytes(bytes);
        return made(handle, id, Addendum.Kind.AMENDMENT, subject, plan, share, bytes, effective(subject, from), null, actor);
    }

    /// Parts for the machine of a lease that runs, and what it is paid with them. The same `id` again answers with the first.
    ///
    /// @param proposal what is lent with them; null where the share of the drive says so
    /// @throws Refusal when the lease cannot be changed now, a part does not fit, or the proposal is outside the plan's limits
    public Addenda.Standing upgrade(Handle handle, UUID id, UUID leaseId, List<String> partIds, @Nullable Proposal proposal, String actor) {
        Addenda.Standing before = addenda.find(handle, id).orElse(null);
        if (before != null) {
            return before;
        }
        Subject subject = subject(handle, leaseId);
        Lease lease = subject.lease();
        List<Part> parts = parts(handle, partIds, subject);
        long drive = parts.stream().filter(part -> part.kind() == Option.Kind.DRIVE).mapToLong(Part::bytes).findFirst()
                .orElse(subject.driveBytes());
        long held = subject.running().leasedBytes();
        Proposal asked = proposal;
        boolean follows = drive > subject.driveBytes() && lease.share() instanceof DiskShare.Percent && lease.plan().negotiation() != null
                && (proposal == null || proposal.leasedBytes() == null);
        if (follows) {
            Proposal larger = new Proposal(Math.min(lease.share().of(drive), lease.plan().mostBytes()), null, null);
            asked = proposal == null ? larger : proposal.over(larger);
        }
        LeasePlan plan = asked == null ? lease.plan() : Bargain.strike(lease.plan(), held, asked, drive);
        long bytes = asked == null || asked.leasedBytes() == null ? held : asked.leasedBytes();
        DiskShare share = follows && bytes == lease.share().of(drive) || bytes == held && !follows ? lease.share() : new DiskShare.Bytes(bytes);
        LaterUpgrades given = LaterUpgrades.due(handle, leases, lease, now());
        List<OrderLine> lines = parts.stream().map(part -> new OrderLine(part.name(), given.price(part, fitting(handle, part, subject)))).toList();
        Money raise = Money.zero(lease.plan().currency());
        Money total = raise;
        for (Part part : parts) {
            raise = part.raise() == null ? raise : raise.plus(part.raise());
        }
        for (OrderLine line : lines) {
            total = total.plus(line.price());
        }
        LeasePlan paid = given.usedUp(raise.minor() == 0 ? plan : Bargain.paid(plan, plan.monthlyPay().plus(raise)), parts);
        Money more = paid.monthlyPay().minus(lease.monthlyPay());
        Upgrade upgrade = new Upgrade(new Machine(subject.running().machineId(), serial(handle, subject.running().machineId())), parts,
                lines, total, drive, more,
                more.minor() <= 0 ? null : BigDecimal.valueOf(total.minor()).divide(BigDecimal.valueOf(more.minor()), 0, RoundingMode.UP).intValueExact());
        return made(handle, id, Addendum.Kind.UPGRADE, subject, paid, share, bytes, now(), upgrade, actor);
    }

    /// Takes the customer's yes or no to one exact version. A yes to other terms makes them hold; a yes to an upgrade orders the parts, and
    /// the terms follow when they are in.
    ///
    /// @throws Refusal as [Addenda] does, or when the lease was changed since the offer was made
    public Addenda.Standing decide(Handle handle, UUID id, Orders.Answer answer, String actor) {
        return addenda.decide(handle, id, answer, actor, (addendum, verdict) -> {
            if (verdict == Verdict.DECLINED) {
                return null;
            }
            Subject subject = subject(handle, addendum.leaseId());
            if (!fresh(addendum, subject)) {
                throw Refusal.conflict("lease " + addendum.leaseNumber()
                        + " has other terms than when this was offered; ask for a new offer");
            }
            if (addendum.upgrade() != null) {
                return order(handle, addendum, addendum.upgrade()).id();
            }
            leases.amend(handle, addendum.leaseId(), addendum.effectiveAt(), addendum.plan(), addendum.share(), addendum.leasedBytes(),
                    addendum.monthlyPay(), actor, "amended: " + addendum.leasedBytes() + " bytes, " + addendum.monthlyPay() + " a month");
            return null;
        });
    }

    /// The parts are in. A lease that runs has its new terms from `day` on; a machine that is to be leased back first gets its manifest and
    /// claim code. Once installed, asking again changes nothing.
    ///
    /// @param id  of the addendum or the quote that was answered
    /// @param day on the lease's wall, from today on; null for today
    /// @throws Refusal when nothing was ordered, or the day is past
    public Installed install(Handle handle, UUID id, @Nullable LocalDate day, String actor) {
        UUID orderId = orders.from(handle, id).map(Order::id).orElseThrow(() -> Refusal.conflict(
                "no parts are ordered by upgrade " + id + " yet; it must be answered first"));
        Order order = orders.lock(handle, orderId);
        Machine machine = order.upgrades();
        if (machine == null) {
            throw Refusal.conflict("order " + order.number() + " is for a machine that is made; build and deliver it");
        }
        boolean first = order.state() instanceof OrderState.Acknowledged;
        Addendum addendum = addenda.find(handle, id).map(Addenda.Standing::addendum).orElse(null);
        if (addendum == null || addendum.upgrade() == null) {
            Factory.Build build = factory.install(handle, order, actor);
            if (first) {
                Quote quote = quotes.find(handle, id).orElseThrow().quote();
                OwnedMachines.built(handle, machine.serial(),
                        quote.offering().options().stream().filter(each -> order.build().bill().contains(each.name())).toList());
            }
            return new Installed(build.order(), build);
        }
        if (!first) {
            return new Installed(order, null);
        }
        Subject subject = subject(handle, addendum.leaseId());
        boolean fresh = fresh(addendum, subject);
        LeasePlan now = LaterUpgrades.due(handle, leases, subject.lease(), now()).usedUp(subject.lease().plan(), addendum.upgrade().parts());
        Money pay = subject.lease().monthlyPay().plus(addendum.monthlyPay().minus(addendum.payBefore()));
        long bytes = subject.running().leasedBytes() + addendum.leasedBytes() - addendum.leasedBytesBefore();
        // What was agreed since stays; the upgrade adds what it promised.
        leases.amend(handle, addendum.leaseId(), effective(subject, day), fresh ? addendum.plan() : Bargain.paid(now, pay),
                fresh ? addendum.share() : new DiskShare.Bytes(bytes), bytes, pay, actor, Terms.UPGRADED + ": " + String.join(", ",
                        addendum.upgrade().parts().stream().map(Part::name).toList()));
        OwnedMachines.built(handle, machine.serial(), addendum.upgrade().parts().stream().map(Part::option).toList());
        return new Installed(orders.installed(handle, orderId, null), null);
    }

    private Order order(Handle handle, Addendum addendum, Upgrade upgrade) {
        Order order = new Order(UUID.randomUUID(), Numbers.fresh("O-", 8, random), addendum.customerId(), addendum.id(), null,
                "Upgrade of machine " + upgrade.machine().serial(), upgrade.lines(), upgrade.total(),
                new BuildConfiguration.LeasedBack(upgrade.parts().stream().map(Part::name).toList(), Map.of(),
                        upgrade.driveBytes(), addendum.share()),
                new OrderState.Acknowledged(now()), now(), List.of(), upgrade.machine(), null, null);
        orders.insert(handle, order);
        return order;
    }

    private Addenda.Standing made(Handle handle, UUID id, Addendum.Kind kind, Subject subject, LeasePlan plan, DiskShare share, long bytes,
            Instant effective, @Nullable Upgrade upgrade, String actor) {
        Lease lease = subject.lease();
        Instant end = subject.running().term().to();
        Instant now = now();
        Instant expires = now.plus(STANDS).isBefore(end) ? now.plus(STANDS) : end;
        Addendum addendum = new Addendum(id, 1, kind, lease.customerId(), Customers.find(handle, lease.customerId()).orElseThrow().name(),
                lease.id(), lease.number(), lease.zone(), plan, share, bytes, subject.running().leasedBytes(), plan.monthlyPay(),
                lease.monthlyPay(), effective, end, now, expires, upgrade);
        return addenda.make(handle, addendum, actor).orElseThrow(() -> Refusal.conflict(
                "the same request is being worked on; send it again to get its answer"));
    }

    private Subject subject(Handle handle, UUID leaseId) {
        Lease lease = leases.find(handle, leaseId).orElseThrow(() -> Refusal.unknown("agreement", leaseId));
        if (!(lease.state() instanceof LeaseState.Running running)) {
            throw Refusal.conflict("lease " + lease.number() + " is " + lease.state().step()
                    + "; only one that runs is changed");
        }
        if (running instanceof LeaseState.Suspended suspended) {
            throw Refusal.conflict("lease " + lease.number() + " is suspended, because " + suspended.provision()
                    + " was not cured; put that right first");
        }
        leases.agreed(handle, leaseId).stream().filter(terms -> terms.version() > lease.termsVersion()).findFirst().ifPresent(ahead -> {
            throw Refusal.conflict("lease " + lease.number() + " has other terms from " + ahead.effectiveAt()
                    + " on (" + ahead.why() + "); change it after that");
        });
        return new Subject(lease, running, Drives.bytes(handle, lease, running));
    }

    private static boolean fresh(Addendum addendum, Subject subject) {
        return subject.lease().monthlyPay().equals(addendum.payBefore()) && subject.running().leasedBytes() == addendum.leasedBytesBefore()
                && subject.running().term().to().equals(addendum.until());
    }

    private List<Part> parts(Handle handle, List<String> ids, Subject subject) {
        if (ids.isEmpty()) {
            throw Refusal.unfit("an upgrade needs a part at least; see upgradePart");
        }
        Set<Option.Kind> kinds = EnumSet.noneOf(Option.Kind.class);
        return ids.stream().map(id -> {
            Part part = catalog.part(handle, id).orElseThrow(() -> Refusal.unfit("the catalogue has no part " + id + "; see upgradePart"));
            if (!kinds.add(part.kind())) {
                throw Refusal.unfit("two parts are both a choice of " + part.kind() + "; choose one of them");
            }
            if (!part.price().currency().equals(subject.lease().plan().currency())) {
                throw Refusal.unfit("part " + id + " is priced in " + part.price().currency() + "; choose one in " + subject.lease().plan().currency());
            }
            if (part.kind() == Option.Kind.DRIVE && part.bytes() <= subject.driveBytes()) {
                throw Refusal.unfit("part " + id + " is no larger than the drive that is in the machine, " + subject.driveBytes()
                        + " bytes; choose a larger one");
            }
            return part;
        }).toList();
    }

    /// The parts that could be built in instead.
    private List<Part> fitting(Handle handle, Part part, Subject subject) {
        return catalog.parts(handle, null, MOST_PARTS).stream().filter(each -> each.kind() == part.kind()
                && each.price().currency().equals(part.price().currency())
                && (part.kind() != Option.Kind.DRIVE || each.bytes() > subject.driveBytes())).toList();
    }

    private Instant effective(Subject subject, @Nullable LocalDate day) {
        Instant now = now();
        if (day == null) {
            return now;
        }
        LocalDate today = LocalDate.ofInstant(now, subject.lease().zone());
        if (day.isBefore(today) || day.isAfter(today.plusDays(LATEST_DAYS))) {
            throw Refusal.unfit("terms change from today on and " + LATEST_DAYS + " days ahead at most, not on " + day);
        }
        Instant at = day.equals(today) ? now : day.atStartOfDay(subject.lease().zone()).toInstant();
        if (!at.isBefore(subject.running().term().to())) {
            throw Refusal.unfit("the lease ends on " + subject.running().term().to() + ", before " + day + "; choose an earlier day, or renew it");
        }
        return at;
    }

    private static String serial(Handle handle, UUID machineId) {
        return handle.createQuery("""
                select serial from machine where id = :id union select serial from owned_machine where id = :id limit 1""")
                .bind("id", machineId).mapTo(String.class).one();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
