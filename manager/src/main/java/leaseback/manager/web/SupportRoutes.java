package leaseback.manager.web;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.database.Database;
import leaseback.manager.support.Entitlement;
import leaseback.manager.support.Entitlements;
import leaseback.manager.support.SupportDesk;
import leaseback.manager.support.SupportRequest;
import org.jspecify.annotations.Nullable;

/// What leases entitle to, and help for those whom they do.
public final class SupportRoutes implements Routes {
    private final Database database;
    private final Entitlements entitlements;
    private final SupportDesk desk;

    public SupportRoutes(Database database, Entitlements entitlements, SupportDesk desk) {
        this.database = database;
        this.entitlements = entitlements;
        this.desk = desk;
    }

    @Override
    public List<Route> all() {
        return List.of(
                Route.of("GET", "/api/entitlement", this::entitlements, TokenRole.CUSTOMER)
                        .says("The services that go with one's leases, whether they are owed now, and why").givesMany(Entitlement.class)
                        .asks("customer", UUID.class, "Whose; for the operator, who must say"),
                Route.of("GET", "/api/support", this::list, TokenRole.CUSTOMER).says("Requests for help").pages(SupportRequest.class)
                        .asks("customer", UUID.class, "Whose; for the operator").asks("open", Boolean.class, "Only those without an answer"),
                Route.of("POST", "/api/support", this::ask, TokenRole.CUSTOMER).says("Asks for help").takes(Question.class)
                        .creates(SupportRequest.class).refuses(409, "No lease entitles to support now; the reasons are named"),
                Route.of("GET", "/api/support/{id}", this::one, TokenRole.CUSTOMER).says("One request").gives(SupportRequest.class),
                Route.of("POST", "/api/support/{id}/answer", this::answer).says("Answers it, by a letter").takes(Answered.class)
                        .gives(SupportRequest.class).refuses(409, "It was answered already"));
    }

    /// @param customerId one's own where it is missing
    record Question(@Nullable UUID customerId, String subject, String text) {
        @SuppressWarnings("NullAway") // comes from JSON, where anything may be missing
        Question {
            if (subject == null || text == null) {
                throw new IllegalArgumentException("say what is wrong, such as {\"subject\":\"The fan is loud\",\"text\":\"Since Monday ...\"}");
            }
        }
    }

    record Answered(String text) {
        @SuppressWarnings("NullAway") // comes from JSON, where anything may be missing
        Answered {
            if (text == null) {
                throw new IllegalArgumentException("give the answer, such as {\"text\":\"...\"}");
            }
        }
    }

    private Answer entitlements(Call call) {
        UUID customer = whose(call, call.customer().orElse(null));
        return Pages.one(call, database.read(handle -> entitlements.of(handle, customer)));
    }

    private Answer list(Call call) {
        UUID customer = call.caller() instanceof Caller.Buyer buyer ? buyer.customerId() : call.customer().orElse(null);
        boolean open = call.query().getOrDefault("open", "false").equals("true");
        return Pages.of(call, database.read(handle -> desk.page(handle, customer, open, call.after(), call.limit() + 1)), SupportRequest::id, each -> each);
    }

    private Answer ask(Call call) {
        Question question = call.body(Question.class);
        UUID customer = whose(call, question.customerId());
        UUID id = call.idempotencyKey() == null ? UUID.randomUUID()
                : UUID.nameUUIDFromBytes(("support\n" + customer + "\n" + call.idempotencyKey()).getBytes(StandardCharsets.UTF_8));
        SupportRequest request = database.transact(handle -> desk.ask(handle, id, customer, question.subject(), question.text(), call.actor()));
        return Pages.created(call, "/api/support/" + request.id(), request);
    }

    private Answer one(Call call) {
        UUID id = call.id("support request");
        return Pages.one(call, database.read(handle -> desk.find(handle, id)).filter(found -> call.caller().actsFor(found.customerId()))
                .orElseThrow(() -> Refusal.unknown("support request", id)));
    }

    private Answer answer(Call call) {
        UUID id = call.id("support request");
        Answered answered = call.body(Answered.class);
        return Pages.one(call, database.transact(handle -> desk.answer(handle, id, answered.text(), call.actor())));
    }

    private static UUID whose(Call call, @Nullable UUID named) {
        if (call.caller() instanceof Caller.Buyer buyer) {
            if (named != null && !named.equals(buyer.customerId())) {
                throw Refusal.unknown("customer", named);
            }
            return buyer.customerId();
        }
        if (named == null) {
            throw new Problem(400, "say of which customer, by id");
        }
        return named;
    }
}
