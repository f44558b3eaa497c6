package leaseback.manager.metering;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import leaseback.manager.catalog.Documents;
import leaseback.manager.catalog.Refusal;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// All that was ever measured. Readings are added and never altered or deleted. Every method works in the caller's transaction.
public final class Readings {
    private static final int AT_ONCE = 2_000;
    private static final String COLUMNS = """
            select r.id, r.subject_kind, r.subject, r.meter, r.begins, r.ends, r.quantity, r.source, r.replaces, r.received_at,
                   c.id as replaced_by
            from reading r left join reading c on c.replaces = r.id
            """;
    private final InstantSource clock;
    private final JsonMapper json = Documents.mapper();

    public Readings(InstantSource clock) {
        this.clock = clock;
    }

    /// Keeps all of `readings`, or none. One that is kept already, with the same content, is left as it is.
    ///
    /// @return how many were new
    /// @throws Refusal CONFLICT when an id stands for other content, or what one replaces has another correction already;
    ///     UNFIT when what one replaces does not exist or is of another subject or meter
    public int record(Handle handle, List<Reading> readings) {
        // By id, so that two who send the same at once wait for each other in one order.
        Map<UUID, Reading> wanted = new TreeMap<>();
        for (Reading reading : readings) {
            Reading twin = wanted.put(reading.id(), reading);
            if (twin != null && !twin.equals(reading)) {
                throw otherContent(reading.id());
            }
        }
        refuseCircles(wanted);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        List<Reading> all = List.copyOf(wanted.values());
        int added = 0;
        for (int from = 0; from < all.size(); from += AT_ONCE) {
            added += insert(handle, all.subList(from, Math.min(all.size(), from + AT_ONCE)), now);
        }
        // Afterwards, when all of this call are there: a correction may come together with what it corrects.
        List<Reading> corrections = all.stream().filter(reading -> reading.replaces() != null).toList();
        for (int from = 0; from < corrections.size(); from += AT_ONCE) {
            check(handle, corrections.subList(from, Math.min(corrections.size(), from + AT_ONCE)));
        }
        return added;
    }

    public Optional<Received> find(Handle handle, UUID id) {
        return Optional.ofNullable(find(handle, List.of(id)).get(id));
    }

    /// Readings that begin in the period, corrected ones too, by the time they begin; at most `limit`, those after the reading `after`.
    public List<Received> page(Handle handle, UUID subject, Instant from, Instant to, @Nullable Meter meter, @Nullable UUID after,
            int limit) {
        return handle.createQuery(COLUMNS + """
                where r.subject = :subject and r.begins >= :from and r.begins < :to
                  and (cast(:meter as text) is null or r.meter = cast(:meter as text))
                  and (cast(:after as uuid) is null
                       or (r.begins, r.id) > (select a.begins, a.id from reading a where a.id = cast(:after as uuid)))
                order by r.begins, r.id limit :limit""")
                .bind("subject", subject).bind("from", from).bind("to", to).bind("meter", meter == null ? null : meter.word())
                .bind("after", after).bind("limit", limit).map((row, context) -> received(row)).list();
    }

    /// How many [#page] lists in all.
    public long count(Handle handle, UUID subject, Instant from, Instant to, @Nullable Meter meter) {
        return handle.createQuery("""
                select count(*) from reading r where r.subject = :subject and r.begins >= :from and r.begins < :to
                  and (cast(:meter as text) is null or r.meter = cast(:meter as text))""")
                .bind("subject", subject).bind("from", from).bind("to", to).bind("meter", meter == null ? null : meter.word())
                .mapTo(Long.class).one();
    }

    /// What counts in the period: readings that begin in it and have no correction.
    public Sum sum(Handle handle, UUID subject, Meter meter, Instant from, Instant to) {
        return sum(handle, subject, meter, from, to, Instant.parse("9999-01-01T00:00:00Z"));
    }

    /// The same as it was known just before `knownBefore`: without what came later, corrections too. A bill made then is made again so.
    public Sum sum(Handle handle, UUID subject, Meter meter, Instant from, Instant to, Instant knownBefore) {
        List<UUID> ids = new ArrayList<>();
        long[] quantity = new long[1];
        handle.createQuery("""
                select r.id, r.quantity from reading r
                where r.subject = :subject and r.meter = :meter and r.begins >= :from and r.begins < :to and r.received_at < :known
                  and r.id not in (select c.replaces from reading c where c.subject = :subject and c.replaces is not null
                                   and c.received_at < :known)
                order by r.begins, r.id""")
                .bind("subject", subject).bind("meter", meter.word()).bind("from", from).bind("to", to).bind("known", knownBefore)
                .map((row, context) -> {
                    quantity[0] = Math.addExact(quantity[0], row.getLong("quantity"));
                    return row.getObject("id", UUID.class);
                }).forEach(ids::add);
        return new Sum(meter, quantity[0], ids);
    }

    /// What all meters counted for one subject in the period, as it was known just before `knownBefore`; a meter without any reading is not there.
    public Map<Meter, Sum> sums(Handle handle, UUID subject, Instant from, Instant to, Instant knownBefore) {
        Map<Meter, List<UUID>> ids = new EnumMap<>(Meter.class);
        Map<Meter, Long> quantities = new EnumMap<>(Meter.class);
        handle.createQuery("""
                select r.id, r.meter, r.quantity from reading r
                where r.subject = :subject and r.begins >= :from and r.begins < :to and r.received_at < :known
                  and r.id not in (select c.replaces from reading c where c.subject = :subject and c.replaces is not null
                                   and c.received_at < :known)
                order by r.begins, r.id""")
                .bind("subject", subject).bind("from", from).bind("to", to).bind("known", knownBefore)
                .map((row, context) -> {
                    Meter meter = Meter.named(row.getString("meter"));
                    quantities.merge(meter, row.getLong("quantity"), Math::addExact);
                    return ids.computeIfAbsent(meter, first -> new ArrayList<>()).add(row.getObject("id", UUID.class));
                }).forEach(added -> { });
        Map<Meter, Sum> sums = new EnumMap<>(Meter.class);
        quantities.forEach((meter, quantity) -> sums.put(meter, new Sum(meter, quantity, ids.getOrDefault(meter, List.of()))));
        return sums;
    }

    /// What counts in the period, for every subject of that kind at once and without the ids: what a nightly job goes through.
    public Map<UUID, Map<Meter, Long>> totals(Handle handle, Subject.Kind kind, Instant from, Instant to) {
        Map<UUID, Map<Meter, Long>> totals = new HashMap<>();
        handle.createQuery("""
                select r.subject, r.meter, sum(r.quantity) as quantity from reading r
                where r.subject_kind = :kind and r.begins >= :from and r.begins < :to
                  and r.id not in (select c.replaces from reading c where c.replaces is not null)
                group by r.subject, r.meter""")
                .bind("kind", kind.name()).bind("from", from).bind("to", to)
                .map((row, context) -> totals.computeIfAbsent(row.getObject("subject", UUID.class), id -> new EnumMap<>(Meter.class))
                        .put(Meter.named(row.getString("meter")), row.getBigDecimal("quantity").longValueExact()))
                .forEach(replaced -> { });
        return totals;
    }

    private int insert(Handle handle, List<Reading> readings, Instant now) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Reading reading : readings) {
            Map<String, Object> row = new HashMap<>(Map.of("id", reading.id(), "subject_kind", reading.subject().kind(),
                    "subject", reading.subject().id(), "meter", reading.meter().word(), "begins", reading.from().toString(),
                    "ends", reading.to().toString(), "quantity", reading.quantity(), "source", reading.source()));
            if (reading.replaces() != null) {
                row.put("replaces", reading.replaces());
            }
            rows.add(row);
        }
        Set<UUID> fresh = new HashSet<>(handle.createQuery("""
                insert into reading (id, subject_kind, subject, meter, begins, ends, quantity, source, replaces, received_at)
                select id, subject_kind, subject, meter, begins, ends, quantity, source, replaces, :at
                from json_to_recordset(cast(:rows as json)) as r(id uuid, subject_kind text, subject uuid, meter text,
                    begins timestamptz, ends timestamptz, quantity bigint, source text, replaces uuid)
                on conflict do nothing returning id""")
                .bind("at", now).bind("rows", json.writeValueAsString(rows)).mapTo(UUID.class).list());
        List<Reading> known = readings.stream().filter(reading -> !fresh.contains(reading.id())).toList();
        if (!known.isEmpty()) {
            Map<UUID, Received> first = find(handle, known.stream().map(Reading::id).toList());
            for (Reading reading : known) {
                Received before = first.get(reading.id());
                if (before == null) {
                    throw Refusal.conflict("reading " + reading.replaces() + " has a correction already;"
                            + " correct that one instead: let reading " + reading.id() + " replace it");
                }
                if (!before.reading().equals(reading)) {
                    throw otherContent(reading.id());
                }
            }
        }
        return fresh.size();
    }

    /// What replaces each other in a circle would count for nothing. Only readings that come together can.
    private static void refuseCircles(Map<UUID, Reading> wanted) {
        Set<UUID> straight = new HashSet<>();
        for (Reading reading : wanted.values()) {
            Set<UUID> way = new HashSet<>();
            Reading each = reading;
            while (each != null && !straight.contains(each.id())) {
                if (!way.add(each.id())) {
                    throw Refusal.unfit("readings replace each other in a circle with " + each.id()
                            + "; one of them must stand at its beginning");
                }
                each = each.replaces() == null ? null : wanted.get(each.replaces());
            }
            straight.addAll(way);
        }
    }

    private void check(Handle handle, List<Reading> corrections) {
        Map<UUID, Received> replaced = find(handle, corrections.stream().map(Reading::replaces).flatMap(Stream::ofNullable).toList());
        for (Reading reading : corrections) {
            Received before = reading.replaces() == null ? null : replaced.get(reading.replaces());
            if (before == null) {
                throw Refusal.unfit("reading " + reading.id() + " replaces " + reading.replaces() + ", which does not exist");
            }
            if (!before.reading().subject().equals(reading.subject()) || before.reading().meter() != reading.meter()) {
                throw Refusal.unfit("reading " + reading.id() + " replaces " + reading.replaces()
                        + ", which is of another subject or meter");
            }
        }
    }

    private Map<UUID, Received> find(Handle handle, Collection<UUID> ids) {
        Map<UUID, Received> found = new LinkedHashMap<>();
        handle.createQuery(COLUMNS + "where r.id in (<ids>)").bindList("ids", List.copyOf(ids))
                .map((row, context) -> received(row)).forEach(received -> found.put(received.reading().id(), received));
        return found;
    }

    private static Received received(ResultSet row) throws SQLException {
        return new Received(new Reading(row.getObject("id", UUID.class),
                new Subject(Subject.Kind.valueOf(row.getString("subject_kind")), row.getObject("subject", UUID.class)),
                Meter.named(row.getString("meter")), row.getTimestamp("begins").toInstant(), row.getTimestamp("ends").toInstant(),
                row.getLong("quantity"), row.getString("source"), row.getObject("replaces", UUID.class)),
                row.getTimestamp("received_at").toInstant(), row.getObject("replaced_by", UUID.class));
    }

    private static Refusal otherContent(UUID id) {
        return Refusal.conflict("reading " + id + " was sent with other content; to correct it, send one with a new id"
                + " that replaces it");
    }
}
