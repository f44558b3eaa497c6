package leaseback.manager.catalog;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import leaseback.manager.audit.Audit;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// What we sell and what we ask for. Every method works in the caller's transaction.
public final class Catalog {
    private static final String STARTER = "/leaseback/catalog/starter.json";
    private final InstantSource clock;
    private final JsonMapper json = Documents.mapper();

    public Catalog(InstantSource clock) {
        this.clock = clock;
    }

    /// Fills an empty catalogue with the starter's systems and plans; one that was ever filled is left alone.
    public void fillWhenEmpty(Handle handle) {
        record Starter(List<Offering> offerings, List<LeasePlan> plans, List<Item> items, List<Part> parts) {}
        boolean filled = handle.createQuery("select exists (select 1 from offering) or exists (select 1 from lease_plan)")
                .mapTo(Boolean.class).one();
        if (filled) {
            return;
        }
        Starter starter;
        try (InputStream file = Objects.requireNonNull(Catalog.class.getResourceAsStream(STARTER), STARTER)) {
            starter = json.readValue(file, Starter.class);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        // Two managers may start on one empty database: whoever comes second finds the rows there.
        starter.offerings().forEach(each -> insert(handle, "offering", each.id(), json.writeValueAsString(each)));
        starter.plans().forEach(each -> insert(handle, "lease_plan", each.id(), json.writeValueAsString(each)));
        starter.items().forEach(each -> insert(handle, "item", each.id(), json.writeValueAsString(each)));
        starter.parts().forEach(each -> insert(handle, "upgrade_part", each.id(), json.writeValueAsString(each)));
    }

    public Optional<Offering> offering(Handle handle, String id) {
        return find(handle, "offering", id, Offering.class);
    }

    public Optional<LeasePlan> plan(Handle handle, String id) {
        return find(handle, "lease_plan", id, LeasePlan.class);
    }

    /// By id, at most `limit`, those that come after the id `after`.
    public List<Offering> offerings(Handle handle, @Nullable String after, int limit) {
        return page(handle, "offering", after, limit, Offering.class);
    }

    /// By id, at most `limit`, those that come after the id `after`.
    public List<LeasePlan> plans(Handle handle, @Nullable String after, int limit) {
        return page(handle, "lease_plan", after, limit, LeasePlan.class);
    }

    public Optional<Item> item(Handle handle, String id) {
        return find(handle, "item", id, Item.class);
    }

    /// By id, at most `limit`, those that come after the id `after`.
    public List<Item> items(Handle handle, @Nullable String after, int limit) {
        return page(handle, "item", after, limit, Item.class);
    }

    public Optional<Part> part(Handle handle, String id) {
        return find(handle, "upgrade_part", id, Part.class);
    }

    /// By id, at most `limit`, those that come after the id `after`.
    public List<Part> parts(Handle handle, @Nullable String after, int limit) {
        return page(handle, "upgrade_part", after, limit, Part.class);
    }

    /// A new part (version 0 or 1), or a change to the one whose present version it names; answers with what is stored.
    ///
    /// @throws Refusal when somebody else has changed it since
    public Part put(Handle handle, Part wanted, String actor) {
        int version = next(handle, "upgrade_part", wanted.id(), wanted.version());
        Part stored = new Part(wanted.id(), version, wanted.kind(), wanted.name(), wanted.bytes(), wanted.price(), wanted.raise());
        store(handle, "upgrade_part", stored.id(), version, json.writeValueAsString(stored), actor);
        return stored;
    }

    public Optional<SalesChannel> channel(Handle handle, String id) {
        return find(handle, "sales_channel", id, SalesChannel.class);
    }

    /// By id, at most `limit`, those that come after the id `after`.
    public List<SalesChannel> channels(Handle handle, @Nullable String after, int limit) {
        return page(handle, "sales_channel", after, limit, SalesChannel.class);
    }

    /// A new channel (version 0 or 1), or a change to the one whose present version it names; answers with what is stored.
    ///
    /// @throws Refusal when somebody else has changed it since
    public SalesChannel put(Handle handle, SalesChannel wanted, String actor) {
        int version = next(handle, "sales_channel", wanted.id(), wanted.version());
        SalesChannel stored = new SalesChannel(wanted.id(), version, wanted.kind(), wanted.name(), wanted.terms(), wanted.percent());
        store(handle, "sales_channel", stored.id(), version, json.writeValueAsString(stored), actor);
        return stored;
    }

    /// A new item (version 0 or 1), or a change to the one whose present version it names; answers with what is stored.
    ///
    /// @throws Refusal when somebody else has changed it since
    public Item put(Handle handle, Item wanted, String actor) {
        int version = next(handle, "item", wanted.id(), wanted.version());
        Item stored = new Item(wanted.id(), version, wanted.kind(), wanted.name(), wanted.price());
        store(handle, "item", stored.id(), version, json.writeValueAsString(stored), actor);
        return stored;
    }

    /// A new offering (version 0 or 1), or a change to the one whose present version it names; answers with what is stored.
    ///
    /// @throws Refusal when somebody else has changed it since
    public Offering put(Handle handle, Offering wanted, String actor) {
        int version = next(handle, "offering", wanted.id(), wanted.version());
        Offering stored = new Offering(wanted.id(), version, wanted.name(), wanted.description(), wanted.price(), wanted.parts(),
                wanted.options(), wanted.idleWatts(), wanted.preconfigure(), wanted.rules());
        store(handle, "offering", stored.id(), version, json.writeValueAsString(stored), actor);
        return stored;
    }

    /// A new plan (version 0 or 1), or a change to the one whose present version it names; answers with what is stored.
    ///
    /// @throws Refusal when somebody else has changed it since
    public LeasePlan put(Handle handle, LeasePlan wanted, String actor) {
        int version = next(handle, "lease_plan", wanted.id(), wanted.version());
        LeasePlan stored = wanted.at(version);
        store(handle, "lease_plan", stored.id(), version, json.writeValueAsString(stored), actor);
        return stored;
    }

    private int next(Handle handle, String table, String id, int named) {
        int present = handle.createQuery("select version from " + table + " where id = :id for update").bind("id", id)
                .mapTo(Integer.class).findOne().orElse(0);
        if (present == 0 ? named > 1 : named != present) {
            throw Refusal.conflict(present == 0
                    ? "there is no " + table + " " + id + " yet; leave its version out to add it"
                    : table + " " + id + " stands at version " + present + ", not " + named
                            + "; read it again, then send version "
                            + present + " with your change");
        }
        return present + 1;
    }

    private void store(Handle handle, String table, String id, int version, String body, String actor) {
        Instant now = clock.instant();
        int changed = version == 1 ? insert(handle, table, id, body)
                : handle.createUpdate("update " + table
                        + " set version = :version, body = cast(:body as jsonb), changed_at = :at where id = :id")
                        .bind("version", version).bind("body", body).bind("at", now).bind("id", id).execute();
        if (changed == 0) {
            throw Refusal.conflict(table + " " + id + " was added by somebody else just now; read it again");
        }
        Audit.write(handle, now, actor, "put " + table, id, "version " + version);
    }

    private int insert(Handle handle, String table, String id, String body) {
        return handle.createUpdate("insert into " + table
                + " (id, version, body, changed_at) values (:id, 1, cast(:body as jsonb), :at)"
                + " on conflict (id) do nothing")
                .bind("id", id).bind("body", body).bind("at", clock.instant()).execute();
    }

    private <T> Optional<T> find(Handle handle, String table, String id, Class<T> type) {
        return handle.createQuery("select body from " + table + " where id = :id").bind("id", id)
                .mapTo(String.class).findOne().map(body -> json.readValue(body, type));
    }

    private <T> List<T> page(Handle handle, String table, @Nullable String after, int limit, Class<T> type) {
        return handle.createQuery("select body from " + table
                + " where cast(:after as text) is null or id > cast(:after as text) order by id limit :limit")
                .bind("after", after).bind("limit", limit).mapTo(String.class).list()
                .stream().map(body -> json.readValue(body, type)).toList();
    }
}
