package leaseback.manager.web;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.database.Database;
import leaseback.manager.hub.Listener;
import leaseback.manager.hub.Listeners;
import org.jspecify.annotations.Nullable;

/// `/hub` of TM Forum's APIs: who is told what happens. For the operator alone.
public final class HubRoutes implements Routes {
    private final Database database;
    private final Listeners listeners;

    public HubRoutes(Database database, Listeners listeners) {
        this.database = database;
        this.listeners = listeners;
    }

    @Override
    public List<Route> all() {
        List<Route> all = new ArrayList<>();
        TmfEvents.TYPES.forEach((api, types) -> {
            String events = String.join(", ", types);
            all.add(Route.of("POST", api + "hub", call -> register(call, api, types))
                    .says("Another system that is told by POST what happens from now on: " + events).takes(NewListener.class)
                    .creates(Subscription.class).refuses(409, "There are " + Listeners.MOST + " listeners already"));
            all.add(Route.of("GET", api + "hub", call -> list(call, api)).says("Who is told, and how that goes").slices(Subscription.class));
            all.add(Route.of("GET", api + "hub/{id}", call -> one(call, api)).says("One of them").chosen(Subscription.class));
            all.add(Route.of("DELETE", api + "hub/{id}", call -> remove(call, api)).says("Tells it nothing more").goes());
        });
        return all;
    }

    /// @param callback https:// or http://, where each event is sent by POST
    /// @param query    `eventType=A,B`; left out for all
    @JsonIgnoreProperties(ignoreUnknown = true)
    record NewListener(String callback, @Nullable String query) {
        @SuppressWarnings("NullAway") // comes from JSON, where anything may be missing
        NewListener {
            if (callback == null) {
                throw new IllegalArgumentException("say where to, such as {\"callback\":\"https://buyer.example/events\"}");
            }
        }
    }

    /// @param waiting     events that it will be told yet
    /// @param missed      events that came while it was gone for too long, which it will never be told
    /// @param failures    since the last success
    record Subscription(UUID id, String href, @Nullable String callback, @Nullable String query, Listener.@Nullable State state,
            @Nullable Long waiting, @Nullable Long missed, @Nullable Integer failures, @Nullable String lastFailure, @Nullable Instant retryAt,
            @Nullable Instant registeredAt, @Nullable String registeredBy) {}

    private Answer register(Call call, String api, Set<String> types) {
        NewListener wanted = call.body(NewListener.class);
        Listener made = database.transact(handle -> listeners.register(handle, api, wanted.callback(), wanted.query(), types, call.actor()));
        return Pages.created(call, api + "hub/" + made.id(), shown(made));
    }

    private Answer list(Call call, String api) {
        return TmfPages.of(call, database.read(handle -> listeners.of(handle, api)), HubRoutes::shown);
    }

    private Answer one(Call call, String api) {
        UUID id = call.id("listener");
        return TmfPages.one(call, shown(database.read(handle -> listeners.find(handle, api, id)).orElseThrow(() -> Refusal.unknown("listener", id))));
    }

    private Answer remove(Call call, String api) {
        UUID id = call.id("listener");
        if (!database.<Boolean>transact(handle -> listeners.remove(handle, api, id, call.actor()))) {
            throw Refusal.unknown("listener", id);
        }
        return new Answer(204, "", new byte[0], Map.of());
    }

    private static Subscription shown(Listener listener) {
        return new Subscription(listener.id(), listener.api() + "hub/" + listener.id(), listener.callback(),
                listener.query().isEmpty() ? null : listener.query(), listener.state(), listener.waiting(), listener.missed(), listener.failures(),
                listener.lastFailure(), listener.retryAt(), listener.registeredAt(), listener.registeredBy());
    }
}
