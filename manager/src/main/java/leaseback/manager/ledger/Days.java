package leaseback.manager.ledger;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.clock.Due;
import leaseback.manager.database.Database;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// The days of the ledger, by UTC. A finished day is closed: its transfers are hashed together with the hash of the day before, and
/// nothing is posted into it any more. Who keeps one hash can tell whether anything up to that day was altered since.
public final class Days implements Due {
    /// Managers' clocks may differ by less than this.
    private static final Duration GRACE = Duration.ofMinutes(5);
    private static final int MOST_AT_ONCE = 400;
    private static final String BEFORE_ALL = "0".repeat(64);
    private static final String CLOSINGS = "select day, previous, hash, transfers, closed_at from ledger_closing ";
    private final Database database;
    private final InstantSource clock;

    public Days(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /// A closed day.
    ///
    /// @param previous hash of the day before; zeros for the first
    /// @param hash     SHA-256 of `previous` and the day's transfers, hexadecimal
    public record Closing(LocalDate day, String previous, String hash, long transfers, Instant closedAt) {}

    /// What a check of everything found.
    ///
    /// @param closedDays how many days are closed
    /// @param transfers  how many transfers are in those of them that are sound
    /// @param lastHash   of the last of those; zeros when there is none
    /// @param firstWrong the first day that is not what it was when it was closed; null when all are
    /// @param wrong      what is wrong with it
    /// @param appendOnly whether the manager's own role is kept from altering what is posted; a superuser never is
    public record Verdict(int closedDays, long transfers, String lastHash, @Nullable LocalDate firstWrong,
            @Nullable String wrong, boolean appendOnly) {
        public boolean sound() {
            return firstWrong == null;
        }
    }

    /// Takes part in the day of `now` until the caller's transaction ends: that long it is not closed.
    ///
    /// @throws Refusal CONFLICT when it is closed
    static void enter(Handle handle, Instant now) {
        LocalDate day = Ledger.day(now);
        boolean shared = handle.createQuery("select 1 from ledger_day where day = :day for share").bind("day", day)
                .mapTo(Integer.class).findOne().isPresent();
        if (!shared) {
            handle.createUpdate("insert into ledger_day (day) values (:day) on conflict do nothing").bind("day", day).execute();
            handle.createQuery("select 1 from ledger_day where day = :day for share").bind("day", day).mapTo(Integer.class).one();
        }
        // A statement of its own, after the lock: it sees what a closing has committed while this waited.
        Optional<Closing> last = last(handle);
        if (last.isPresent() && !day.isAfter(last.get().day())) {
            throw Refusal.conflict("the ledger is closed up to " + last.get().day() + ", and this manager's clock says "
                    + now + "; set its clock right");
        }
    }

    /// When the first day that is still open may be closed: some minutes after its end.
    @Override
    public Optional<Instant> next() {
        return database.read(Days::nextDay).map(day -> end(day).plus(GRACE));
    }

    @Override
    public void run() {
        close();
    }

    /// Closes every day that has ended, oldest first and also those without transfers, at most 400 a round.
    ///
    /// @return how many were closed
    int close() {
        int closed = 0;
        while (closed < MOST_AT_ONCE) {
            LocalDate day = database.read(Days::nextDay).orElse(null);
            if (day == null || end(day).plus(GRACE).isAfter(clock.instant())) {
                return closed;
            }
            closed += database.transact(handle -> close(handle, day));
        }
        return closed;
    }

    /// Closed days, oldest first.
    public List<Closing> closings() {
        return database.read(Days::closings);
    }

    /// The last closed day; empty while there is none.
    public Optional<Closing> lastClosed() {
        return database.read(Days::last);
    }

    /// Recomputes every closed day.
    public Verdict verify() {
        return database.snapshot(handle -> {
            boolean appendOnly = handle.createQuery("""
                    select not (has_table_privilege('transfer', 'update') or has_table_privilege('transfer', 'delete')
                             or has_table_privilege('transfer_leg', 'update') or has_table_privilege('transfer_leg', 'delete')
                             or has_table_privilege('ledger_closing', 'update') or has_table_privilege('ledger_closing', 'delete'))""")
                    .mapTo(Boolean.class).one();
            List<Closing> closings = closings(handle);
            LocalDate stray = strayLeg(handle).orElse(null);
            String previous = BEFORE_ALL;
            long transfers = 0;
            for (int i = 0; i < closings.size(); i++) {
                Closing closing = closings.get(i);
                Hashed hashed = hash(handle, closing.day(), previous);
                LocalDate expected = i == 0 ? closing.day() : closings.get(i - 1).day().plusDays(1);
                String wrong = null;
                if (i == 0 && anyBefore(handle, closing.day())) {
                    wrong = "there are transfers before it, the first closed day";
                } else if (!closing.day().equals(expected)) {
                    wrong = "the closing of " + expected + " is missing";
                } else if (!closing.previous().equals(previous)) {
                    wrong = "its closing does not follow from that of the day before";
                } else if (!hashed.hash().equals(closing.hash())) {
                    wrong = "its transfers (" + hashed.transfers() + ") have the hash " + hashed.hash() + "; when it was closed they ("
                            + closing.transfers() + ") had " + closing.hash();
                } else if (stray != null && !stray.isAfter(closing.day())) {
                    wrong = "there is a leg without its transfer, of " + stray;
                }
                if (wrong != null) {
                    return new Verdict(closings.size(), transfers, previous, closing.day(), wrong, appendOnly);
                }
                transfers += hashed.transfers();
                previous = closing.hash();
            }
            return new Verdict(closings.size(), transfers, previous, stray, stray == null ? null : "there is a leg without its transfer",
                    appendOnly);
        });
    }

    private int close(Handle handle, LocalDate day) {
        // Who posts into the day holds its row shared: this waits for them, and they then find the day closed.
        handle.createUpdate("insert into ledger_day (day) values (:day) on conflict do nothing").bind("day", day).execute();
        handle.createQuery("select 1 from ledger_day where day = :day for update").bind("day", day).mapTo(Integer.class).one();
        Optional<Closing> last = last(handle);
        if (last.isPresent() && !last.get().day().plusDays(1).equals(day)) {
            return 0;
        }
        String previous = last.map(Closing::hash).orElse(BEFORE_ALL);
        Hashed hashed = hash(handle, day, previous);
        return handle.createUpdate("""
                insert into ledger_closing (day, previous, hash, transfers, closed_at)
                values (:day, :previous, :hash, :transfers, :at) on conflict do nothing""")
                .bind("day", day).bind("previous", previous).bind("hash", hashed.hash()).bind("transfers", hashed.transfers())
                .bind("at", clock.instant()).execute();
    }

    private record Hashed(String hash, long transfers) {}

    /// The canonical text: a line with the previous hash, one with the day, then for each transfer by instant and id one line, and one
    /// for each of its legs. Fields are parted by tabs, which no field can hold. It is described in docs/ledger.md.
    private static Hashed hash(Handle handle, LocalDate day, String previous) {
        MessageDigest digest = sha256();
        digest.update((previous + "\n" + day + "\n").getBytes(StandardCharsets.UTF_8));
        long transfers = 0;
        UUID current = null;
        try (var rows = handle.createQuery("""
                select t.id, t.at, t.code, t.description, t.value_date, t.reverses,
                       l.at as leg_at, l.line, l.debit, l.credit, l.currency, l.minor, l.source_kind, l.source_id, l.source_line
                from transfer t left join transfer_leg l on l.transfer_id = t.id
                where t.at >= :start and t.at < :end order by t.at, t.id, l.line""")
                .bind("start", start(day)).bind("end", end(day)).setFetchSize(1_000)
                .map((row, context) -> new Row(row.getObject("id", UUID.class),
                        String.join("\t", "transfer", row.getString("id"), row.getTimestamp("at").toInstant().toString(),
                                row.getString("code"), row.getString("value_date"), String.valueOf(row.getString("reverses")),
                                row.getString("description")),
                        row.getTimestamp("leg_at") == null ? "no leg" : String.join("\t", "leg", row.getString("line"),
                                row.getTimestamp("leg_at").toInstant().toString(), row.getString("debit"), row.getString("credit"),
                                row.getString("currency"), row.getString("minor"), row.getString("source_kind"), row.getString("source_id"),
                                row.getString("source_line")))).iterator()) {
            while (rows.hasNext()) {
                Row row = rows.next();
                if (!row.id().equals(current)) {
                    digest.update((row.transfer() + "\n").getBytes(StandardCharsets.UTF_8));
                    current = row.id();
                    transfers++;
                }
                digest.update((row.leg() + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }
        return new Hashed(HexFormat.of().formatHex(digest.digest()), transfers);
    }

    private record Row(UUID id, String transfer, String leg) {}

    private static Optional<LocalDate> nextDay(Handle handle) {
        Optional<Closing> last = last(handle);
        return last.isPresent() ? Optional.of(last.get().day().plusDays(1))
                : handle.createQuery("select at from transfer order by at limit 1")
                        .map((row, context) -> Ledger.day(row.getTimestamp("at").toInstant())).findOne();
    }

    private static Optional<Closing> last(Handle handle) {
        return handle.createQuery(CLOSINGS + "order by day desc limit 1").map((row, context) -> closing(row)).findOne();
    }

    private static List<Closing> closings(Handle handle) {
        return handle.createQuery(CLOSINGS + "order by day").map((row, context) -> closing(row)).list();
    }

    private static Closing closing(ResultSet row) throws SQLException {
        return new Closing(row.getObject("day", LocalDate.class), row.getString("previous"), row.getString("hash"),
                row.getLong("transfers"), row.getTimestamp("closed_at").toInstant());
    }

    private static boolean anyBefore(Handle handle, LocalDate first) {
        return handle.createQuery("select exists (select 1 from transfer where at < :start)").bind("start", start(first))
                .mapTo(Boolean.class).one();
    }

    /// The day of the first leg that has no transfer of its instant; the hashes, which go by transfers, would not notice it.
    private static Optional<LocalDate> strayLeg(Handle handle) {
        return handle.createQuery("""
                select l.at from transfer_leg l left join transfer t on t.id = l.transfer_id and t.at = l.at
                where t.id is null order by l.at limit 1""")
                .map((row, context) -> Ledger.day(row.getTimestamp("at").toInstant())).findOne();
    }

    private static Instant start(LocalDate day) {
        return day.atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    private static Instant end(LocalDate day) {
        return start(day.plusDays(1));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("this Java has no SHA-256", absent);
        }
    }
}
