package leaseback.manager.lease;

import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import leaseback.manager.audit.Audit;
import leaseback.manager.catalog.Refusal;
import leaseback.protocol.Calendar;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/// The days that owners name as holidays. Today and days gone by stay as they were: a promise is not changed after the fact.
/// Every method works in the caller's transaction.
public final class Holidays {
    /// How far ahead days are taken.
    public static final int YEARS_AHEAD = 3;

    private final Leases leases;
    private final InstantSource clock;

    public Holidays(Leases leases, InstantSource clock) {
        this.leases = leases;
        this.clock = clock;
    }

    /// What an import did.
    ///
    /// @param kept       days of it that were holidays already
    /// @param passedOver events of it that do not last whole days
    public record Imported(List<Holiday> added, List<Holiday> removed, int kept, int passedOver) {}

    /// All of a lease, past and to come, first to last.
    public List<Holiday> of(Handle handle, UUID leaseId) {
        return handle.createQuery("select day, summary from lease_holiday where lease_id = :id order by day").bind("id", leaseId)
                .map((row, context) -> new Holiday(row.getObject("day", LocalDate.class), row.getString("summary"))).list();
    }

    /// Takes the whole days of an iCalendar file from tomorrow until in three years.
    ///
    /// @param replace whether days ahead that the file does not have are taken away
    /// @throws Refusal when the plan has no holidays, the file says no whole day that lies ahead, or there would be more than 400 days
    /// @throws NotNow  when the lease has come to its end
    public Imported take(Handle handle, UUID leaseId, String ics, boolean replace, String actor) {
        Lease lease = lock(handle, leaseId);
        LocalDate today = today(lease);
        CalendarFile.Days file = CalendarFile.read(ics, today.plusDays(1), today.plusYears(YEARS_AHEAD));
        Map<LocalDate, Holiday> known = new TreeMap<>();
        of(handle, leaseId).forEach(each -> known.put(each.day(), each));
        List<Holiday> added = file.days().stream().filter(each -> !known.containsKey(each.day())).toList();
        List<LocalDate> named = file.days().stream().map(Holiday::day).toList();
        List<Holiday> removed = new ArrayList<>();
        if (replace) {
            known.values().stream().filter(each -> each.day().isAfter(today) && !named.contains(each.day())).forEach(removed::add);
        }
        int all = known.size() + added.size() - removed.size();
        if (all > Calendar.MOST_WHOLE_DAYS) {
            throw Refusal.unfit("a lease has at most " + Calendar.MOST_WHOLE_DAYS + " holidays, those gone by included; with this "
                    + "calendar it would have " + all + "; give one with fewer days");
        }
        change(handle, lease, added, removed, actor);
        return new Imported(added, removed, file.days().size() - added.size(), file.passedOver());
    }

    /// The day is a day like others again.
    ///
    /// @throws Refusal when it is no holiday, or not ahead any more
    public void remove(Handle handle, UUID leaseId, LocalDate day, String actor) {
        Lease lease = lock(handle, leaseId);
        Holiday found = of(handle, leaseId).stream().filter(each -> each.day().equals(day)).findFirst()
                .orElseThrow(() -> Refusal.unknown("holiday", day));
        if (!day.isAfter(today(lease))) {
            throw Refusal.conflict(day + " is not ahead any more (" + lease.zone().getId() + "); a promise is not changed after the fact");
        }
        change(handle, lease, List.of(), List.of(found), actor);
    }

    private void change(Handle handle, Lease lease, List<Holiday> added, List<Holiday> removed, String actor) {
        if (added.isEmpty() && removed.isEmpty()) {
            return;
        }
        write(handle, lease, added, "insert into lease_holiday (lease_id, day, summary) values (:lease, :day, :summary)");
        write(handle, lease, removed, "delete from lease_holiday where lease_id = :lease and day = :day and summary = :summary");
        handle.createUpdate("update lease set holidays_version = holidays_version + 1 where id = :id").bind("id", lease.id()).execute();
        Audit.write(handle, now(), actor, "change holidays", lease.id().toString(),
                lease.number() + ": " + added.size() + " days added, " + removed.size() + " taken away");
    }

    private static void write(Handle handle, Lease lease, List<Holiday> days, String sql) {
        if (days.isEmpty()) {
            return;
        }
        PreparedBatch batch = handle.prepareBatch(sql);
        days.forEach(each -> batch.bind("lease", lease.id()).bind("day", each.day()).bind("summary", each.summary()).add());
        batch.execute();
    }

    /// Writes nothing new, but lets nobody else change the days until this transaction is over.
    private Lease lock(Handle handle, UUID leaseId) {
        handle.createUpdate("update lease set holidays_version = holidays_version where id = :id").bind("id", leaseId).execute();
        Lease lease = leases.find(handle, leaseId).orElseThrow(() -> Refusal.unknown("agreement", leaseId));
        if (!lease.plan().holidays()) {
            throw Refusal.conflict("lease " + lease.number() + " is on the plan " + lease.plan().id()
                    + ", which has no holidays: its hours are the same in every week");
        }
        switch (lease.state().step()) {
            case LAPSED, DECLINED, WITHDRAWN, STANDING_DOWN, RELEASED ->
                throw new NotNow(lease.number(), "it is " + lease.state().step() + " and promises no days any more");
            case OFFERED, ACCEPTED, OWNED, CONFIGURED, DELIVERED, ACTIVE, PAUSED, WARNED, SUSPENDED -> { }
        }
        return lease;
    }

    private LocalDate today(Lease lease) {
        return clock.instant().atZone(lease.zone()).toLocalDate();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
