package leaseback.manager.fleet;

import java.sql.Array;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import leaseback.manager.audit.Audit;
import leaseback.manager.database.Database;
import leaseback.protocol.Calendar;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// How well each host keeps the hours it promised, counted by the minute; and where it stands.
///
/// Only minutes in which a manager looked count, so a manager that was down blames nobody. A sleeping host is not counted
/// outside its window.
public final class HostWeeks {
    /// A host whose last report is younger was there: the pulse beats at least twice a minute.
    private static final Duration PRESENT = Duration.ofSeconds(75);
    private static final Duration FRESH = Duration.ofMinutes(5);
    /// What is expected of a host of which nothing is known, and how many minutes of looking weigh as much as that.
    private static final double LIKELY = 0.95;
    private static final double LIKELY_MINUTES = 48 * 60;
    /// How many minutes of one hour of the week weigh as much as what is known of the host as a whole.
    private static final double WHOLE_MINUTES = 4 * 60;
    private final Database database;
    private final Fleet fleet;
    private final InstantSource clock;
    private volatile @Nullable Picture picture;

    public HostWeeks(Database database, Fleet fleet, InstantSource clock) {
        this.database = database;
        this.fleet = fleet;
        this.clock = clock;
    }

    /// Counts the present minute for every host that promised it; once, however many managers do. A chore, at least once a minute.
    public void count() {
        Instant now = clock.instant();
        List<UUID> promised = new ArrayList<>();
        List<Integer> present = new ArrayList<>();
        for (Host host : fleet.all()) {
            if (fleet.known(host.id()).filter(Fleet.Known::underLease).isPresent() && host.terms().serving().isOpen(now)) {
                Instant reported = host.reportedAt();
                promised.add(host.id());
                present.add(reported != null && reported.isAfter(now.minus(PRESENT)) ? 1 : 0);
            }
        }
        if (!promised.isEmpty()) {
            database.transact(handle -> count(handle, promised, present, now));
        }
    }

    /// @param present 1 or 0, in the order of the hosts that promised this minute
    static int count(Handle handle, List<UUID> promised, List<Integer> present, Instant now) {
        Instant minute = now.truncatedTo(ChronoUnit.MINUTES);
        var shown = now.atOffset(ZoneOffset.UTC);
        int hour = (shown.getDayOfWeek().getValue() - 1) * 24 + shown.getHour();
        // More than an hour since the last count: a week has passed, and the old ones weigh less.
        return handle.createUpdate("""
                insert into host_hour (host_id, hour, present, promised, last_minute)
                select c.host_id, :hour, c.present, 1, :minute from unnest(:hosts, :present) as c (host_id, present)
                on conflict (host_id, hour) do update set
                  present = case when host_hour.last_minute < :lately then host_hour.present * 3 / 4 else host_hour.present end
                    + excluded.present,
                  promised = case when host_hour.last_minute < :lately then host_hour.promised * 3 / 4 else host_hour.promised end + 1,
                  last_minute = :minute
                where host_hour.last_minute < :minute""")
                .bind("hour", hour).bind("minute", minute).bind("lately", minute.minus(1, ChronoUnit.HOURS))
                .bindBySqlType("hosts", array(handle, "uuid", promised.toArray()), Types.ARRAY)
                .bindBySqlType("present", array(handle, "int4", present.toArray()), Types.ARRAY).execute();
    }

    /// By host; at most five minutes old.
    public Map<UUID, HostWeek> all() {
        Picture old = picture;
        Instant now = clock.instant();
        if (old != null && now.isBefore(old.at().plus(FRESH))) {
            return old.weeks();
        }
        Picture fresh = new Picture(now, load());
        picture = fresh;
        return fresh.weeks();
    }

    /// Says whose machine the host is: the provider's own (`house`) or a customer's. Audited.
    ///
    /// @return whether there is such a host
    public boolean own(UUID hostId, boolean house, String actor) {
        boolean found = database.transact(handle -> {
            String operator = house ? "manager" : "customer";
            int changed = handle.createUpdate("update host set operator = :operator where id = :id")
                    .bind("operator", operator).bind("id", hostId).execute();
            if (changed == 1) {
                Audit.write(handle, clock.instant(), actor, "operator of host", hostId.toString(), operator);
            }
            return changed == 1;
        });
        picture = null;
        return found;
    }

    private Map<UUID, HostWeek> load() {
        return database.read(handle -> {
            Map<UUID, int[][]> counts = new HashMap<>();
            handle.createQuery("select host_id, hour, present, promised from host_hour")
                    .map((row, context) -> {
                        int[][] of = counts.computeIfAbsent(row.getObject("host_id", UUID.class), host -> new int[2][Calendar.HOURS]);
                        of[0][row.getInt("hour")] = row.getInt("present");
                        of[1][row.getInt("hour")] = row.getInt("promised");
                        return 1;
                    }).forEach(counted -> {});
            Map<UUID, HostWeek> weeks = new HashMap<>();
            handle.createQuery("""
                    select h.id, h.network, h.operator, h.enrolled_at, coalesce(o.body ->> 'system', '') as lot
                    from host h left join machine m on m.id = h.machine_id left join customer_order o on o.id = m.order_id""")
                    .map((row, context) -> {
                        UUID id = row.getObject("id", UUID.class);
                        int[][] of = counts.getOrDefault(id, new int[2][Calendar.HOURS]);
                        return new HostWeek(id, rates(of[0], of[1]), row.getString("network"), row.getString("lot"),
                                row.getString("operator").equals("manager"), row.getTimestamp("enrolled_at").toInstant());
                    }).forEach(week -> weeks.put(week.hostId(), week));
            return Map.copyOf(weeks);
        });
    }

    /// The rates of a host of which nothing is known.
    public static double[] likely() {
        return rates(new int[Calendar.HOURS], new int[Calendar.HOURS]);
    }

    /// Drawn towards what is known of the host as a whole, and that towards what is likely: one bad minute is no bad hour.
    static double[] rates(int[] present, int[] promised) {
        double whole = (Arrays.stream(present).asLongStream().sum() + LIKELY * LIKELY_MINUTES)
                / (Arrays.stream(promised).asLongStream().sum() + LIKELY_MINUTES);
        double[] rates = new double[Calendar.HOURS];
        Arrays.setAll(rates, hour -> Math.min(1, (present[hour] + whole * WHOLE_MINUTES) / (promised[hour] + WHOLE_MINUTES)));
        return rates;
    }

    private static Array array(Handle handle, String type, Object[] values) {
        try {
            return handle.getConnection().createArrayOf(type, values);
        } catch (SQLException broken) {
            throw new IllegalStateException("cannot make an array for the database", broken);
        }
    }

    private record Picture(Instant at, Map<UUID, HostWeek> weeks) {}
}
