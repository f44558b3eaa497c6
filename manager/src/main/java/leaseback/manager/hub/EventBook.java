package leaseback.manager.hub;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import leaseback.manager.audit.Audit;
import leaseback.manager.database.Database;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes events of what the audit log has news of, and numbers them in the order in which they are told.
final class EventBook {
    private static final Logger LOG = LoggerFactory.getLogger(EventBook.class);
    private static final int AT_ONCE = 200;
    private static final int ROUNDS = 50;
    private final Database database;
    private final Telling telling;
    private final Insistence insistence;

    EventBook(Database database, Telling telling, Insistence insistence) {
        this.database = database;
        this.telling = telling;
        this.insistence = insistence;
    }

    /// All that is new, up to 10,000 acts.
    void notice() {
        for (int round = 0; round < ROUNDS && some() == AT_ONCE; round++) {
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
        }
    }

    private int some() {
        if (!database.read(handle -> handle.createQuery("select exists (select from audit_news)").mapTo(Boolean.class).one())) {
            return 0;
        }
        return database.transact(handle -> {
            long next = locked(handle);
            List<Audit.Entry> news = Audit.news(handle, AT_ONCE);
            Set<String> heard = new HashSet<>(handle.createQuery("select distinct api from hub_listener").mapTo(String.class).list());
            for (Told told : told(handle, heard.isEmpty() ? List.of() : news)) {
                if (heard.contains(told.api())) {
                    handle.createUpdate("insert into hub_event (number, id, api, type, body) values (:number, :id, :api, :type, :body)")
                            .bind("number", next++).bind("id", told.id()).bind("api", told.api()).bind("type", told.type())
                            .bind("body", told.body()).execute();
                }
            }
            Audit.noticed(handle, news);
            handle.createUpdate("update hub_count set next = :next").bind("next", next).execute();
            bound(handle, next);
            return news.size();
        });
    }

    private List<Told> told(Handle handle, List<Audit.Entry> news) {
        List<Told> all = new ArrayList<>();
        for (Audit.Entry entry : news) {
            try {
                all.addAll(telling.tell(handle, entry));
            } catch (JdbiException broken) {
                throw broken;
            } catch (RuntimeException untold) {
                // One that cannot be told must not keep all others waiting for ever.
                LOG.error("nobody is told of the act \"{}\" upon {}", entry.act(), entry.subject(), untold);
            }
        }
        return all;
    }

    /// Events that everybody has.
    void forget() {
        database.once(handle -> handle.createUpdate(
                "delete from hub_event where number < coalesce((select min(next) from hub_listener), (select next from hub_count))").execute());
    }

    /// No more is kept for a listener that does not answer.
    private void bound(Handle handle, long next) {
        long floor = next - insistence.kept();
        handle.createUpdate("""
                update hub_listener l set next = :floor, missed = missed + (select count(*) from hub_event e
                  where e.api = l.api and e.number >= l.next and e.number < :floor) where l.next < :floor""").bind("floor", floor).execute();
        handle.createUpdate("delete from hub_event where number < :floor").bind("floor", floor).execute();
    }

    /// The number of the next event, held until the caller's transaction ends.
    static long locked(Handle handle) {
        return handle.createQuery("select next from hub_count for update").mapTo(Long.class).one();
    }
}
