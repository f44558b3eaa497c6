package leaseback.manager.lease;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import leaseback.manager.audit.Audit;
import leaseback.manager.catalog.DiskShare;
import leaseback.manager.catalog.Documents;
import leaseback.manager.catalog.LeasePlan;
import leaseback.manager.catalog.Money;
import leaseback.manager.catalog.Numbers;
import leaseback.manager.catalog.RenewalStep;
import leaseback.protocol.Calendar;
import leaseback.protocol.LeaseTerms;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// The lease-back agreements and their lives. Every method works in the caller's transaction; every step is recorded with
/// actor, instant, reason and the next instant at which something happens by itself. A step that does not follow from where the lease
/// stands is an [IllegalTransition]; one that does, but not at this moment or by these terms, is [NotNow].
public final class Leases {
    /// Days after delivery in which a customer may withdraw without a reason.
    public static final int WITHDRAWAL_DAYS = 14;
    /// Days of a year that a customer may pause.
    public static final int PAUSE_DAYS = 30;
    /// Days to cure what was warned of; and again, with incentives paused, before the lease ends.
    public static final int CURE_DAYS = 7;
    /// The provider gives at least so many days' notice.
    public static final int PROVIDER_NOTICE_DAYS = 30;

    private static final Map<String, @Nullable Object> NOTHING = Map.of();
    private final InstantSource clock;
    private final RandomGenerator random;
    private final LeaseRows rows;
    private final JsonMapper json = Documents.mapper();

    public Leases(InstantSource clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
        this.rows = new LeaseRows(clock);
    }

    /// A new lease, offered until `expiresAt`.
    public Lease offer(Handle handle, UUID customerId, ZoneId zone, LeasePlan plan, DiskShare share, Money monthlyPay,
            Instant expiresAt, String actor) {
        Instant now = now();
        Lease lease = new Lease(UUID.randomUUID(), Numbers.fresh("L-", 8, random), customerId, zone, plan, share, monthlyPay, 1,
                new LeaseState.Offered(now, expiresAt), null, expiresAt, now,
                List.of(), 0);
        handle.createUpdate("""
                insert into lease (id, number, customer_id, zone, plan, share, pay_minor, pay_currency, terms_version, version,
                                   state, state_at, expires_at, next_at, created_at)
                values (:id, :number, :customer, :zone, cast(:plan as jsonb), cast(:share as jsonb), :pay, :currency, 1, 1,
                        'OFFERED', :at, :expires, :expires, :at)""")
                .bind("id", lease.id()).bind("number", lease.number()).bind("customer", customerId).bind("zone", zone.getId())
                .bind("plan", json.writeValueAsString(plan))
                .bind("share", json.writerFor(DiskShare.class).writeValueAsString(share))
                .bind("pay", monthlyPay.minor()).bind("currency", monthlyPay.currency())
                .bind("at", now).bind("expires", expiresAt).execute();
        agree(handle, lease.id(), new Terms(1, now, plan, share, 0, monthlyPay, "as offered", now));
        record(handle, lease, 1, null, LeaseStep.OFFERED, actor, now, "offered with the quote", expiresAt);
        return lease;
    }

    /// Other terms for what is still offered: the answer to a customer's proposal.
    public void reoffer(Handle handle, UUID leaseId, LeasePlan plan, DiskShare share, Money monthlyPay, String actor, String reason) {
        Locked locked = lock(handle, leaseId);
        Lease lease = locked.lease();
        if (!(lease.state() instanceof LeaseState.Offered)) {
            throw new IllegalTransition(lease.number(), lease.state().step(), LeaseStep.OFFERED);
        }
        Terms terms = new Terms(lease.termsVersion() + 1, now(), plan, share, 0, monthlyPay, reason, now());
        agree(handle, leaseId, terms);
        act(handle, locked, actor, reason, null, Map.of("terms_version", terms.version(), "pay_minor", monthlyPay.minor(),
                "pay_currency", monthlyPay.currency()), terms);
    }

    /// The customer's explicit yes.
    public void accept(Handle handle, UUID leaseId, String actor, String reason) {
        step(handle, lock(handle, leaseId), LeaseStep.ACCEPTED, actor, reason, null, NOTHING);
    }

    /// The customer's explicit no.
    public void decline(Handle handle, UUID leaseId, String actor, String reason) {
        step(handle, lock(handle, leaseId), LeaseStep.DECLINED, actor, reason, null, NOTHING);
    }

    /// The machine is set up: the share has become `leasedBytes` of its drive. At the factory, or where its owner has it already.
    public void configure(Handle handle, UUID leaseId, UUID machineId, long leasedBytes, String actor) {
        Locked locked = lock(handle, leaseId);
        boolean athome = locked.lease().state() instanceof LeaseState.Owned;
        step(handle, locked, athome ? LeaseStep.DELIVERED : LeaseStep.CONFIGURED, actor,
                athome ? "the machine is set up where it stands" : "the machine is made", null,
                Map.of("machine_id", machineId, "leased_bytes", leasedBytes));
        handle.createUpdate("update lease_terms set leased_bytes = :bytes where lease_id = :id and leased_bytes is null")
                .bind("bytes", leasedBytes).bind("id", leaseId).execute();
    }

    /// The machine, made for this lease, is with its owner.
    public void deliver(Handle handle, UUID leaseId, String actor) {
        Locked locked = lock(handle, leaseId);
        if (locked.lease().state() instanceof LeaseState.Owned) {
            throw new NotNow(locked.lease().number(), "its machine is with its owner already; set it up there");
        }
        step(handle, locked, LeaseStep.DELIVERED, actor, "the machine is with its owner", null, Map.of("delivered_at", now()));
    }

    /// The machine was its owner's before the lease, and is to be set up there.
    public void own(Handle handle, UUID leaseId, UUID machineId, String actor) {
        step(handle, lock(handle, leaseId), LeaseStep.OWNED, actor, "the machine is its owner's already", null,
                Map.of("machine_id", machineId, "delivered_at", now()));
    }

    /// The agent has enrolled: the lease runs from `at`.
    public void enrolled(Handle handle, UUID leaseId, Instant at) {
        Locked locked = lock(handle, leaseId);
        if (!(locked.lease().state() instanceof LeaseState.Delivered)) {
            throw new IllegalTransition(locked.lease().number(), locked.lease().state().step(), LeaseStep.ACTIVE);
        }
        Instant from = at.truncatedTo(ChronoUnit.MILLIS);
        Term term = Term.of(from, locked.lease().plan().termMonths(), locked.lease().zone());
        step(handle, locked, LeaseStep.ACTIVE, "agent", from, "the agent enrolled", term.to(),
                Map.of("term_from", term.from(), "term_to", term.to()));
        expectRenewal(handle, leaseId, term, locked.lease().zone());
    }

    /// The customer takes back their yes, within 14 days of delivery; the machine stays theirs.
    ///
    /// @throws NotNow when the 14 days are over: notice is the way then
    public void withdraw(Handle handle, UUID leaseId, String actor) {
        Locked locked = lock(handle, leaseId);
        Lease lease = locked.lease();
        Instant delivered = lease.deliveredAt();
        if (delivered != null) {
            // To the end of the fourteenth day on the customer's own wall.
            Instant last = delivered.atZone(lease.zone()).toLocalDate().plusDays(WITHDRAWAL_DAYS + 1).atStartOfDay(lease.zone()).toInstant();
            if (!now().isBefore(last)) {
                throw new NotNow(lease.number(), "it could be withdrawn until " + last + ", 14 days after delivery; give notice instead");
            }
        }
        if (lease.state().step().runs()) {
            end(handle, locked, Ending.WITHDRAWN, actor, "withdrawn within 14 days of delivery");
        } else {
            step(handle, locked, LeaseStep.WITHDRAWN, actor, "withdrawn before it ran", null, NOTHING);
        }
    }

    /// Nothing is asked of the host until `until`, and nothing is a breach. A customer has 30 days a year.
    ///
    /// @throws NotNow when `until` is past or beyond the days that are left
    public void pause(Handle handle, UUID leaseId, Instant until, Party by, String actor, String reason) {
        Locked locked = lock(handle, leaseId);
        Lease lease = locked.lease();
        Instant now = now();
        if (!until.isAfter(now) || until.isAfter(now.plus(Duration.ofDays(366)))) {
            throw new NotNow(lease.number(), "a pause ends in the future, within a year, not at " + until);
        }
        if (by == Party.CUSTOMER) {
            Duration left = Duration.ofDays(PAUSE_DAYS).minus(paused(handle, leaseId, now));
            if (Duration.between(now, until).compareTo(left) > 0) {
                throw new NotNow(lease.number(), "of " + PAUSE_DAYS + " days of pause a year " + Math.max(0, left.toHours() / 24)
                        + " are left; choose an end before " + now.plus(left));
            }
        }
        Instant end = until.truncatedTo(ChronoUnit.MILLIS);
        step(handle, locked, LeaseStep.PAUSED, actor, reason, end, Map.of("paused_by", by.name()));
        // One that ended in the instant in which it began was none.
        handle.createUpdate("""
                insert into lease_pause (lease_id, began_at, paused_by, reason) values (:id, :at, :by, :reason)
                on conflict (lease_id, began_at) do update set ended_at = null, paused_by = excluded.paused_by, reason = excluded.reason""")
                .bind("id", leaseId).bind("at", now).bind("by", by.name()).bind("reason", reason).execute();
    }

    /// Back before the pause's end.
    ///
    /// @throws NotNow when the customer would end a pause of ours
    public void resume(Handle handle, UUID leaseId, Party by, String actor) {
        Locked locked = lock(handle, leaseId);
        if (!(locked.lease().state() instanceof LeaseState.Paused paused)) {
            throw new IllegalTransition(locked.lease().number(), locked.lease().state().step(), LeaseStep.ACTIVE);
        }
        if (by == Party.CUSTOMER && paused.by() == Party.PROVIDER) {
            throw new NotNow(locked.lease().number(), "we paused it, as for a repair, and it is paid meanwhile; it goes on by itself at "
                    + paused.until() + " at the latest; write to us if the machine is ready before");
        }
        activate(handle, locked, actor, "the pause is over");
    }

    /// A provision was not kept: the owner has 7 days to cure it.
    public void warn(Handle handle, UUID leaseId, String provision, String actor, String reason) {
        warn(handle, leaseId, provision, Duration.ofDays(CURE_DAYS), actor, reason);
    }

    /// The same with another time to cure: less than 7 days where data was proved altered, and nowhere else.
    public void warn(Handle handle, UUID leaseId, String provision, Duration toCure, String actor, String reason) {
        Instant cureBy = now().plus(toCure);
        step(handle, lock(handle, leaseId), LeaseStep.WARNED, actor, reason, cureBy, Map.of("provision", provision));
    }

    /// What was warned of is in order again.
    public void cure(Handle handle, UUID leaseId, String actor, String reason) {
        Locked locked = lock(handle, leaseId);
        switch (locked.lease().state()) {
            case LeaseState.Warned warned -> activate(handle, locked, actor, reason);
            case LeaseState.Suspended suspended -> activate(handle, locked, actor, reason);
            default -> throw new IllegalTransition(locked.lease().number(), locked.lease().state().step(), LeaseStep.ACTIVE);
        }
    }

    /// More time to cure, as after an outage of ours, which is never a host's breach.
    public void prolong(Handle handle, UUID leaseId, Duration by, String actor, String reason) {
        Locked locked = lock(handle, leaseId);
        Instant deadline = switch (locked.lease().state()) {
            case LeaseState.Warned warned -> warned.cureBy();
            case LeaseState.Suspended suspended -> suspended.endsAt();
            default -> throw new NotNow(locked.lease().number(), "it has nothing to cure");
        };
        act(handle, locked, actor, reason, deadline.plus(by), NOTHING);
    }

    /// One side ends it: the customer with the plan's days of notice, the provider with 30 at least. Until then all is as before.
    ///
    /// @return when it ends
    /// @throws NotNow when it ends no later than that already
    public Instant giveNotice(Handle handle, UUID leaseId, Party by, String actor, String reason) {
        Locked locked = lock(handle, leaseId);
        Lease lease = locked.lease();
        LeaseState.Running running = running(lease, LeaseStep.STANDING_DOWN);
        int days = by == Party.CUSTOMER ? lease.plan().noticeDays() : Math.max(PROVIDER_NOTICE_DAYS, lease.plan().noticeDays());
        Instant end = now().atZone(lease.zone()).plusDays(days).toInstant().truncatedTo(ChronoUnit.MILLIS);
        Ending known = running.term().ending();
        if (known != null && !end.isBefore(running.term().to())) {
            throw new NotNow(lease.number(), "it ends at " + running.term().to() + " already: " + known);
        }
        Instant to = end.isBefore(running.term().to()) ? end : running.term().to();
        Ending ending = by == Party.CUSTOMER ? Ending.NOTICE_BY_CUSTOMER : Ending.NOTICE_BY_PROVIDER;
        act(handle, locked, actor, reason, deadline(running), Map.of("term_to", to, "ending", ending.name()));
        return to;
    }

    /// New terms, from `effectiveAt` on: more hours, more disk, other pay. A lease has one such change ahead of it at most.
    ///
    /// @param leasedBytes what the share comes to on this machine
    /// @throws NotNow when another change lies ahead, or the lease ends before
    public Terms amend(Handle handle, UUID leaseId, Instant effectiveAt, LeasePlan plan, DiskShare share, long leasedBytes, Money monthlyPay,
            String actor, String why) {
        Locked locked = lock(handle, leaseId);
        LeaseState.Running running = running(locked.lease(), locked.lease().state().step());
        Instant now = now();
        Instant effective = effectiveAt.isBefore(now) ? now : effectiveAt.truncatedTo(ChronoUnit.MILLIS);
        if (!effective.isBefore(running.term().to())) {
            throw new NotNow(locked.lease().number(), "it ends at " + running.term().to() + ", before the change would hold; renew it instead");
        }
        Terms terms = ahead(handle, locked.lease(), effective, plan, share, leasedBytes, monthlyPay, why, now);
        act(handle, locked, actor, why + ", from " + effective, deadline(running), NOTHING);
        ring(handle, leaseId);
        return terms;
    }

    /// On for another `plan.termMonths()`, from the end of this term, without a gap; the terms may differ.
    ///
    /// @throws NotNow when its end is certain, by notice or breach, or another change lies ahead
    public Terms renew(Handle handle, UUID leaseId, LeasePlan plan, DiskShare share, long leasedBytes, Money monthlyPay, String actor) {
        Locked locked = lock(handle, leaseId);
        Lease lease = locked.lease();
        LeaseState.Running running = running(lease, LeaseStep.ACTIVE);
        if (running.term().ending() != null) {
            throw new NotNow(lease.number(), "it ends at " + running.term().to() + ": " + running.term().ending() + "; make a new offer instead");
        }
        Instant from = running.term().to();
        Term term = Term.of(from, plan.termMonths(), lease.zone());
        Terms terms = ahead(handle, lease, from, plan, share, leasedBytes, monthlyPay, Terms.RENEWED, now());
        act(handle, locked, actor, "renewed from " + from + " to " + term.to(), deadline(running), Map.of("term_to", term.to()));
        expectRenewal(handle, leaseId, term, lease.zone());
        return terms;
    }

    /// Leases whose renewal is to be spoken of now, the longest due first.
    public List<UUID> renewalsDue(Handle handle, int limit) {
        return handle.createQuery("select id from lease where renewal_at <= :now order by renewal_at, id limit :limit")
                .bind("now", now()).bind("limit", limit).mapTo(UUID.class).list();
    }

    /// The next instant at which the renewal of any lease is to be spoken of.
    public Optional<Instant> nextRenewal(Handle handle) {
        return handle.createQuery("select min(renewal_at) from lease").mapTo(Instant.class).findOne();
    }

    /// Its renewal is spoken of again at `at`; null for not in this term. A lease whose end becomes certain forgets it by itself.
    public void speakOfRenewal(Handle handle, UUID leaseId, @Nullable Instant at) {
        handle.createUpdate("update lease set renewal_at = cast(:at as timestamptz) where id = :id").bind("at", at).bind("id", leaseId)
                .execute();
    }

    /// The days before the end of a term on which its renewal is spoken of, as instants on the lease's wall, first to last; only those
    /// that lie within the term.
    public static List<Instant> renewalInstants(Term term, ZoneId zone) {
        return RenewalStep.DAYS.stream().map(days -> term.to().atZone(zone).minusDays(days).toInstant())
                .filter(at -> at.isAfter(term.from())).toList();
    }

    private void expectRenewal(Handle handle, UUID leaseId, Term term, ZoneId zone) {
        speakOfRenewal(handle, leaseId, renewalInstants(term, zone).getFirst());
    }

    /// The machine holds nothing of others any more and has forgotten us.
    public void release(Handle handle, UUID leaseId, String actor, String reason) {
        step(handle, lock(handle, leaseId), LeaseStep.RELEASED, actor, reason, null, NOTHING);
    }

    /// Does what is due of this lease at this instant; nothing where nothing is.
    public void ring(Handle handle, UUID leaseId) {
        Instant now = now();
        // Each turn takes one thing that is due away; three can come together.
        for (int turn = 0; turn < 10; turn++) {
            Locked locked = lock(handle, leaseId);
            Lease lease = locked.lease();
            if (lease.nextAt() == null || lease.nextAt().isAfter(now)) {
                return;
            }
            due(handle, locked, now);
        }
    }

    /// Leases for which something is due, the longest due first.
    public List<UUID> due(Handle handle, int limit) {
        return handle.createQuery("select id from lease where next_at <= :now order by next_at, id limit :limit")
                .bind("now", now()).bind("limit", limit).mapTo(UUID.class).list();
    }

    /// The next instant at which something happens to any lease by itself.
    public Optional<Instant> next(Handle handle) {
        return handle.createQuery("select min(next_at) from lease").mapTo(Instant.class).findOne();
    }

    /// What the host has promised, built from the stored agreement.
    ///
    /// @throws IllegalStateException when the lease has no machine yet, so that its share is not known in bytes
    public LeaseTerms terms(Handle handle, UUID leaseId) {
        return terms(find(handle, leaseId).orElseThrow(() -> unknown(leaseId)));
    }

    /// What the host has promised by this lease.
    ///
    /// @throws IllegalStateException when the lease has no machine yet, so that its share is not known in bytes
    public static LeaseTerms terms(Lease lease) {
        if (!(lease.state() instanceof LeaseState.Made made)) {
            throw new IllegalStateException("lease " + lease.number() + " is " + lease.state().step()
                    + ": its machine is not made, so its share is not known in bytes");
        }
        List<LocalDate> holidays = lease.plan().holidays() ? lease.holidays() : List.of();
        // Both versions only grow, one step at a time: so does their sum, and no two states of a lease share it.
        return new LeaseTerms(lease.id(), lease.termsVersion() + lease.holidaysVersion(), made.leasedBytes(),
                new Calendar(lease.zone(), lease.plan().serving(), holidays),
                // A processor that is never lent is not lent on holidays either.
                new Calendar(lease.zone(), lease.plan().processor(), lease.plan().processor().isEmpty() ? List.of() : holidays),
                lease.monthlyPay().minor(), lease.monthlyPay().currency(),
                Promise.words(lease.plan(), made.leasedBytes(), lease.zone(), lease.monthlyPay()));
    }

    public Optional<Lease> find(Handle handle, UUID leaseId) {
        return handle.createQuery(LeaseRows.LEASE + " where id = :id").bind("id", leaseId).map((row, context) -> rows.lease(row)).findOne();
    }

    /// Oldest first, at most `limit`, those that come after the lease `after`.
    ///
    /// @param customerId null for everybody's
    public List<Lease> page(Handle handle, @Nullable UUID customerId, @Nullable UUID after, int limit) {
        return handle.createQuery(LeaseRows.LEASE + """
                 where (cast(:customer as uuid) is null or customer_id = cast(:customer as uuid))
                   and (cast(:after as uuid) is null
                        or (created_at, id) > (select l.created_at, l.id from lease l where l.id = cast(:after as uuid)))
                 order by created_at, id limit :limit""")
                .bind("customer", customerId).bind("after", after).bind("limit", limit)
                .map((row, context) -> rows.lease(row)).list();
    }

    /// Its life so far, oldest first.
    public List<Transition> history(Handle handle, UUID leaseId) {
        return handle.createQuery("""
                select version, from_state, to_state, actor, at, reason, next_at from lease_transition
                where lease_id = :id order by version""")
                .bind("id", leaseId)
                .map((row, context) -> {
                    String from = row.getString("from_state");
                    return new Transition(row.getInt("version"), from == null ? null : LeaseStep.valueOf(from),
                            LeaseStep.valueOf(row.getString("to_state")), row.getString("actor"), row.getTimestamp("at").toInstant(),
                            row.getString("reason"), row.getTimestamp("next_at") == null ? null : row.getTimestamp("next_at").toInstant());
                }).list();
    }

    /// All versions of what was agreed, oldest first; the last ones may lie ahead.
    public List<Terms> agreed(Handle handle, UUID leaseId) {
        return handle.createQuery("select * from lease_terms where lease_id = :id order by version").bind("id", leaseId)
                .map((row, context) -> rows.terms(row)).list();
    }

    /// When it was paused, oldest first.
    public List<Pause> pauses(Handle handle, UUID leaseId) {
        return handle.createQuery("select began_at, ended_at, paused_by from lease_pause where lease_id = :id order by began_at")
                .bind("id", leaseId)
                .map((row, context) -> new Pause(row.getTimestamp(1).toInstant(),
                        row.getTimestamp(2) == null ? null : row.getTimestamp(2).toInstant(), Party.valueOf(row.getString(3)))).list();
    }

    private void due(Handle handle, Locked locked, Instant now) {
        Lease lease = locked.lease();
        if (lease.state() instanceof LeaseState.Lapsed lapsed) {
            step(handle, locked, LeaseStep.LAPSED, "manager", lapsed.at(), "nobody answered: silence is a no", null, NOTHING);
            return;
        }
        if (!(lease.state() instanceof LeaseState.Running running)) {
            throw new IllegalStateException("lease " + lease.number() + " is " + lease.state().step() + " and has nothing due");
        }
        Optional<Terms> change = agreed(handle, lease.id()).stream().filter(terms -> terms.version() == lease.termsVersion() + 1).findFirst();
        if (change.isPresent() && !change.get().effectiveAt().isAfter(now) && change.get().effectiveAt().isBefore(running.term().to())) {
            hold(handle, locked, change.get(), running);
        } else if (!running.term().to().isAfter(now)) {
            Ending known = running.term().ending();
            Ending ending = known == null ? Ending.EXPIRED : known;
            end(handle, locked, ending, "manager", ending == Ending.EXPIRED ? "its term ran out and was not renewed" : "the notice has run out");
        } else {
            switch (running) {
                case LeaseState.Paused paused -> activate(handle, locked, "manager", "the pause is over");
                case LeaseState.Warned warned -> step(handle, locked, LeaseStep.SUSPENDED, "manager",
                        warned.provision() + " was not cured by " + warned.cureBy() + ": incentives are paused",
                        warned.cureBy().plus(Duration.ofDays(CURE_DAYS)), Map.of("provision", warned.provision()));
                case LeaseState.Suspended suspended -> end(handle, locked, Ending.BREACH, "manager",
                        suspended.provision() + " was not cured by " + suspended.endsAt());
                case LeaseState.Active active -> throw new IllegalStateException("lease " + lease.number() + " runs, and nothing is due");
            }
        }
    }

    /// The terms agreed upon ahead hold from now on.
    private void hold(Handle handle, Locked locked, Terms terms, LeaseState.Running running) {
        act(handle, locked, "manager", "version " + terms.version() + " of the terms holds: " + terms.why(), deadline(running), Map.of(
                "terms_version", terms.version(), "leased_bytes", terms.leasedBytes(), "pay_minor", terms.monthlyPay().minor(),
                "pay_currency", terms.monthlyPay().currency()), terms);
    }

    private Terms ahead(Handle handle, Lease lease, Instant effective, LeasePlan plan, DiskShare share, long leasedBytes, Money monthlyPay,
            String why, Instant now) {
        List<Terms> all = agreed(handle, lease.id());
        if (all.getLast().version() > lease.termsVersion()) {
            throw new NotNow(lease.number(), "version " + all.getLast().version() + " of its terms is agreed upon and holds from "
                    + all.getLast().effectiveAt() + "; change it after that");
        }
        if (leasedBytes < 1 || !monthlyPay.currency().equals(lease.monthlyPay().currency())) {
            throw new IllegalArgumentException("new terms lease at least a byte and stay in " + lease.monthlyPay().currency());
        }
        Terms terms = new Terms(lease.termsVersion() + 1, effective, plan, share, leasedBytes, monthlyPay, why, now);
        agree(handle, lease.id(), terms);
        return terms;
    }

    private void agree(Handle handle, UUID leaseId, Terms terms) {
        handle.createUpdate("""
                insert into lease_terms (lease_id, version, effective_at, plan, share, leased_bytes, pay_minor, pay_currency, why, agreed_at)
                values (:lease, :version, :effective, cast(:plan as jsonb), cast(:share as jsonb), :bytes, :pay, :currency, :why, :at)""")
                .bind("lease", leaseId).bind("version", terms.version()).bind("effective", terms.effectiveAt())
                .bind("plan", json.writeValueAsString(terms.plan()))
                .bind("share", json.writerFor(DiskShare.class).writeValueAsString(terms.share()))
                .bind("bytes", terms.leasedBytes() == 0 ? null : terms.leasedBytes()).bind("pay", terms.monthlyPay().minor())
                .bind("currency", terms.monthlyPay().currency()).bind("why", terms.why()).bind("at", terms.agreedAt()).execute();
    }

    private Duration paused(Handle handle, UUID leaseId, Instant now) {
        Instant yearAgo = now.minus(Duration.ofDays(365));
        Duration sum = Duration.ZERO;
        for (Pause pause : pauses(handle, leaseId)) {
            if (pause.by() != Party.CUSTOMER || pause.to() != null && !pause.to().isAfter(yearAgo)) {
                continue;
            }
            Instant from = pause.from().isBefore(yearAgo) ? yearAgo : pause.from();
            sum = sum.plus(Duration.between(from, pause.to() == null ? now : pause.to()));
        }
        return sum;
    }

    private void activate(Handle handle, Locked locked, String actor, String reason) {
        step(handle, locked, LeaseStep.ACTIVE, actor, reason, null, NOTHING);
    }

    private void end(Handle handle, Locked locked, Ending ending, String actor, String reason) {
        step(handle, locked, LeaseStep.STANDING_DOWN, actor, reason, null, Map.of("ending", ending.name()));
    }

    private static LeaseState.Running running(Lease lease, LeaseStep wanted) {
        if (lease.state() instanceof LeaseState.Running running) {
            return running;
        }
        throw new IllegalTransition(lease.number(), lease.state().step(), wanted);
    }

    private static @Nullable Instant deadline(LeaseState.Running running) {
        return switch (running) {
            case LeaseState.Active active -> null;
            case LeaseState.Paused paused -> paused.until();
            case LeaseState.Warned warned -> warned.cureBy();
            case LeaseState.Suspended suspended -> suspended.endsAt();
        };
    }

    private record Locked(Lease lease, int version) {}

    private Locked lock(Handle handle, UUID leaseId) {
        return handle.createQuery(LeaseRows.LEASE + " where id = :id for update").bind("id", leaseId)
                .map((row, context) -> new Locked(rows.lease(row), row.getInt("version"))).findOne().orElseThrow(() -> unknown(leaseId));
    }

    private void step(Handle handle, Locked locked, LeaseStep to, String actor, String reason, @Nullable Instant deadline,
            Map<String, ?> changes) {
        step(handle, locked, to, actor, now(), reason, deadline, changes);
    }

    private void step(Handle handle, Locked locked, LeaseStep to, String actor, Instant at, String reason, @Nullable Instant deadline,
            Map<String, ?> changes) {
        LeaseStep from = locked.lease().state().step();
        boolean lapsing = from == LeaseStep.LAPSED && to == LeaseStep.LAPSED;
        if (!lapsing && !from.next().contains(to)) {
            throw new IllegalTransition(locked.lease().number(), from, to);
        }
        if (from == LeaseStep.PAUSED) {
            handle.createUpdate("update lease_pause set ended_at = :at where lease_id = :id and ended_at is null")
                    .bind("at", at).bind("id", locked.lease().id()).execute();
        }
        Map<String, @Nullable Object> all = new HashMap<>(changes);
        all.put("state", to.name());
        all.put("state_at", at);
        all.putIfAbsent("provision", null);
        all.putIfAbsent("paused_by", null);
        write(handle, locked, lapsing ? LeaseStep.OFFERED : from, to, actor, at, reason, deadline, all, null);
    }

    /// Something happened that leaves its state as it is.
    private void act(Handle handle, Locked locked, String actor, String reason, @Nullable Instant deadline, Map<String, ?> changes) {
        act(handle, locked, actor, reason, deadline, changes, null);
    }

    private void act(Handle handle, Locked locked, String actor, String reason, @Nullable Instant deadline, Map<String, ?> changes,
            @Nullable Terms terms) {
        LeaseStep step = locked.lease().state().step();
        write(handle, locked, step, step, actor, now(), reason, deadline, new HashMap<>(changes), terms);
    }

    private void write(Handle handle, Locked locked, LeaseStep from, LeaseStep to, String actor, Instant at, String reason,
            @Nullable Instant deadline, Map<String, @Nullable Object> changes, @Nullable Terms terms) {
        UUID id = locked.lease().id();
        StringBuilder assignments = new StringBuilder("deadline = cast(:deadline as timestamptz), version = version + 1");
        changes.keySet().forEach(column -> assignments.append(", ").append(column).append(" = :").append(column));
        if (terms != null) {
            assignments.append(", plan = cast(:plan as jsonb), share = cast(:share as jsonb)");
        }
        var update = handle.createUpdate("update lease set " + assignments + " where id = :id").bind("id", id).bind("deadline", deadline);
        changes.forEach(update::bind);
        if (terms != null) {
            update.bind("plan", json.writeValueAsString(terms.plan()))
                    .bind("share", json.writerFor(DiskShare.class).writeValueAsString(terms.share()));
        }
        update.execute();
        Instant next = handle.createQuery("""
                update lease set next_at = case
                  when state = 'OFFERED' then expires_at
                  when state in ('ACTIVE', 'PAUSED', 'WARNED', 'SUSPENDED') then least(deadline, term_to,
                    (select effective_at from lease_terms t where t.lease_id = lease.id and t.version = lease.terms_version + 1)) end,
                  renewal_at = case when state in ('ACTIVE', 'PAUSED', 'WARNED', 'SUSPENDED') and ending is null then renewal_at end
                where id = :id returning next_at""").bind("id", id).mapTo(Instant.class).findOne().orElse(null);
        record(handle, locked.lease(), locked.version() + 1, from, to, actor, at, reason, next);
    }

    private void record(Handle handle, Lease lease, int version, @Nullable LeaseStep from, LeaseStep to, String actor,
            Instant at, String reason, @Nullable Instant next) {
        handle.createUpdate("""
                insert into lease_transition (lease_id, version, from_state, to_state, actor, at, reason, next_at)
                values (:lease, :version, :from, :to, :actor, :at, :reason, :next)""")
                .bind("lease", lease.id()).bind("version", version).bind("from", from == null ? null : from.name())
                .bind("to", to.name()).bind("actor", actor).bind("at", at).bind("reason", reason).bind("next", next).execute();
        Audit.write(handle, at, actor, from == to ? "lease stays " + to : "lease becomes " + to, lease.id().toString(),
                lease.number() + ": " + reason);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static IllegalStateException unknown(UUID leaseId) {
        return new IllegalStateException("there is no lease " + leaseId);
    }
}
