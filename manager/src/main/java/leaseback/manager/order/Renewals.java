package leaseback.manager.order;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.catalog.Catalog;
import leaseback.manager.catalog.DiskShare;
import leaseback.manager.catalog.LeasePlan;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.catalog.RenewalStep;
import leaseback.manager.clock.Due;
import leaseback.manager.customer.Customers;
import leaseback.manager.database.Database;
import leaseback.manager.lease.Lease;
import leaseback.manager.lease.LeaseState;
import leaseback.manager.lease.Leases;
import leaseback.manager.letter.Letters;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Speaks of another term 90, 30 and 7 days before a lease ends: an offer, and a letter. A reminder may bring a better offer.
/// One lease has one renewal open at most; a lease that is suspended, or whose end is certain, has none.
public final class Renewals implements Due {
    private static final Logger LOG = LoggerFactory.getLogger(Renewals.class);
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMMM yyyy", Locale.ENGLISH);
    private static final String ACTOR = "manager";
    private static final int PAGE = 200;

    private final Database database;
    private final Catalog catalog;
    private final Leases leases;
    private final Addenda addenda;
    private final Letters letters;
    private final InstantSource clock;

    public Renewals(Database database, Catalog catalog, Leases leases, Addenda addenda, Letters letters, InstantSource clock) {
        this.database = database;
        this.catalog = catalog;
        this.leases = leases;
        this.addenda = addenda;
        this.letters = letters;
        this.clock = clock;
    }

    @Override
    public Optional<Instant> next() {
        return database.read(leases::nextRenewal);
    }

    /// Each lease in its own transaction. What another manager did in the same moment is found done.
    @Override
    public void run() {
        RuntimeException first = null;
        for (UUID lease : database.read(handle -> leases.renewalsDue(handle, PAGE))) {
            try {
                database.transact(handle -> {
                    speak(handle, lease);
                    return lease;
                });
            } catch (RuntimeException failed) {
                // The others' time has come too.
                LOG.error("the renewal of lease {} could not be spoken of; tried again", lease, failed);
                first = first == null ? failed : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }

    /// The renewals of a lease, newest first; the first one is that of the present term, where one was offered.
    public List<Addenda.Standing> of(Handle handle, UUID leaseId) {
        return addenda.of(handle, leaseId, Addendum.Kind.RENEWAL);
    }

    /// Takes the customer's yes or no to one exact version of what is offered for the end of the present term.
    ///
    /// @throws Refusal when nothing is offered, it was answered otherwise, it was not this version, or the lease is suspended
    /// @throws leaseback.manager.lease.NotNow when its end has become certain, or another change of its terms lies ahead
    public Addenda.Standing decide(Handle handle, UUID leaseId, Orders.Answer answer, String actor) {
        Addenda.Standing newest = of(handle, leaseId).stream().findFirst().orElseThrow(() -> Refusal.conflict(
                "no renewal is offered yet; it is 90 days before the lease ends"));
        return addenda.decide(handle, newest.addendum().id(), answer, actor, (addendum, verdict) -> {
            Lease lease = leases.find(handle, leaseId).orElseThrow();
            if (verdict == Verdict.DECLINED) {
                leases.speakOfRenewal(handle, leaseId, null);
            } else if (lease.state() instanceof LeaseState.Suspended suspended) {
                throw Refusal.conflict("lease " + lease.number() + " is suspended, because " + suspended.provision()
                        + " was not cured; put that right first, then renew");
            } else {
                leases.renew(handle, leaseId, addendum.plan(), addendum.share(), addendum.leasedBytes(), addendum.monthlyPay(), actor);
            }
            return null;
        });
    }

    private void speak(Handle handle, UUID leaseId) {
        Lease lease = leases.find(handle, leaseId).orElseThrow();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        if (!(lease.state() instanceof LeaseState.Running running) || running.term().ending() != null || !running.term().to().isAfter(now)) {
            leases.speakOfRenewal(handle, leaseId, null);
            return;
        }
        Instant end = running.term().to();
        if (running instanceof LeaseState.Suspended suspended) {
            // Cured by then, or ended; a deadline that was prolonged is waited for again.
            Instant again = suspended.endsAt().isAfter(now) ? suspended.endsAt() : now.plus(Duration.ofDays(1));
            leases.speakOfRenewal(handle, leaseId, again.isBefore(end) ? again : null);
            return;
        }
        int days = RenewalStep.DAYS.stream().filter(each -> !before(end, lease.zone(), each).isAfter(now)).mapToInt(Integer::intValue).min()
                .orElse(RenewalStep.DAYS.getFirst());
        Addenda.Standing standing = offered(handle, lease, running, days, now).orElse(null);
        if (standing == null || standing.state() instanceof AddendumState.Open) {
            write(handle, lease, end, days, standing);
            leases.speakOfRenewal(handle, leaseId, RenewalStep.DAYS.stream().map(each -> before(end, lease.zone(), each))
                    .filter(at -> at.isAfter(now)).min(Instant::compareTo).orElse(null));
        } else if (leases.find(handle, leaseId).map(Lease::state).filter(running::equals).isPresent()) {
            // Answered already, and not by a yes that has moved the end since.
            leases.speakOfRenewal(handle, leaseId, null);
        }
    }

    /// What is offered as of so many days before the end: the same as before, or a version that takes its place.
    private Optional<Addenda.Standing> offered(Handle handle, Lease lease, LeaseState.Running running, int days, Instant now) {
        LeasePlan listed = catalog.plan(handle, lease.plan().id()).orElse(lease.plan());
        Instant end = running.term().to();
        UUID id = UUID.nameUUIDFromBytes(("renewal " + lease.id() + " " + end).getBytes(StandardCharsets.UTF_8));
        Addenda.Standing present = addenda.lock(handle, id).orElse(null);
        if (present != null && !(present.state() instanceof AddendumState.Open)) {
            return Optional.of(present);
        }
        LeasePlan plan = lease.plan().renewed(listed, days).orElse(null);
        if (plan == null) {
            return Optional.ofNullable(present);
        }
        // A share that was bargained for, or not touched, stays as it is; in bytes it is known already.
        boolean other = !plan.share().equals(lease.plan().share());
        DiskShare share = other ? plan.share() : lease.share();
        long bytes = other ? share.of(Drives.bytes(handle, lease, running)) : running.leasedBytes();
        Addendum addendum = new Addendum(id, present == null ? 1 : present.addendum().version() + 1, Addendum.Kind.RENEWAL, lease.customerId(),
                Customers.find(handle, lease.customerId()).orElseThrow().name(), lease.id(), lease.number(), lease.zone(), plan, share, bytes,
                running.leasedBytes(), plan.monthlyPay(), lease.monthlyPay(), end,
                end.atZone(lease.zone()).plusMonths(plan.termMonths()).toInstant(), now, end, null);
        if (present == null) {
            return Optional.of(addenda.make(handle, addendum, ACTOR).orElseGet(() -> addenda.lock(handle, id).orElseThrow()));
        }
        return Optional.of(present.addendum().same(addendum) ? present : addenda.replace(handle, addendum, ACTOR));
    }

    private void write(Handle handle, Lease lease, Instant end, int days, Addenda.@Nullable Standing standing) {
        ZonedDateTime last = end.atZone(lease.zone());
        String about = "renewal:" + lease.id() + ":" + last.toLocalDate() + ":T-" + days;
        if (standing == null) {
            letters.write(handle, lease.customerId(), about, "Your lease " + lease.number() + " ends on " + DAY.format(last),
                    "The lease-back agreement " + lease.number() + " ends on " + AddendumText.day(end, lease.zone()) + " (" + lease.zone().getId()
                            + "). We have nothing to offer for another term. The pieces are moved away, the space is given back to you, and"
                            + " the machine is yours alone. You need not do anything.\n");
            return;
        }
        Addendum addendum = standing.addendum();
        letters.write(handle, lease.customerId(), about, days == RenewalStep.DAYS.getFirst()
                        ? "Your lease " + lease.number() + " ends on " + DAY.format(last) + ": will you go on?"
                        : "A reminder: your lease " + lease.number() + " ends on " + DAY.format(last),
                "In " + days + " days, on " + AddendumText.day(end, lease.zone()) + " (" + lease.zone().getId() + "), the lease-back agreement "
                        + lease.number() + " ends. This is what we offer for another term. To take it or not, answer version "
                        + addendum.version() + " of it at /api/agreement/" + lease.id() + "/renewal. If you do not answer, the lease ends.\n\n"
                        + AddendumText.of(addendum));
    }

    private static Instant before(Instant end, ZoneId zone, int days) {
        return end.atZone(zone).minusDays(days).toInstant();
    }
}
