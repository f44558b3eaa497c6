package leaseback.manager.upkeep;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import leaseback.manager.database.Database;
import leaseback.manager.storage.PieceBook.Place;
import leaseback.manager.storage.Segment;

/// Cells that a host did not answer for in time: asked again, so that silence is no way around an audit.
final class Contained {
    /// Times a cell is asked for before silence counts.
    static final int TIMES = 3;
    private static final Duration PAUSE = Duration.ofMinutes(10);
    private final Database database;
    private final InstantSource clock;

    Contained(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /// Those of the host that are to be asked for again now.
    List<Draw.Pick> due(UUID host, int most) {
        return database.read(handle -> handle.createQuery("""
                select content_id, start, piece, stripe from contained where host_id = :host and again_at <= :now limit :most""")
                .bind("host", host).bind("now", clock.instant()).bind("most", most)
                .map((row, context) -> new Draw.Pick(new Place(row.getObject("content_id", UUID.class), row.getLong("start")),
                        row.getInt("piece"), row.getInt("stripe"))).list());
    }

    /// Notes one more silence; whether it was the last that is borne.
    boolean again(UUID host, Draw.Pick pick, Segment segment) {
        Instant now = clock.instant();
        Instant again = now.plus(PAUSE);
        return database.transact(handle -> {
            // A cell may be drawn anew before its pause is over: then the host has not had another chance.
            int times = handle.createQuery("""
                    insert into contained (host_id, root, piece, stripe, content_id, start, times, again_at)
                    values (:host, :root, :piece, :stripe, :content, :start, 1, :again)
                    on conflict (host_id, root, piece, stripe) do update set times = contained.times + 1, again_at = :again
                    where contained.again_at <= :now returning times""")
                    .bind("host", host).bind("root", segment.root()).bind("piece", pick.piece()).bind("stripe", pick.stripe())
                    .bind("content", pick.place().contentId()).bind("start", pick.place().start()).bind("again", again)
                    .bind("now", now).mapTo(Integer.class).findOne().orElse(0);
            return times >= TIMES && handle.createUpdate("""
                    delete from contained where host_id = :host and root = :root and piece = :piece and stripe = :stripe""")
                    .bind("host", host).bind("root", segment.root()).bind("piece", pick.piece()).bind("stripe", pick.stripe())
                    .execute() == 1;
        });
    }

    /// Lets a cell go: it was answered for, or is no longer the host's to answer for.
    void release(UUID host, Draw.Pick pick) {
        database.transact(handle -> handle.createUpdate("""
                delete from contained where host_id = :host and content_id = :content and start = :start and piece = :piece
                and stripe = :stripe""")
                .bind("host", host).bind("content", pick.place().contentId()).bind("start", pick.place().start())
                .bind("piece", pick.piece()).bind("stripe", pick.stripe()).execute());
    }
}
