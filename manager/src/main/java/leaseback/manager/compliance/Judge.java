package leaseback.manager.compliance;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.clock.Due;
import leaseback.manager.database.Database;
import leaseback.manager.lease.LeaseStep;
import leaseback.manager.lease.Nights;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Judges each running lease's day, some minutes after its local midnight: zone by zone, page by page. Findings of a page and how far the
/// night has come are one transaction; what follows for a lease is one of its own, and is drawn anew every night, so that one that failed is
/// made up for. Days that were missed are judged later, and only the last of them has consequences.
public final class Judge implements Due {
    /// For the last readings of the day to come in.
    static final Duration GRACE = Duration.ofMinutes(10);
    private static final Logger LOG = LoggerFactory.getLogger(Judge.class);
    private static final int PAGE = 500;
    private static final int PAGES_A_ROUND = 40;
    private final Database database;
    private final Breaches breaches;
    private final InstantSource clock;
    private final Nights nights;

    public Judge(Database database, Breaches breaches, InstantSource clock) {
        this.nights = new Nights("judging", GRACE, clock);
        this.database = database;
        this.breaches = breaches;
        this.clock = clock;
    }

    private record Judged(UUID lease, LeaseStep state, @Nullable Provision provision, @Nullable Instant warnedAt) {}

    /// What a finding asks for; `cured` where it is the end of a warning.
    private record Consequence(UUID lease, @Nullable Finding finding, @Nullable Provision cured) {}

    @Override
    public Optional<Instant> next() {
        return database.read(nights::next);
    }

    @Override
    public void run() {
        for (int page = 0; page < PAGES_A_ROUND; page++) {
            Optional<List<Consequence>> consequences = database.transact(handle -> nights.take(handle).map(night -> page(handle, night)));
            if (consequences.isEmpty()) {
                return;
            }
            consequences.get().forEach(this::draw);
        }
    }

    private List<Consequence> page(Handle handle, Nights.Night night) {
        LocalDate day = night.day();
        List<Judged> leases = leases(handle, night);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Standard standard = Standards.current(handle);
        Map<UUID, List<Day>> facts = Facts.of(handle, leases.stream().map(Judged::lease).toList(), night.zone(),
                day.minusDays(Judgement.MONTH - 1), day, day);
        Checks checks = Checks.of(handle, leases.stream().map(Judged::lease).toList(), standard);
        List<Finding> findings = new ArrayList<>();
        List<Consequence> consequences = new ArrayList<>();
        for (Judged lease : leases) {
            List<Day> days = facts.getOrDefault(lease.lease(), List.of());
            List<Finding> found = new ArrayList<>();
            for (Provision provision : Provision.values()) {
                (provision.measured() ? Judgement.of(standard, lease.lease(), provision, day, days, now)
                        : checks.finding(lease.lease(), provision, day, now)).ifPresent(found::add);
            }
            findings.addAll(found);
            consequence(standard, lease, found, checks, days, day, night.zone()).ifPresent(consequences::add);
        }
        Findings.keep(handle, findings, now);
        nights.done(handle, night, leases.size() < PAGE ? null : leases.getLast().lease());
        return night.newest() ? consequences : List.of();
    }

    private static List<Judged> leases(Handle handle, Nights.Night night) {
        return handle.createQuery("""
                select l.id, l.state, l.provision, b.warned_at from lease l
                left join breach b on b.lease_id = l.id and b.told in ('WARNED', 'SUSPENDED')
                where l.zone = :zone and l.state in ('ACTIVE', 'WARNED', 'SUSPENDED')
                  and (cast(:after as uuid) is null or l.id > cast(:after as uuid))
                order by l.id limit :page""")
                .bind("zone", night.zone().getId()).bind("after", night.after()).bind("page", PAGE)
                .map((row, context) -> new Judged(row.getObject("id", UUID.class), LeaseStep.valueOf(row.getString("state")),
                        row.getString("provision") == null || row.getTimestamp("warned_at") == null ? null
                                : Provision.valueOf(row.getString("provision")),
                        row.getTimestamp("warned_at") == null ? null : row.getTimestamp("warned_at").toInstant())).list();
    }

    private static Optional<Consequence> consequence(Standard standard, Judged lease, List<Finding> found, Checks checks, List<Day> days,
            LocalDate day, ZoneId zone) {
        if (lease.state() == LeaseStep.ACTIVE) {
            return found.stream().filter(finding -> !finding.kept()).findFirst()
                    .map(finding -> new Consequence(lease.lease(), finding, null));
        }
        Provision provision = lease.provision();
        if (provision == null || lease.warnedAt() == null) {
            // Somebody else warned; who warns by hand cures by hand.
            return Optional.empty();
        }
        boolean cured = provision.measured()
                ? Judgement.cured(standard, provision, day, days, lease.warnedAt().atZone(zone).toLocalDate())
                : checks.inOrder(lease.lease(), provision);
        return cured ? Optional.of(new Consequence(lease.lease(), null, provision)) : Optional.empty();
    }

    private void draw(Consequence consequence) {
        try {
            database.transact(handle -> {
                Finding finding = consequence.finding();
                Provision cured = consequence.cured();
                if (finding != null) {
                    return breaches.warn(handle, finding, Standards.current(handle));
                }
                return cured != null && breaches.cure(handle, consequence.lease(), cured, cured.words() + " again");
            });
        } catch (RuntimeException failed) {
            // The other leases' nights go on, and this one's is drawn again tomorrow.
            LOG.warn("lease {}: what follows from its findings could not be done; it is tried again next night", consequence.lease(), failed);
        }
    }
}
