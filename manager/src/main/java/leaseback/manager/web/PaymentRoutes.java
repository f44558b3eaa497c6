package leaseback.manager.web;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import leaseback.manager.catalog.Money;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.database.Database;
import leaseback.manager.ledger.Account;
import leaseback.manager.payment.Bank;
import leaseback.manager.payment.Payment;
import leaseback.manager.payment.Payments;
import leaseback.manager.payment.PayoutRun;
import leaseback.manager.payment.Payouts;
import leaseback.manager.payment.Receipt;
import org.jspecify.annotations.Nullable;

/// Payments: customers see their own; the operator takes money in, runs payouts and speaks with the bank.
public final class PaymentRoutes implements Routes {
    private final Database database;
    private final Payments payments;
    private final Payouts payouts;
    private final Bank bank;

    public PaymentRoutes(Database database, Payments payments, Payouts payouts, Bank bank) {
        this.database = database;
        this.payments = payments;
        this.payouts = payouts;
        this.bank = bank;
    }

    @Override
    public List<Route> all() {
        return List.of(
                Route.of("GET", "/api/payment", this::list, TokenRole.CUSTOMER).says("Payments that came in and went out").pages(Payment.class)
                        .asks("customer", UUID.class, "Whose; for the operator").asks("state", Payment.State.class, "Only such"),
                Route.of("POST", "/api/payment", this::receive).says("Takes in a payment; the same id again changes nothing")
                        .takes(Receipt.class).creates(Payment.class).refuses(409, "The id was used for another payment"),
                Route.of("GET", "/api/payment/{id}", this::one, TokenRole.CUSTOMER).says("One payment").gives(Payment.class),
                Route.of("POST", "/api/payment/{id}/assign", this::assign).says("Says whose an unmatched payment is").takes(Assignment.class)
                        .gives(Payment.class).refuses(409, "It is not unmatched"),
                Route.of("POST", "/api/payment/{id}/reject", this::reject).says("The bank did not take a payout: it is owed again")
                        .takes(Rejection.class).gives(Payment.class).refuses(409, "It is not on its way"),
                Route.of("POST", "/api/payout-run", this::run).says("Pays all hosts and partners who are owed a threshold or more")
                        .takes(WantedRun.class).gives(PayoutRun.class).refuses(409, "The id was used for another run"),
                Route.of("GET", "/api/payout-run/{id}", this::shown).says("A payout run and how its payouts stand").gives(PayoutRun.class),
                Route.of("GET", "/api/payout-run/{id}/file", this::file).says("A payout run for the bank: pain.001.001.09")
                        .givesFile("application/xml").refuses(409, "We have no account, or nothing is to be paid").refuses(422, "It is not in EUR"),
                Route.of("POST", "/api/bank-statement", this::statement).says("Takes a bank's camt.053; each entry counts once")
                        .takes(Upload.class).gives(Bank.Report.class).refuses(409, "It says something else than it did before"));
    }

    private Answer shown(Call call) {
        UUID id = call.id("payout run");
        return Pages.one(call, payouts.find(id).orElseThrow(() -> Refusal.unknown("payout run", id)));
    }

    private Answer file(Call call) {
        return Answer.of("application/xml", bank.file(call.id("payout run"), call.actor()));
    }

    private Answer list(Call call) {
        @Nullable UUID customer = call.caller() instanceof Caller.Buyer buyer ? buyer.customerId() : call.customer().orElse(null);
        Payment.@Nullable State state = state(call.query().get("state"));
        List<Payment> found = database.read(handle -> payments.page(handle, customer, state, call.after(), call.limit() + 1));
        return Pages.of(call, found, Payment::id, payment -> payment);
    }

    private Answer one(Call call) {
        UUID id = call.id("payment");
        Payment found = database.read(handle -> payments.find(handle, id)).filter(payment -> seen(call, payment))
                .orElseThrow(() -> Refusal.unknown("payment", id));
        return Pages.one(call, found);
    }

    private static boolean seen(Call call, Payment payment) {
        return !(call.caller() instanceof Caller.Buyer buyer) || buyer.customerId().equals(payment.customerId());
    }

    private Answer receive(Call call) {
        Receipt receipt = call.body(Receipt.class);
        Payment kept = database.transact(handle -> payments.received(handle, receipt));
        return Pages.created(call, "/api/payment/" + kept.id(), kept);
    }

    /// One of the two.
    ///
    /// @param account of the ledger, such as `expenses:bank-fees`
    record Assignment(@Nullable UUID customerId, @Nullable Account account) {
        Assignment {
            if ((customerId == null) == (account == null)) {
                throw new IllegalArgumentException("say whose the payment is: customerId, or account (of the ledger), and not both");
            }
        }
    }

    private Answer assign(Call call) {
        UUID id = call.id("payment");
        Assignment wanted = call.body(Assignment.class);
        UUID customer = wanted.customerId();
        Account account = wanted.account();
        return Pages.one(call, database.<Payment>transact(handle -> {
            if (customer != null) {
                return payments.assign(handle, id, customer, call.actor());
            }
            return payments.assign(handle, id, Objects.requireNonNull(account), call.actor());
        }));
    }

    record Rejection(String reason) {
        @SuppressWarnings("NullAway") // comes from JSON, where anything may be missing
        Rejection {
            if (reason == null || reason.isBlank()) {
                throw new IllegalArgumentException("say why the bank did not take it: {\"reason\": \"...\"}");
            }
        }
    }

    private Answer reject(Call call) {
        UUID id = call.id("payment");
        Rejection wanted = call.body(Rejection.class);
        return Pages.one(call, database.<Payment>transact(handle -> payouts.rejected(handle, id, wanted.reason())));
    }

    /// @param id        of your own; not needed for a dry run
    /// @param threshold what is owed below that waits
    /// @param dryRun    show only
    record WantedRun(@Nullable UUID id, Money threshold, @Nullable Boolean dryRun) {
        @SuppressWarnings("NullAway") // comes from JSON, where anything may be missing
        WantedRun {
            if (threshold == null) {
                throw new IllegalArgumentException("a payout run needs a threshold, such as {\"minor\": 1000, \"currency\": \"EUR\"}");
            }
            if (!Boolean.TRUE.equals(dryRun) && id == null) {
                throw new IllegalArgumentException("a payout run needs an id of your own (a UUID), so that it is run once; or dryRun: true");
            }
        }
    }

    private Answer run(Call call) {
        WantedRun wanted = call.body(WantedRun.class);
        UUID id = wanted.id();
        PayoutRun done = id == null || Boolean.TRUE.equals(wanted.dryRun()) ? payouts.plan(wanted.threshold())
                : payouts.run(id, wanted.threshold(), call.actor());
        return Pages.one(call, done);
    }

    /// @param camt053 the bank's file, as text
    record Upload(String camt053) {
        @SuppressWarnings("NullAway") // comes from JSON, where anything may be missing
        Upload {
            if (camt053 == null || camt053.isBlank()) {
                throw new IllegalArgumentException("send the bank's statement as text: {\"camt053\": \"<Document ...\"}");
            }
        }
    }

    private Answer statement(Call call) {
        // Text in JSON is decoded already; the declaration in the file may still name the letters it once was written in.
        String text = call.body(Upload.class).camt053().replaceFirst("^\\ufeff?\\s*<\\?xml[^>]*\\?>", "");
        return Pages.one(call, bank.take(text.getBytes(StandardCharsets.UTF_8), call.actor()));
    }

    private static Payment.@Nullable State state(@Nullable String name) {
        return name == null ? null : Arrays.stream(Payment.State.values()).filter(state -> state.name().equals(name)).findFirst()
                .orElseThrow(() -> new Problem(400, "state is one of " + Arrays.toString(Payment.State.values()) + ", not \"" + name + "\""));
    }
}
