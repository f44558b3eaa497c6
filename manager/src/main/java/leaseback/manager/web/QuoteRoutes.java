package leaseback.manager.web;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.database.Database;
import leaseback.manager.order.Channel;
import leaseback.manager.order.Decision;
import leaseback.manager.order.Evidence;
import leaseback.manager.order.Order;
import leaseback.manager.order.Orders;
import leaseback.manager.order.Proposal;
import leaseback.manager.order.Quote;
import leaseback.manager.order.QuoteRequest;
import leaseback.manager.order.QuoteState;
import leaseback.manager.order.Quotes;
import leaseback.manager.order.Signed;
import leaseback.manager.order.Verdict;
import leaseback.protocol.Window;
import org.jspecify.annotations.Nullable;

/// Quotes, their offers in plain words, and the customers' answers.
final class QuoteRoutes {
    private static final String ANSWERED = "It was answered already, or another version stands";
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
                Route.of("GET", "/api/quote", this::list, TokenRole.CUSTOMER, TokenRole.CHANNEL).says("Quotes and how they stand").pages(Shown.class),
                Route.of("POST", "/api/quote", this::create, TokenRole.CUSTOMER, TokenRole.CHANNEL)
                        .says("A price for one machine, with both answers worked out").takes(QuoteRequest.class).creates(Shown.class)
                        .refuses(409, "The Idempotency-Key was used for another quote"),
                Route.of("GET", "/api/quote/{id}", this::quote, TokenRole.CUSTOMER, TokenRole.CHANNEL).says("One quote, with the offer in plain words")
                        .gives(Shown.class),
                Route.of("GET", "/api/quote/{id}/document", this::document, TokenRole.CUSTOMER, TokenRole.CHANNEL)
                        .says("The exact words that are accepted or declined").givesFile("text/plain; charset=utf-8"),
                Route.of("POST", "/api/quote/{id}/accept", call -> decide(call, Verdict.ACCEPTED), TokenRole.CUSTOMER, TokenRole.CHANNEL)
                        .says("The explicit yes to one exact version").takes(Decided.class).creates(OrderRoutes.Shown.class)
                        .refuses(409, ANSWERED).refuses(410, "It has expired"),
                Route.of("POST", "/api/quote/{id}/decline", call -> decide(call, Verdict.DECLINED), TokenRole.CUSTOMER, TokenRole.CHANNEL)
                        .says("The no: the machine without lease").takes(Decided.class).creates(OrderRoutes.Shown.class)
                        .refuses(409, ANSWERED).refuses(410, "It has expired"),
                Route.of("POST", "/api/quote/{id}/counter", this::counter, TokenRole.CUSTOMER, TokenRole.CHANNEL)
                        .says("The customer's own proposal, priced as the next version").takes(Counter.class).creates(Shown.class)
                        .refuses(409, ANSWERED).refuses(410, "It has expired"),
                Route.of("GET", "/api/quote/{id}/version", this::earlier, TokenRole.CUSTOMER)
                        .says("The versions before the one that stands").givesMany(Quote.class),
                Route.of("GET", "/api/quote/{id}/evidence", this::evidence, TokenRole.CUSTOMER, TokenRole.CHANNEL)
                        .says("What proves the answer, to be checked with openssl alone").givesFile("application/x-tar"),
                Route.of("GET", "/api/decisionChain", this::chain).says("Checks the chain of all decisions").gives(Evidence.Chain.class),
                Route.of("GET", "/api/quote/{id}/decision", this::decision, TokenRole.CUSTOMER).says("The decision, as signed")
                        .gives(Decision.class),
                Route.of("GET", "/api/quote/{id}/decision.sig", this::decisionSignature, TokenRole.CUSTOMER)
                        .says("The signature of the decision").givesFile("application/octet-stream"));
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

        Orders.Answer answer(Verdict verdict) {
            return new Orders.Answer(verdict, version, documentSha256, channel == null ? Channel.API : channel, session,
                    checkboxes == null ? List.of() : List.copyOf(checkboxes));
        }
    }

    private Answer list(Call call) {
        UUID customer = call.caller() instanceof Caller.Buyer buyer ? buyer.customerId() : null;
        List<Quotes.Standing> found = database.read(handle -> quotes.page(handle, customer, channel(call), call.after(), call.limit() + 1));
        return Pages.of(call, found, standing -> standing.quote().id(), standing -> new Shown(standing, null));
    }

    private Answer create(Call call) {
        QuoteRequest request = call.body(QuoteRequest.class);
        String channel = channel(call);
        if (channel != null && !channel.equals(request.channelId())) {
            throw new Problem(403, "your token is that of channel " + channel + "; make quotes with \"channelId\":\"" + channel + "\"");
        }
        if (channel == null && !call.caller().actsFor(request.customerId())) {
            throw new Problem(403, "you may ask a quote for yourself only; your token is that of " + call.actor());
        }
        UUID id = call.idempotencyKey() == null ? UUID.randomUUID()
                : UUID.nameUUIDFromBytes((call.actor() + "\n" + call.idempotencyKey()).getBytes(StandardCharsets.UTF_8));
        Quotes.Standing made = database.transact(handle -> quotes.create(handle, id, request, call.actor()));
        return Pages.created(call, call.path() + "/" + id, whole(made));
    }

    private Answer quote(Call call) {
        return Pages.one(call, whole(own(call)));
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
        return Pages.created(call, "/api/productOrder/" + order.id(), new OrderRoutes.Shown(order));
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
        return Pages.created(call, "/api/quote/" + id, whole(next));
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

    /// Through which the caller sells; null for who is none.
    static @Nullable String channel(Call call) {
        return call.caller() instanceof Caller.Shop shop ? shop.channelId() : null;
    }

    private Quotes.Standing own(Call call) {
        UUID id = call.id("quote");
        return database.read(handle -> quotes.find(handle, id))
                .filter(found -> call.caller() instanceof Caller.Shop shop ? shop.channelId().equals(found.quote().request().channelId())
                        : call.caller().actsFor(found.quote().request().customerId()))
                .orElseThrow(() -> Refusal.unknown("quote", id));
    }

    private byte[] words(Quotes.Standing standing) {
        return database.read(handle -> quotes.document(handle, standing.quote().id())).orElseThrow();
    }

    /// A quote as it is shown.
    ///
    /// @param offer in plain words, where one quote is asked for
    record Shown(@JsonUnwrapped Quote quote, String href, UUID customerId, String documentSha256, QuoteState state,
            @Nullable String offer) {
        Shown(Quotes.Standing standing, @Nullable String offer) {
            this(standing.quote(), "/api/quote/" + standing.quote().id(), standing.quote().request().customerId(),
                    standing.documentSha256(), standing.state(), offer);
        }
    }

    private Shown whole(Quotes.Standing standing) {
        return new Shown(standing, new String(words(standing), StandardCharsets.UTF_8));
    }
}
