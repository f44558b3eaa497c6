package leaseback.manager.web;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.database.Database;
import leaseback.manager.lease.Lease;
import leaseback.manager.lease.Leases;
import leaseback.manager.order.Addenda;
import leaseback.manager.order.Addendum;
import leaseback.manager.order.AddendumState;
import leaseback.manager.order.Amendments;
import leaseback.manager.order.Channel;
import leaseback.manager.order.Evidence;
import leaseback.manager.order.Orders;
import leaseback.manager.order.Renewals;
import leaseback.manager.order.Verdict;
import org.jspecify.annotations.Nullable;

/// What is offered on leases that run, another term above all, and the customers' answers.
public final class RenewalRoutes implements Routes {
    private final Database database;
    private final Leases leases;
    private final Renewals renewals;
    private final Addenda addenda;
    private final Amendments amendments;
    private final Evidence evidence;

    public RenewalRoutes(Database database, Leases leases, Renewals renewals, Amendments amendments, Addenda addenda,
            Evidence evidence) {
        this.database = database;
        this.leases = leases;
        this.renewals = renewals;
        this.addenda = addenda;
        this.amendments = amendments;
        this.evidence = evidence;
    }

    @Override
    public List<Route> all() {
        return List.of(
                Route.of("GET", "/api/agreement/{id}/renewal", this::offered, TokenRole.CUSTOMER)
                        .says("What was offered for another term, newest first").givesMany(Shown.class),
                Route.of("POST", "/api/agreement/{id}/renewal", this::decide, TokenRole.CUSTOMER)
                        .says("The customer's answer to the offer of another term").takes(Decided.class).gives(Shown.class)
                        .refuses(409, "It was answered already, or another version stands").refuses(410, "It has expired"),
                Route.of("POST", "/api/addendum/{id}/accept", call -> answer(call, Verdict.ACCEPTED), TokenRole.CUSTOMER)
                        .says("The customer's yes to one exact version").takes(QuoteRoutes.Decided.class).gives(Shown.class)
                        .refuses(409, "It was answered already, another version stands, or the lease cannot be changed now")
                        .refuses(410, "It has expired"),
                Route.of("POST", "/api/addendum/{id}/decline", call -> answer(call, Verdict.DECLINED), TokenRole.CUSTOMER)
                        .says("The customer's no to one exact version").takes(QuoteRoutes.Decided.class).gives(Shown.class)
                        .refuses(409, "It was answered already, another version stands, or the lease cannot be changed now")
                        .refuses(410, "It has expired"),
                Route.of("GET", "/api/addendum/{id}", this::addendum, TokenRole.CUSTOMER)
                        .says("What is offered on a lease that runs, in plain words too").gives(Shown.class),
                Route.of("GET", "/api/addendum/{id}/version", this::earlier, TokenRole.CUSTOMER)
                        .says("The versions before the one that stands").givesMany(Addendum.class),
                Route.of("GET", "/api/addendum/{id}/document", this::document, TokenRole.CUSTOMER)
                        .says("The exact words that are accepted or declined").givesFile("text/plain; charset=utf-8"),
                Route.of("GET", "/api/addendum/{id}/evidence", this::evidence, TokenRole.CUSTOMER)
                        .says("What proves the answer, to be checked with openssl alone").givesFile("application/x-tar"));
    }

    /// The customer's answer to one exact version.
    ///
    /// @param decision   ACCEPTED or DECLINED
    /// @param session    of the shop or page where it was given; 200 characters at most
    /// @param checkboxes the sentences that the customer ticked, as shown; 20 at most
    record Decided(int version, Verdict decision, @Nullable String documentSha256, @Nullable Channel channel, @Nullable String session,
            @Nullable List<String> checkboxes) {
        @SuppressWarnings("NullAway") // comes from JSON, where anything may be missing
        Decided {
            if (version < 1 || decision == null) {
                throw new IllegalArgumentException("say which version is answered and how, such as {\"version\":1,\"decision\":\"ACCEPTED\"}");
            }
            if (session != null && session.length() > 200) {
                throw new IllegalArgumentException("session has at most 200 characters");
            }
            if (checkboxes != null && (checkboxes.size() > 20 || checkboxes.stream().anyMatch(each -> each.length() > 1000))) {
                throw new IllegalArgumentException("checkboxes are at most 20 sentences of at most 1000 characters");
            }
        }

        Orders.Answer answer() {
            return new Orders.Answer(decision, version, documentSha256, channel == null ? Channel.API : channel, session,
                    checkboxes == null ? List.of() : List.copyOf(checkboxes));
        }
    }

    private Answer offered(Call call) {
        UUID id = lease(call).id();
        return Pages.one(call, database.read(handle -> renewals.of(handle, id)).stream().map(this::whole).toList());
    }

    private Answer decide(Call call) {
        UUID id = lease(call).id();
        Decided decided = call.body(Decided.class);
        return Pages.one(call, whole(database.transact(handle -> renewals.decide(handle, id, decided.answer(), call.actor()))));
    }

    private Answer answer(Call call, Verdict verdict) {
        Addendum addendum = own(call).addendum();
        QuoteRoutes.Decided decided = call.body(QuoteRoutes.Decided.class);
        Orders.Answer answer = decided.answer(verdict);
        return Pages.one(call, whole(database.transact(handle -> switch (addendum.kind()) {
            case RENEWAL -> renewals.decide(handle, addendum.leaseId(), answer, call.actor());
            case AMENDMENT, UPGRADE -> amendments.decide(handle, addendum.id(), answer, call.actor());
        })));
    }

    private Answer addendum(Call call) {
        return Pages.one(call, whole(own(call)));
    }

    private Answer earlier(Call call) {
        UUID id = own(call).addendum().id();
        return Pages.one(call, database.read(handle -> addenda.earlier(handle, id)));
    }

    private Answer document(Call call) {
        return Answer.of("text/plain; charset=utf-8", words(own(call)));
    }

    private Answer evidence(Call call) {
        UUID id = own(call).addendum().id();
        return EvidenceBundle.tar(database.read(handle -> evidence.bundle(handle, id))
                .orElseThrow(() -> new Problem(404, "addendum " + id + " awaits its answer; accept or decline it first")));
    }

    private Addenda.Standing own(Call call) {
        UUID id = call.id("addendum");
        return database.read(handle -> addenda.find(handle, id)).filter(found -> call.caller().actsFor(found.addendum().customerId()))
                .orElseThrow(() -> Refusal.unknown("addendum", id));
    }

    private Lease lease(Call call) {
        UUID id = call.id("agreement");
        return database.read(handle -> leases.find(handle, id)).filter(found -> call.caller().actsFor(found.customerId()))
                .orElseThrow(() -> Refusal.unknown("agreement", id));
    }

    private byte[] words(Addenda.Standing standing) {
        return database.read(handle -> addenda.document(handle, standing.addendum().id())).orElseThrow();
    }

    /// An addendum as it is shown, with the offer in plain words.
    record Shown(@JsonUnwrapped Addendum addendum, String href, String agreement, String documentSha256, AddendumState state, String offer) {
        Shown(Addenda.Standing standing, byte[] words) {
            this(standing.addendum(), "/api/addendum/" + standing.addendum().id(), "/api/agreement/" + standing.addendum().leaseId(),
                    standing.documentSha256(), standing.state(), new String(words, StandardCharsets.UTF_8));
        }
    }

    private Shown whole(Addenda.Standing standing) {
        return new Shown(standing, words(standing));
    }
}
