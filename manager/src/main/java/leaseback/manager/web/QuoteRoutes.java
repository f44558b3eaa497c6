package leaseback.manager.web;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.database.Database;
import leaseback.manager.order.Channel;
import leaseback.manager.order.Evidence;
import leaseback.manager.order.Order;
import leaseback.manager.order.Orders;
import leaseback.manager.order.Proposal;
import leaseback.manager.order.QuoteRequest;
import leaseback.manager.order.Quotes;
import leaseback.manager.order.Signed;
import leaseback.manager.order.Verdict;
import leaseback.protocol.Window;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Quotes, their offers in plain words, and the customers' answers.
final class QuoteRoutes {
    private final Database database;
    private final Quotes quotes;
    private final Orders orders;
    private final Evidence evidence;

    QuoteRoutes(Database database, Quotes quotes, Orders orders, Evidence evidence) {
        this.database = database;
        this.quotes = quotes;
        this.orders = orders;
        this.evidence = evidence;
    }

    List<Route> all() {
        return List.of(
                Route.of("GET", "/api/quote", this::list, TokenRole.CUSTOMER),
                Route.of("POST", "/api/quote", this::create, TokenRole.CUSTOMER),
                Route.of("GET", "/api/quote/{id}", this::quote, TokenRole.CUSTOMER),
                Route.of("GET", "/api/quote/{id}/document", this::document, TokenRole.CUSTOMER),
                Route.of("POST", "/api/quote/{id}/accept", call -> decide(call, Verdict.ACCEPTED), TokenRole.CUSTOMER),
                Route.of("POST", "/api/quote/{id}/decline", call -> decide(call, Verdict.DECLINED), TokenRole.CUSTOMER),
                Route.of("POST", "/api/quote/{id}/counter", this::counter, TokenRole.CUSTOMER),
                Route.of("GET", "/api/quote/{id}/version", this::earlier, TokenRole.CUSTOMER),
                Route.of("GET", "/api/quote/{id}/evidence", this::evidence, TokenRole.CUSTOMER),
                Route.of("GET", "/api/decisionChain", this::chain),
                Route.of("GET", "/api/quote/{id}/decision", this::decision, TokenRole.CUSTOMER),
                Route.of("GET", "/api/quote/{id}/decision.sig", this::decisionSignature, TokenRole.CUSTOMER));
    }

    /// The customer's answer: to which version, and, where the caller keeps one, the hash of the document that was read.
    ///
    /// @param session    of the shop or page where it was given; 200 characters at most
    /// @param checkboxes the sentences that the customer ticked, as shown; 20 at most
    record Decided(int version, @Nullable String documentSha256, @Nullable Channel channel, @Nullable String session,
            @Nullable List<String> checkboxes) {
        Decided {
            if (session != null && session.length() > 200) {
                throw new IllegalArgumentException("session has at most 200 characters");
            }
            if (checkboxes != null && (checkboxes.size() > 20 || checkboxes.stream().anyMatch(each -> each.length() > 1000))) {
                throw new IllegalArgumentException("checkboxes are at most 20 sentences of at most 1000 characters");
            }
            if (version < 1) {
                throw new IllegalArgumentException("say which version of the quote is answered, such as {\"version\":1}");
            }
        }
    }

    private Answer list(Call call) {
        UUID customer = call.caller() instanceof Caller.Buyer buyer ? buyer.customerId() : null;
        List<Quotes.Standing> found = database.read(handle -> quotes.page(handle, customer, call.after(), call.limit() + 1));
        return Pages.of(call, found, standing -> standing.quote().id(), standing -> shown(call, standing));
    }

    private Answer create(Call call) {
        QuoteRequest request = call.body(QuoteRequest.class);
        if (!call.caller().actsFor(request.customerId())) {
            throw new Problem(403, "you may ask a quote for yourself only; your token is that of " + call.actor());
        }
        UUID id = call.idempotencyKey() == null ? UUID.randomUUID()
                : UUID.nameUUIDFromBytes((call.actor() + "\n" + call.idempotencyKey()).getBytes(StandardCharsets.UTF_8));
        Quotes.Standing made = database.transact(handle -> quotes.create(handle, id, request, call.actor()));
        return Pages.created(call, call.path() + "/" + id, whole(call, made));
    }

    private Answer quote(Call call) {
        return Pages.one(call, whole(call, own(call)));
    }

    private Answer document(Call call) {
        return Answer.of("text/plain; charset=utf-8", words(own(call)));
    }

    private Answer decide(Call call, Verdict verdict) {
        UUID id = own(call).quote().id();
        Decided decided = call.body(Decided.class);
        Channel channel = decided.channel() == null ? Channel.API : decided.channel();
        Order order = database.transact(handle ->
                orders.decide(handle, id, new Orders.Answer(verdict, decided.version(), decided.documentSha256(), channel, decided.session(),
                        decided.checkboxes() == null ? List.of() : List.copyOf(decided.checkboxes())), call.actor()));
        return Pages.created(call, "/api/productOrder/" + order.id(), OrderRoutes.shown(call, order));
    }

    /// What the customer would rather lend, instead of what `version` of the quote says.
    record Counter(int version, @Nullable Long leasedBytes, @Nullable List<Window> serving, @Nullable List<Window> processor) {
        Counter {
            if (version < 1) {
                throw new IllegalArgumentException("say which version of the quote is answered, such as {\"version\":1,...}");
            }
        }
    }

    private Answer counter(Call call) {
        UUID id = own(call).quote().id();
        Counter counter = call.body(Counter.class);
        Proposal proposal;
        try {
            proposal = new Proposal(counter.leasedBytes(), counter.serving(), counter.processor());
        } catch (IllegalArgumentException wrong) {
            throw new Problem(422, String.valueOf(wrong.getMessage()));
        }
        Quotes.Standing next = database.transact(handle -> quotes.counter(handle, id, counter.version(), proposal, call.actor()));
        return Pages.created(call, "/api/quote/" + id, whole(call, next));
    }

    private Answer earlier(Call call) {
        UUID id = own(call).quote().id();
        return Pages.one(call, database.read(handle -> quotes.earlier(handle, id)));
    }

    private Answer evidence(Call call) {
        UUID id = own(call).quote().id();
        Evidence.Bundle bundle = database.read(handle -> evidence.bundle(handle, id))
                .orElseThrow(() -> new Problem(404, "quote " + id + " awaits its answer; accept or decline it first"));
        return EvidenceBundle.tar(bundle);
    }

    private Answer chain(Call call) {
        return Pages.one(call, database.read(evidence::chain));
    }

    private Answer decision(Call call) {
        return Answer.of(Answer.JSON, signed(call).document());
    }

    private Answer decisionSignature(Call call) {
        return Answer.of("application/octet-stream", signed(call).signature());
    }

    private Signed signed(Call call) {
        UUID id = own(call).quote().id();
        return database.read(handle -> orders.decision(handle, id))
                .orElseThrow(() -> new Problem(404, "quote " + id + " awaits its answer; accept or decline it first"));
    }

    private Quotes.Standing own(Call call) {
        UUID id = call.id("quote");
        return database.read(handle -> quotes.find(handle, id))
                .filter(found -> call.caller().actsFor(found.quote().request().customerId()))
                .orElseThrow(() -> Refusal.unknown("quote", id));
    }

    private byte[] words(Quotes.Standing standing) {
        return database.read(handle -> quotes.document(handle, standing.quote().id())).orElseThrow();
    }

    private ObjectNode whole(Call call, Quotes.Standing standing) {
        return shown(call, standing).put("offer", new String(words(standing), StandardCharsets.UTF_8));
    }

    private static ObjectNode shown(Call call, Quotes.Standing standing) {
        ObjectNode node = call.wire().tree(standing.quote());
        node.put("href", "/api/quote/" + standing.quote().id());
        node.put("customerId", standing.quote().request().customerId().toString());
        node.put("documentSha256", standing.documentSha256());
        node.set("state", call.wire().tree(standing.state()));
        return node;
    }
}
