package leaseback.manager.letter;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Letters to customers: kept for good, shown where customers look. Written in the transaction of what they tell, so that
/// nothing happens untold and nothing is told that did not happen.
public final class Letters {
    private static final int LONGEST = 10_000;
    private final InstantSource clock;

    public Letters(InstantSource clock) {
        this.clock = clock;
    }

    /// Keeps a letter, unless one about the same was written before.
    ///
    /// @param about what it is about, 1 to 200 letters, digits and `. : @ / + _ -`
    /// @return whether it is new
    public boolean write(Handle handle, UUID customerId, String about, String subject, String text) {
        if (!about.matches("[\\w.:@/+-]{1,200}") || subject.isBlank() || text.isBlank() || text.length() > LONGEST) {
            throw new IllegalArgumentException("a letter needs a short key of what it is about, a subject and a text of at most " + LONGEST
                    + " characters: " + about);
        }
        return handle.createUpdate("""
                insert into letter (id, customer_id, at, about, subject, body) values (:id, :customer, :at, :about, :subject, :text)
                on conflict do nothing""")
                .bind("id", UUID.nameUUIDFromBytes((customerId + " " + about).getBytes(StandardCharsets.UTF_8)))
                .bind("customer", customerId).bind("at", clock.instant().truncatedTo(ChronoUnit.MILLIS)).bind("about", about)
                .bind("subject", subject).bind("text", text).execute() > 0;
    }

    /// Oldest first, at most `limit`, those that come after the letter `after`.
    ///
    /// @param customerId null for everybody's
    public List<Letter> page(Handle handle, @Nullable UUID customerId, @Nullable UUID after, int limit) {
        return handle.createQuery("""
                select id, customer_id, at, about, subject, body from letter
                where (cast(:customer as uuid) is null or customer_id = cast(:customer as uuid))
                  and (cast(:after as uuid) is null or (at, id) > (select a.at, a.id from letter a where a.id = cast(:after as uuid)))
                order by at, id limit :limit""")
                .bind("customer", customerId).bind("after", after).bind("limit", limit)
                .map((row, context) -> letter(row)).list();
    }

    /// To that customer, the newest first.
    public List<Letter> newest(Handle handle, UUID customerId, int limit) {
        return handle.createQuery("""
                select id, customer_id, at, about, subject, body from letter where customer_id = :customer order by at desc, id limit :limit""")
                .bind("customer", customerId).bind("limit", limit).map((row, context) -> letter(row)).list();
    }

    private static Letter letter(ResultSet row) throws SQLException {
        return new Letter(row.getObject("id", UUID.class), row.getObject("customer_id", UUID.class), row.getTimestamp("at").toInstant(),
                row.getString("about"), row.getString("subject"), row.getString("body"));
    }
}
