package leaseback.manager.storage;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import leaseback.manager.catalog.Documents;
import leaseback.manager.database.Database;
import leaseback.manager.metering.Meter;
import leaseback.manager.metering.Reading;
import leaseback.manager.metering.Readings;
import leaseback.manager.metering.Subject;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.json.JsonMapper;

/// Measures what tenants use: requests and bytes as they happen, what is stored once an hour; and makes readings of each day of theirs
/// when it is over, which is what bills rest on. In doubt it counts too little: what a manager that died had not written is not billed.
public final class TenantUse implements AutoCloseable {
    /// For what another manager counted in the last minutes of the day.
    private static final Duration GRACE = Duration.ofMinutes(10);
    private static final int PAGE = 200;
    private static final int PAGES_A_ROUND = 50;
    private final Database database;
    private final Readings readings;
    private final InstantSource clock;
    private final Map<UUID, Counts> counts = new ConcurrentHashMap<>();
    private final JsonMapper json = Documents.mapper();

    public TenantUse(Database database, Readings readings, InstantSource clock) {
        this.database = database;
        this.readings = readings;
        this.clock = clock;
    }

    private record Counts(AtomicLong requests, AtomicLong ingress, AtomicLong egress) {
        Counts() {
            this(new AtomicLong(), new AtomicLong(), new AtomicLong());
        }
    }

    /// One request about something of the tenant's was answered, whoever made it.
    ///
    /// @param received bytes of its body
    /// @param sent     bytes of the answer's
    public void took(UUID tenant, long received, long sent) {
        Counts mine = counts.computeIfAbsent(tenant, first -> new Counts());
        mine.requests().incrementAndGet();
        mine.ingress().addAndGet(received);
        mine.egress().addAndGet(sent);
    }

    /// Writes down what was counted since the last time.
    public void flush() {
        record Row(UUID customer_id, long requests, long ingress, long egress) {}
        List<Row> rows = new ArrayList<>();
        counts.forEach((tenant, mine) -> {
            Row row = new Row(tenant, mine.requests().getAndSet(0), mine.ingress().getAndSet(0), mine.egress().getAndSet(0));
            if (row.requests() > 0) {
                rows.add(row);
            }
        });
        if (rows.isEmpty()) {
            return;
        }
        try {
            database.transact(handle -> handle.createUpdate("""
                    insert into tenant_hour (customer_id, hour, requests, ingress, egress)
                    select r.customer_id, :hour, r.requests, r.ingress, r.egress
                    from json_to_recordset(cast(:rows as json)) as r(customer_id uuid, requests bigint, ingress bigint, egress bigint)
                    join customer c on c.id = r.customer_id
                    on conflict (customer_id, hour) do update set requests = tenant_hour.requests + excluded.requests,
                      ingress = tenant_hour.ingress + excluded.ingress, egress = tenant_hour.egress + excluded.egress""")
                    .bind("hour", hour()).bind("rows", json.writeValueAsString(rows)).execute());
        } catch (RuntimeException failed) {
            rows.forEach(row -> {
                Counts mine = counts.computeIfAbsent(row.customer_id(), first -> new Counts());
                mine.requests().addAndGet(row.requests());
                mine.ingress().addAndGet(row.ingress());
                mine.egress().addAndGet(row.egress());
            });
            throw failed;
        }
    }

    @Override
    public void close() {
        flush();
    }

    /// Counts what everybody stores, once in this hour: objects, their older versions, and parts of uploads.
    public void weigh() {
        database.transact(handle -> {
            boolean first = handle.createUpdate("insert into tenant_weighing (hour) values (:hour) on conflict do nothing")
                    .bind("hour", hour()).execute() > 0;
            if (!first) {
                return 0;
            }
            handle.createUpdate("delete from tenant_weighing where hour < :old").bind("old", hour().minus(Duration.ofDays(7))).execute();
            return handle.createUpdate("""
                    insert into tenant_hour (customer_id, hour, stored)
                    select b.owner_id, :hour, sum(s.bytes) from (
                        select bucket_id, sum(bytes) as bytes from object group by bucket_id
                        union all select bucket_id, sum(bytes) from version group by bucket_id
                        union all select u.bucket_id, sum(p.bytes) from part p join upload u on u.id = p.upload_id group by u.bucket_id) s
                    join bucket b on b.id = s.bucket_id group by b.owner_id having sum(s.bytes) > 0
                    on conflict (customer_id, hour) do update set stored = excluded.stored""").bind("hour", hour()).execute();
        });
    }

    /// Makes readings of all local days that are over. Hours go out and readings come in by one transaction.
    public void settle() {
        for (ZoneId zone : database.read(handle -> handle.createQuery("""
                select distinct c.zone from tenant_hour h join customer c on c.id = h.customer_id""")
                .map((row, context) -> ZoneId.of(row.getString(1))).list())) {
            Instant midnight = clock.instant().minus(GRACE).atZone(zone).toLocalDate().atStartOfDay(zone).toInstant();
            for (int page = 0; page < PAGES_A_ROUND; page++) {
                if (database.transact(handle -> settle(handle, zone, midnight)) < PAGE) {
                    break;
                }
            }
        }
    }

    private int settle(Handle handle, ZoneId zone, Instant midnight) {
        record Day(UUID tenant, LocalDate day) {}
        List<UUID> tenants = handle.createQuery("""
                select distinct h.customer_id from tenant_hour h join customer c on c.id = h.customer_id
                where c.zone = :zone and h.hour < :midnight order by h.customer_id limit :page""")
                .bind("zone", zone.getId()).bind("midnight", midnight).bind("page", PAGE).mapTo(UUID.class).list();
        if (tenants.isEmpty()) {
            return 0;
        }
        Map<Day, Map<Meter, Long>> sums = new HashMap<>();
        handle.createQuery("""
                delete from tenant_hour where customer_id in (<tenants>) and hour < :midnight
                returning customer_id, hour, stored, requests, ingress, egress""")
                .bindList("tenants", tenants).bind("midnight", midnight)
                .map((row, context) -> {
                    Map<Meter, Long> day = sums.computeIfAbsent(new Day(row.getObject("customer_id", UUID.class),
                            row.getTimestamp("hour").toInstant().atZone(zone).toLocalDate()), first -> new EnumMap<>(Meter.class));
                    // A row is an hour, so bytes stored are byte-hours.
                    day.merge(Meter.STORED, row.getLong("stored"), Math::addExact);
                    day.merge(Meter.REQUESTS, row.getLong("requests"), Math::addExact);
                    day.merge(Meter.INGRESS, row.getLong("ingress"), Math::addExact);
                    return day.merge(Meter.EGRESS, row.getLong("egress"), Math::addExact);
                }).forEach(added -> { });
        List<Reading> facts = new ArrayList<>();
        sums.forEach((day, meters) -> meters.forEach((meter, quantity) -> {
            if (quantity > 0) {
                facts.add(new Reading(UUID.randomUUID(), new Subject(Subject.Kind.CUSTOMER, day.tenant()), meter,
                        day.day().atStartOfDay(zone).toInstant(), day.day().plusDays(1).atStartOfDay(zone).toInstant(), quantity, "storage"));
            }
        }));
        readings.record(handle, facts);
        return tenants.size();
    }

    private Instant hour() {
        return clock.instant().truncatedTo(ChronoUnit.HOURS);
    }
}
