package leaseback.manager.maintenance;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import leaseback.manager.audit.Audit;
import leaseback.manager.catalog.Refusal;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// What is built into which machine, and what was. Every method works in the caller's transaction.
public final class MachineParts {
    private static final Pattern SERIAL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9 ./_-]{0,63}");
    private static final Pattern MAC = Pattern.compile("[0-9a-f]{2}(:[0-9a-f]{2}){5}");
    private static final int MOST = 500;
    private final InstantSource clock;

    public MachineParts(InstantSource clock) {
        this.clock = clock;
    }

    /// A part as it is told of.
    public record Facts(PartKind kind, @Nullable String serial, @Nullable String mac) {
        @SuppressWarnings("NullAway") // comes from JSON, where anything may be missing
        public Facts {
            if (kind == null) {
                throw new IllegalArgumentException("a part needs its kind, such as NETWORK");
            }
            if (serial != null && !SERIAL.matcher(serial).matches()) {
                throw new IllegalArgumentException("a part's serial number is 1 to 64 letters, digits, blanks and . / _ -, not \"" + serial + "\"");
            }
            mac = mac == null ? null : mac.toLowerCase(Locale.ROOT).replace('-', ':');
            if (mac != null && !MAC.matcher(mac).matches()) {
                throw new IllegalArgumentException("a MAC address is six pairs of hexadecimal digits, such as 02:00:5e:10:00:01, not \"" + mac + "\"");
            }
        }
    }

    /// Whose machine it is.
    public Optional<UUID> owner(Handle handle, String machine) {
        return handle.createQuery("select customer_id from machine where serial = :serial union select customer_id from owned_machine where serial = :serial")
                .bind("serial", machine).mapTo(UUID.class).findOne();
    }

    /// A part that is in the machine. The same one again changes nothing.
    ///
    /// @throws Refusal UNKNOWN when there is no such machine
    public MachinePart builtIn(Handle handle, String machine, Facts facts, String why, String actor) {
        if (owner(handle, machine).isEmpty()) {
            throw Refusal.unknown("machine", machine);
        }
        Optional<MachinePart> there = facts.serial() == null && facts.mac() == null ? Optional.empty() : of(handle, machine).stream()
                .filter(part -> part.removedAt() == null && new Facts(part.kind(), part.serial(), part.mac()).equals(facts)).findFirst();
        if (there.isPresent()) {
            return there.get();
        }
        MachinePart part = new MachinePart(UUID.randomUUID(), facts.kind(), facts.serial(), facts.mac(), now(), null, why);
        handle.createUpdate("""
                insert into machine_part (id, machine_serial, kind, part_serial, mac, built_at, why)
                values (:id, :machine, :kind, :serial, :mac, :at, :why)""")
                .bind("id", part.id()).bind("machine", machine).bind("kind", part.kind().name()).bind("serial", part.serial())
                .bind("mac", part.mac()).bind("at", part.builtAt()).bind("why", why).execute();
        Audit.write(handle, part.builtAt(), actor, "build in part", machine, part.kind() + ", " + why);
        return part;
    }

    /// The old part of that kind goes out; the oldest, where several are in and none is named. One that is named and that we did not know by
    /// its number is the oldest whose number we do not know.
    ///
    /// @param serial of the part that goes out; null where it is not known
    void removed(Handle handle, String machine, PartKind kind, @Nullable String serial) {
        handle.createUpdate("""
                update machine_part set removed_at = :now where id = (
                    select id from machine_part where machine_serial = :machine and kind = :kind and removed_at is null
                      and (cast(:serial as text) is null or part_serial is null or part_serial = cast(:serial as text))
                    order by part_serial is not distinct from cast(:serial as text) desc, built_at, turn limit 1)""")
                .bind("now", now()).bind("machine", machine).bind("kind", kind.name()).bind("serial", serial).execute();
    }

    /// All that is and was in a machine, by the time it came in.
    public List<MachinePart> of(Handle handle, String machine) {
        return handle.createQuery("select * from machine_part where machine_serial = :machine order by built_at, turn limit :most")
                .bind("machine", machine).bind("most", MOST).map((row, context) -> part(row)).list();
    }

    private static MachinePart part(ResultSet row) throws SQLException {
        return new MachinePart(row.getObject("id", UUID.class), PartKind.valueOf(row.getString("kind")), row.getString("part_serial"),
                row.getString("mac"), row.getTimestamp("built_at").toInstant(),
                row.getTimestamp("removed_at") == null ? null : row.getTimestamp("removed_at").toInstant(), row.getString("why"));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
