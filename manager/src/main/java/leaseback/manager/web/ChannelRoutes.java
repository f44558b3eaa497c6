package leaseback.manager.web;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import leaseback.manager.catalog.Catalog;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.catalog.SalesChannel;
import leaseback.manager.database.Database;
import leaseback.manager.order.BulkQuotes;
import leaseback.manager.order.QuoteRequest;
import leaseback.manager.order.Verdict;

/// Those who sell for us, and machines sold many at once.
public final class ChannelRoutes implements Routes {
    private static final String ANSWERED = "One of them was answered already, or another version stands";
    private final Database database;
    private final Catalog catalog;
    private final BulkQuotes bulks;
    private final Tokens tokens;

    public ChannelRoutes(Database database, Catalog catalog, BulkQuotes bulks, Tokens tokens) {
        this.database = database;
        this.catalog = catalog;
        this.bulks = bulks;
        this.tokens = tokens;
    }

    @Override
    public List<Route> all() {
        return List.of(
                Route.of("GET", "/api/salesChannel", this::channels).says("Who else sells for us, and what they get of it")
                        .pages(SalesChannel.class, String.class),
                Route.of("POST", "/api/salesChannel", this::put).says("Adds a channel, or changes one from the version that was read")
                        .takes(SalesChannel.class).creates(SalesChannel.class).refuses(409, "It was changed since it was read"),
                Route.of("POST", "/api/salesChannel/{id}/token", this::token)
                        .says("A token with which a channel makes quotes and sees its own; it is in this answer and never again")
                        .takes(Named.class).gives(201, IssuedToken.class),
                Route.of("POST", "/api/bulkQuote", this::create, TokenRole.CUSTOMER).says("The same machine many times, each with its own lease")
                        .takes(Wanted.class).creates(BulkQuotes.Bulk.class).refuses(409, "The Idempotency-Key was used for other quotes"),
                Route.of("GET", "/api/bulkQuote/{id}", this::bulk, TokenRole.CUSTOMER).says("What all of them cost").gives(BulkQuotes.Bulk.class),
                Route.of("POST", "/api/bulkQuote/{id}/accept", call -> decide(call, Verdict.ACCEPTED), TokenRole.CUSTOMER)
                        .says("The yes to all of them").takes(QuoteRoutes.Decided.class).gives(BulkQuotes.Placed.class)
                        .refuses(409, ANSWERED).refuses(410, "They have expired"),
                Route.of("POST", "/api/bulkQuote/{id}/decline", call -> decide(call, Verdict.DECLINED), TokenRole.CUSTOMER)
                        .says("The no to all of them: machines without leases").takes(QuoteRoutes.Decided.class).gives(BulkQuotes.Placed.class)
                        .refuses(409, ANSWERED).refuses(410, "They have expired"));
    }

    /// @param count of machines, 1 to 200
    record Wanted(int count, QuoteRequest quote) {
        @SuppressWarnings("NullAway") // comes from JSON, where anything may be missing
        Wanted {
            if (quote == null) {
                throw new IllegalArgumentException("say for what, such as {\"count\":100,\"quote\":{\"customerId\":...}}");
            }
        }
    }

    record Named(String name) {
        @SuppressWarnings("NullAway") // comes from JSON, where anything may be missing
        Named {
            if (name == null) {
                throw new IllegalArgumentException("a token needs a name: who or what will use it");
            }
        }
    }

    record IssuedToken(String name, TokenRole role, String token) {}

    private Answer channels(Call call) {
        List<SalesChannel> found = database.read(handle -> catalog.channels(handle, call.query().get("after"), call.limit() + 1));
        return Pages.of(call, found, SalesChannel::id, channel -> channel);
    }

    private Answer put(Call call) {
        SalesChannel wanted = call.body(SalesChannel.class);
        SalesChannel stored = database.transact(handle -> catalog.put(handle, wanted, call.actor()));
        return Pages.created(call, call.path() + "/" + stored.id(), stored);
    }

    private Answer token(Call call) {
        String id = call.variable("id");
        Named named = call.body(Named.class);
        if (database.read(handle -> catalog.channel(handle, id)).isEmpty()) {
            throw Refusal.unknown("sales channel", id);
        }
        String token;
        try {
            token = tokens.issueToChannel(named.name(), id, call.actor());
        } catch (IllegalArgumentException unfit) {
            throw new Problem(422, String.valueOf(unfit.getMessage()));
        }
        return new Answer(201, Answer.JSON, call.wire().bytes(new IssuedToken(named.name(), TokenRole.CHANNEL, token)), Map.of());
    }

    private Answer create(Call call) {
        Wanted wanted = call.body(Wanted.class);
        if (!call.caller().actsFor(wanted.quote().customerId())) {
            throw new Problem(403, "you may ask quotes for yourself only; your token is that of " + call.actor());
        }
        UUID id = call.idempotencyKey() == null ? UUID.randomUUID()
                : UUID.nameUUIDFromBytes((call.actor() + "\nbulk\n" + call.idempotencyKey()).getBytes(StandardCharsets.UTF_8));
        BulkQuotes.Bulk made = database.transact(handle -> bulks.create(handle, id, wanted.quote(), wanted.count(), call.actor()));
        return Pages.created(call, call.path() + "/" + id, made);
    }

    private Answer bulk(Call call) {
        return Pages.one(call, own(call));
    }

    private Answer decide(Call call, Verdict verdict) {
        UUID id = own(call).id();
        QuoteRoutes.Decided decided = call.body(QuoteRoutes.Decided.class);
        return Pages.one(call, database.transact(handle -> bulks.decide(handle, id, decided.answer(verdict), call.actor())));
    }

    private BulkQuotes.Bulk own(Call call) {
        UUID id = call.id("bulk quote");
        return database.read(handle -> bulks.find(handle, id)).filter(found -> call.caller().actsFor(found.customerId()))
                .orElseThrow(() -> Refusal.unknown("bulk quote", id));
    }
}
