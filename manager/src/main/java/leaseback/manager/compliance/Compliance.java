package leaseback.manager.compliance;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.audit.Audit;
import leaseback.manager.lease.Lease;
import leaseback.manager.lease.LeaseState;
import leaseback.manager.lease.Leases;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// How well leases are kept. Every method works in the caller's transaction.
public final class Compliance {
    private static final int AT_ONCE = 500;
    private final Leases leases;
    private final Breaches breaches;
    private final InstantSource clock;

    public Compliance(Leases leases, Breaches breaches, InstantSource clock) {
        this.leases = leases;
        this.breaches = breaches;
        this.clock = clock;
    }

    /// Where a lease stands.
    ///
    /// @param score    of the last 30 days, 0 to 1
    /// @param open     in words, what is not as it should be, by the newest finding of each provision
    /// @param next     in words, what happens next by itself
    /// @param findings of the last 30 days, the newest first
    /// @param breaches warnings and what came of them, the newest first
    public record Standing(UUID leaseId, String number, String state, BigDecimal score, Score lastMonth, List<String> open, String next,
            Standard standard, List<Told> findings, List<Breaches.Breach> breaches) {}

    /// A finding, with its words and its score.
    public record Told(Finding finding, BigDecimal score, String words) {
        Told(Finding finding) {
            this(finding, finding.score(), finding.words());
        }
    }

    /// Where a lease stands now; empty when there is no such lease.
    public Optional<Standing> standing(Handle handle, UUID leaseId) {
        return leases.find(handle, leaseId).map(lease -> {
            Instant now = clock.instant();
            LocalDate since = now.atZone(lease.zone()).toLocalDate().minusDays(Judgement.MONTH);
            List<Finding> findings = Findings.of(handle, leaseId, since);
            Map<Provision, Finding> newest = new EnumMap<>(Provision.class);
            findings.forEach(finding -> newest.putIfAbsent(finding.provision(), finding));
            List<String> open = newest.values().stream().filter(finding -> !finding.kept()).map(Finding::words).toList();
            Score month = score(handle, leaseId, since.atStartOfDay(lease.zone()).toInstant(), now);
            return new Standing(leaseId, lease.number(), lease.state().step().name(), month.value(), month, open, next(lease),
                    Standards.current(handle), findings.stream().map(Told::new).toList(), breaches.of(handle, leaseId));
        });
    }

    /// Findings of that provision that are not good enough, the newest first, at most `limit`, those that come after the finding `after`.
    public List<Told> notKept(Handle handle, Provision provision, @Nullable UUID after, int limit) {
        return Findings.notKept(handle, provision, after, limit).stream().map(Told::new).toList();
    }

    /// The thresholds that hold.
    public Standard standard(Handle handle) {
        return Standards.current(handle);
    }

    /// Lets other thresholds hold, from the next judgement on, as the next version.
    public Standard set(Handle handle, Standard wanted, String actor, String why) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Standard standard = Standards.set(handle, wanted, actor, why, now);
        Audit.write(handle, now, actor, "set standard", "standard " + standard.version(), why);
        return standard;
    }

    private static String next(Lease lease) {
        return switch (lease.state()) {
            case LeaseState.Warned warned -> "If " + words(warned.provision()) + " is not in order by " + warned.cureBy()
                    + ", incentives are paused; 7 days after that the lease ends.";
            case LeaseState.Suspended suspended -> "Incentives are paused. If " + words(suspended.provision()) + " is not in order by "
                    + suspended.endsAt() + ", the lease ends.";
            case LeaseState.Paused paused -> "The lease is paused until " + paused.until() + ": nothing is asked, and nothing is judged.";
            case LeaseState.Active active -> "Nothing: the lease runs, and each day is judged after its midnight.";
            default -> "Nothing: the lease does not run.";
        };
    }

    private static String words(String provision) {
        return Arrays.stream(Provision.values()).filter(each -> each.name().equals(provision)).map(each -> "it that " + each.words()).findFirst()
                .orElse(provision);
    }

    /// How well the hours were kept of the lease, from what was measured and begins from `from` (included) to `to` (excluded).
    ///
    /// @throws IllegalArgumentException when there is no such lease
    public Score score(Handle handle, UUID lease, Instant from, Instant to) {
        Score score = scores(handle, List.of(lease), from, to, from, Facts.ALL).get(lease);
        if (score == null) {
            throw new IllegalArgumentException("there is no lease " + lease);
        }
        return score;
    }

    /// The same for any number of leases, without the readings, as it was known just before `known`; 1 where nothing was asked.
    public Map<UUID, Score> scores(Handle handle, Collection<UUID> leases, Instant from, Instant to, Instant known) {
        List<UUID> all = leases.stream().sorted().distinct().toList();
        Map<UUID, Score> scores = new HashMap<>();
        for (int first = 0; first < all.size(); first += AT_ONCE) {
            scores.putAll(scores(handle, all.subList(first, Math.min(all.size(), first + AT_ONCE)), from, to, to, known));
        }
        return scores;
    }

    private static Map<UUID, Score> scores(Handle handle, List<UUID> leases, Instant from, Instant to, Instant proof, Instant known) {
        Map<ZoneId, List<UUID>> byZone = new HashMap<>();
        handle.createQuery("select id, zone from lease where id = any(:ids)")
                .bindArray("ids", UUID.class, leases)
                .map((row, context) -> byZone.computeIfAbsent(ZoneId.of(row.getString("zone")), zone -> new ArrayList<>())
                        .add(row.getObject("id", UUID.class))).forEach(added -> {});
        Map<UUID, Score> scores = new HashMap<>();
        byZone.forEach((zone, ids) -> {
            Map<UUID, List<Day>> facts = Facts.of(handle, ids, zone, from, to, proof, known);
            for (UUID id : ids) {
                scores.put(id, score(facts.getOrDefault(id, List.of())));
            }
        });
        return scores;
    }

    private static Score score(List<Day> days) {
        Tally kept = Tally.NOTHING;
        long excused = 0;
        List<UUID> readings = new ArrayList<>();
        for (Day day : days.stream().sorted(Comparator.comparing(Day::day)).toList()) {
            kept = kept.plus(new Tally(day.good(Provision.PRESENCE), day.asked(Provision.PRESENCE)));
            excused += Math.min(day.excused(), day.window());
            readings.addAll(day.presence());
        }
        return new Score(kept, excused, readings);
    }
}
