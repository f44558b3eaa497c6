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
    private static final int MOST_DAYS_LATE = 31;
    /// The zones of running leases, one index probe each, and where their nights stand.
    private static final String ZONES = """
            with recursive zones (zone) as (
              (select l.zone from lease l where l.state in ('ACTIVE', 'PAUSED', 'WARNED', 'SUSPENDED') order by l.zone limit 1)
              union all
              select (select l.zone from lease l where l.state in ('ACTIVE', 'PAUSED', 'WARNED', 'SUSPENDED') and l.zone > z.zone
                      order by l.zone limit 1) from zones z where z.zone is not null)
            """;
    private final Database database;
    private final Breaches breaches;
    private final InstantSource clock;

    public Judge(Database database, Breaches breaches, InstantSource clock) {
        this.database = database;
        this.breaches = breaches;
        this.clock = clock;
    }

    private record Night(ZoneId zone, @Nullable LocalDate day, @Nullable UUID after) {}

    private record Judged(UUID lease, LeaseStep state, @Nullable Provision provision, @Nullable Instant warnedAt) {}

    /// What a finding asks for; `cured` where it is the end of a warning.
    private record Consequence(UUID lease, @Nullable Finding finding, @Nullable Provision cured) {}

    @Override
    public Optional<Instant> next() {
        Instant now = clock.instant();
        return database.read(handle -> handle.createQuery(ZONES + """
                select min(coalesce(j.next_at, :now)) from zones z left join judging j on j.zone = z.zone where z.zone is not null""")
                .bind("now", now).mapTo(Instant.class).findOne());
    }

    @Override
    public void run() {
        for (int page = 0; page < PAGES_A_ROUND; page++) {
            Night night = database.read(this::due).orElse(null);
            if (night == null) {
                return;
            }
            LocalDate day = night.day();
            if (day == null) {
                begin(night.zone());
            } else {
                List<Consequence> consequences = database.transact(handle -> page(handle, night, day));
                consequences.forEach(this::draw);
            }
        }
    }

    private Optional<Night> due(Handle handle) {
        return handle.createQuery(ZONES + """
                select z.zone, j.day, j.after from zones z left join judging j on j.zone = z.zone
                where z.zone is not null and (j.next_at is null or j.next_at <= :now)
                order by j.next_at nulls first, z.zone limit 1""").bind("now", clock.instant())
                .map((row, context) -> new Night(ZoneId.of(row.getString("zone")), row.getObject("day", LocalDate.class),
                        row.getObject("after", UUID.class))).findOne();
    }

    /// A zone's first night is the coming one: what was before it is not known.
    private void begin(ZoneId zone) {
        LocalDate today = clock.instant().atZone(zone).toLocalDate();
        database.transact(handle -> handle.createUpdate("""
                insert into judging (zone, day, next_at) values (:zone, :day, :next) on conflict do nothing""")
                .bind("zone", zone.getId()).bind("day", today).bind("next", endOf(today, zone)).execute());
    }

    private static Instant endOf(LocalDate day, ZoneId zone) {
        return day.plusDays(1).atStartOfDay(zone).toInstant().plus(GRACE);
    }

    private List<Consequence> page(Handle handle, Night night, LocalDate day) {
        boolean still = handle.createQuery("""
                select 1 from judging where zone = :zone and day = :day and after is not distinct from cast(:after as uuid) for update""")
                .bind("zone", night.zone().getId()).bind("day", day).bind("after", night.after()).mapTo(Integer.class).findOne().isPresent();
        if (!still) {
            // Another manager was faster.
            return List.of();
        }
        LocalDate yesterday = clock.instant().minus(GRACE).atZone(night.zone()).toLocalDate().minusDays(1);
        if (day.isBefore(yesterday.minusDays(MOST_DAYS_LATE))) {
            proceed(handle, night.zone(), yesterday.minusDays(MOST_DAYS_LATE), null);
            return List.of();
        }
        List<Judged> leases = leases(handle, night);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Standard standard = Standards.current(handle);
        Map<UUID, List<Day>> facts = Facts.of(handle, leases.stream().map(Judged::lease).toList(), night.zone(),
                day.minusDays(Judgement.MONTH - 1), day, day);
        List<Finding> findings = new ArrayList<>();
        List<Consequence> consequences = new ArrayList<>();
        for (Judged lease : leases) {
            List<Day> days = facts.getOrDefault(lease.lease(), List.of());
            List<Finding> found = new ArrayList<>();
            for (Provision provision : Provision.values()) {
                Judgement.of(standard, lease.lease(), provision, day, days, now).ifPresent(found::add);
            }
            findings.addAll(found);
            consequence(standard, lease, found, days, day, night.zone()).ifPresent(consequences::add);
        }
        Findings.keep(handle, findings, now);
        if (leases.size() < PAGE) {
            proceed(handle, night.zone(), day.plusDays(1), null);
        } else {
            proceed(handle, night.zone(), day, leases.getLast().lease());
        }
        return day.equals(yesterday) ? consequences : List.of();
    }

    private static void proceed(Handle handle, ZoneId zone, LocalDate day, @Nullable UUID after) {
        handle.createUpdate("update judging set day = :day, after = cast(:after as uuid), next_at = :next where zone = :zone")
                .bind("day", day).bind("after", after).bind("next", endOf(day, zone)).bind("zone", zone.getId()).execute();
    }

    private static List<Judged> leases(Handle handle, Night night) {
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

    private static Optional<Consequence> consequence(Standard standard, Judged lease, List<Finding> found, List<Day> days, LocalDate day,
            ZoneId zone) {
        if (lease.state() == LeaseStep.ACTIVE) {
            return found.stream().filter(finding -> !finding.kept()).findFirst()
                    .map(finding -> new Consequence(lease.lease(), finding, null));
        }
        Provision provision = lease.provision();
        if (provision == null || lease.warnedAt() == null) {
            // Somebody else warned; who warns by hand cures by hand.
            return Optional.empty();
        }
        return Judgement.cured(standard, provision, day, days, lease.warnedAt().atZone(zone).toLocalDate())
                ? Optional.of(new Consequence(lease.lease(), null, provision)) : Optional.empty();
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
