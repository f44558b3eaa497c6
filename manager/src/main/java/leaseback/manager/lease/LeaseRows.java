package leaseback.manager.lease;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import leaseback.manager.catalog.DiskShare;
import leaseback.manager.catalog.Documents;
import leaseback.manager.catalog.LeasePlan;
import leaseback.manager.catalog.Money;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Reads what the database keeps of leases.
final class LeaseRows {
    static final String LEASE = """
            select id, number, customer_id, zone, plan, share, pay_minor, pay_currency, terms_version, version, state, state_at, expires_at,
                   machine_id, leased_bytes, delivered_at, term_from, term_to, ending, deadline, paused_by, provision, next_at, created_at, holidays_version,
                   (select string_agg(cast(h.day as text), ',' order by h.day) from lease_holiday h where h.lease_id = lease.id) as holidays
            from lease
            """;
    private final InstantSource clock;
    private final JsonMapper json = Documents.mapper();

    LeaseRows(InstantSource clock) {
        this.clock = clock;
    }

    Lease lease(ResultSet row) throws SQLException {
        return new Lease(row.getObject("id", UUID.class), row.getString("number"), row.getObject("customer_id", UUID.class),
                ZoneId.of(row.getString("zone")), json.readValue(row.getString("plan"), LeasePlan.class),
                json.readValue(row.getString("share"), DiskShare.class), new Money(row.getLong("pay_minor"), row.getString("pay_currency")),
                row.getInt("terms_version"), state(row), instant(row, "delivered_at"), instant(row, "next_at"), at(row, "created_at"),
                days(row.getString("holidays")), row.getInt("holidays_version"));
    }

    private static List<LocalDate> days(@Nullable String days) {
        return days == null ? List.of() : Arrays.stream(days.split(",", -1)).map(LocalDate::parse).toList();
    }

    Terms terms(ResultSet row) throws SQLException {
        return new Terms(row.getInt("version"), at(row, "effective_at"), json.readValue(row.getString("plan"), LeasePlan.class),
                json.readValue(row.getString("share"), DiskShare.class), row.getLong("leased_bytes"),
                new Money(row.getLong("pay_minor"), row.getString("pay_currency")), row.getString("why"), at(row, "agreed_at"));
    }

    private LeaseState state(ResultSet row) throws SQLException {
        Instant at = at(row, "state_at");
        UUID machine = row.getObject("machine_id", UUID.class);
        long bytes = row.getLong("leased_bytes");
        return switch (LeaseStep.valueOf(row.getString("state"))) {
            case OFFERED -> {
                // Lapsed from its last instant on, whether or not the timer has rung yet.
                Instant expiresAt = at(row, "expires_at");
                yield clock.instant().isBefore(expiresAt) ? new LeaseState.Offered(at, expiresAt) : new LeaseState.Lapsed(expiresAt);
            }
            case LAPSED -> new LeaseState.Lapsed(at);
            case DECLINED -> new LeaseState.Declined(at);
            case ACCEPTED -> new LeaseState.Accepted(at);
            case OWNED -> new LeaseState.Owned(at, machine);
            case CONFIGURED -> new LeaseState.Configured(at, machine, bytes);
            case DELIVERED -> new LeaseState.Delivered(at, machine, bytes);
            case ACTIVE -> new LeaseState.Active(at, machine, bytes, term(row));
            case PAUSED -> new LeaseState.Paused(at, machine, bytes, term(row), Party.valueOf(row.getString("paused_by")), at(row, "deadline"));
            case WARNED -> new LeaseState.Warned(at, machine, bytes, term(row), row.getString("provision"), at(row, "deadline"));
            case SUSPENDED -> new LeaseState.Suspended(at, machine, bytes, term(row), row.getString("provision"), at(row, "deadline"));
            case STANDING_DOWN -> new LeaseState.StandingDown(at, machine, bytes, Ending.valueOf(row.getString("ending")));
            case RELEASED -> new LeaseState.Released(at, machine, bytes, Ending.valueOf(row.getString("ending")));
            case WITHDRAWN -> new LeaseState.Withdrawn(at);
        };
    }

    private static Term term(ResultSet row) throws SQLException {
        String ending = row.getString("ending");
        return new Term(at(row, "term_from"), at(row, "term_to"), ending == null ? null : Ending.valueOf(ending));
    }

    private static Instant at(ResultSet row, String column) throws SQLException {
        return Objects.requireNonNull(instant(row, column), column);
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp stamp = row.getTimestamp(column);
        return stamp == null ? null : stamp.toInstant();
    }
}
