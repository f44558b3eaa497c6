package leaseback.manager.compliance;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import leaseback.manager.catalog.Documents;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// The findings that were ever drawn. Added, never altered or deleted.
final class Findings {
    private static final JsonMapper JSON = Documents.mapper();
    private static final String COLUMNS = """
            id, lease_id, provision, day, kept, good, asked, excused, week_good, week_asked, month_good, month_asked, readings, detail,
            standard, judged_at""";

    private Findings() {}

    /// Keeps those that are new; what was judged before stays as it was judged.
    static void keep(Handle handle, List<Finding> findings, Instant now) {
        if (findings.isEmpty()) {
            return;
        }
        List<Map<String, Object>> rows = findings.stream().map(Findings::row).toList();
        handle.createUpdate("""
                insert into finding (id, lease_id, provision, day, kept, good, asked, excused, week_good, week_asked, month_good, month_asked,
                                     readings, detail, standard, judged_at)
                select id, lease_id, provision, day, kept, good, asked, excused, week_good, week_asked, month_good, month_asked,
                       cast(readings as uuid[]), detail, standard, :now
                from json_to_recordset(cast(:rows as json)) as r(id uuid, lease_id uuid, provision text, day date, kept boolean, good bigint,
                    asked bigint, excused bigint, week_good bigint, week_asked bigint, month_good bigint, month_asked bigint,
                    readings text, detail text, standard integer)
                on conflict do nothing""")
                .bind("now", now).bind("rows", JSON.writeValueAsString(rows)).execute();
    }

    /// Of a lease, the newest first.
    static List<Finding> of(Handle handle, UUID lease, LocalDate since) {
        return handle.createQuery("select " + COLUMNS + " from finding where lease_id = :lease and day >= :since order by day desc, provision")
                .bind("lease", lease).bind("since", since).map((row, context) -> finding(row)).list();
    }

    /// Those that are not good enough, the newest first, at most `limit`, those that come after the finding `after`.
    static List<Finding> notKept(Handle handle, Provision provision, @Nullable UUID after, int limit) {
        return handle.createQuery("select " + COLUMNS + """
                 from finding f where not kept and provision = :provision
                  and (cast(:after as uuid) is null
                       or (day, id) < (select a.day, a.id from finding a where a.id = cast(:after as uuid)))
                order by day desc, id desc limit :limit""")
                .bind("provision", provision.name()).bind("after", after).bind("limit", limit)
                .map((row, context) -> finding(row)).list();
    }

    private static Map<String, Object> row(Finding finding) {
        Map<String, Object> row = new TreeMap<>();
        row.put("id", finding.id());
        row.put("lease_id", finding.leaseId());
        row.put("provision", finding.provision().name());
        row.put("day", finding.day().toString());
        row.put("kept", finding.kept());
        row.put("good", finding.ofDay().good());
        row.put("asked", finding.ofDay().asked());
        row.put("excused", finding.excused());
        row.put("week_good", finding.week().good());
        row.put("week_asked", finding.week().asked());
        row.put("month_good", finding.month().good());
        row.put("month_asked", finding.month().asked());
        row.put("readings", finding.readings().stream().map(UUID::toString).collect(Collectors.joining(",", "{", "}")));
        row.put("detail", finding.detail());
        row.put("standard", finding.standard());
        return row;
    }

    private static Finding finding(ResultSet row) throws SQLException {
        return new Finding(row.getObject("id", UUID.class), row.getObject("lease_id", UUID.class),
                Provision.valueOf(row.getString("provision")), row.getObject("day", LocalDate.class), row.getBoolean("kept"),
                new Tally(row.getLong("good"), row.getLong("asked")), new Tally(row.getLong("week_good"), row.getLong("week_asked")),
                new Tally(row.getLong("month_good"), row.getLong("month_asked")), row.getLong("excused"), Facts.ids(row, "readings"),
                row.getString("detail"), row.getInt("standard"), row.getTimestamp("judged_at").toInstant());
    }
}
