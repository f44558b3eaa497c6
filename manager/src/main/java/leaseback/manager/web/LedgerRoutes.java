package leaseback.manager.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import leaseback.manager.audit.Audit;
import leaseback.manager.catalog.Money;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.database.Database;
import leaseback.manager.ledger.Account;
import leaseback.manager.ledger.AccountKind;
import leaseback.manager.ledger.Balance;
import leaseback.manager.ledger.Days;
import leaseback.manager.ledger.DocumentLine;
import leaseback.manager.ledger.Explanations;
import leaseback.manager.ledger.HledgerExport;
import leaseback.manager.ledger.Ledger;
import leaseback.manager.ledger.Leg;
import leaseback.manager.ledger.Margin;
import leaseback.manager.ledger.Posted;
import leaseback.manager.ledger.Statement;
import leaseback.manager.ledger.Transfer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// The ledger, for the operator alone: balances, statements, transfers and their reversals, the check of its days, the journal for
/// hledger, and where a figure comes from.
public final class LedgerRoutes implements Routes {
    private static final int MOST_MONTHS = 120;
    private final Database database;
    private final Ledger ledger;
    private final Days days;
    private final Explanations explanations;
    private final HledgerExport journal;
    private final InstantSource clock;

    public LedgerRoutes(Database database, Ledger ledger, Days days, Explanations explanations, InstantSource clock) {
        this.database = database;
        this.ledger = ledger;
        this.days = days;
        this.explanations = explanations;
        this.journal = new HledgerExport(database, ledger, days, clock);
        this.clock = clock;
    }

    @Override
    public List<Route> all() {
        return List.of(
                Route.of("GET", "/api/ledger/balances", this::balances).says("All balances").givesMany(ShownBalance.class)
                        .asks("at", Instant.class, "Before this instant; now when left out"),
                Route.of("GET", "/api/margin", this::margin).says("What each service brought and cost, month by month of the books")
                        .gives(Margin.class).needs("month", YearMonth.class, "Such as 2027-03")
                        .asks("months", Integer.class, "How many, from that one on; 1 when left out").asks("currency", String.class, "EUR when left out"),
                Route.of("GET", "/api/ledger/account", this::statement).says("An account's opening, lines and closing")
                        .gives(Statement.class).needs("path", String.class, "Such as assets:bank")
                        .needs("currency", String.class, "ISO 4217, such as EUR").asks("from", Instant.class, "From the first line when left out")
                        .asks("to", Instant.class, "To now when left out").refuses(404, "The chart has no such account"),
                Route.of("POST", "/api/ledger/transfer", this::post).says("Posts a transfer; the same one again changes nothing")
                        .takes(Transfer.class).creates(Shown.class).refuses(409, "Another transfer has this id"),
                Route.of("GET", "/api/ledger/transfer/{id}", this::transfer).says("A transfer as it stands").gives(Shown.class),
                Route.of("POST", "/api/ledger/transfer/{id}/reversal", this::reverse).says("Takes a transfer back by a further one")
                        .takes(Reversal.class).creates(Shown.class).refuses(409, "It was reversed before, or the id is another transfer's"),
                Route.of("GET", "/api/ledger/verify", call -> Pages.one(call, days.verify()))
                        .says("Reads the whole ledger and checks its days").gives(Days.Verdict.class),
                Route.of("GET", "/api/ledger/export", this::export).says("The journal, for hledger")
                        .givesFile("text/plain; charset=utf-8").needs("format", String.class, "hledger"),
                Route.of("GET", "/api/explain", this::explain).says("Where a figure comes from").givesMany(Explanations.Step.class)
                        .needs("line", String.class, "Such as bill:B-2027-0007/3"));
    }

    /// @param balance positive where accounts of this kind grow
    private record ShownBalance(Account account, AccountKind kind, Money debit, Money credit, Money balance) {}

    private Answer margin(Call call) {
        YearMonth month = call.askedMonth("month");
        int months = call.count("months", MOST_MONTHS);
        String currency = currency(call.query().getOrDefault("currency", "EUR")).currency();
        return Pages.one(call, database.read(handle -> Margin.of(handle, month.atDay(1), month.plusMonths(months).atDay(1), currency)));
    }

    private Answer balances(Call call) {
        Instant until = call.instant("at").orElseGet(this::now);
        List<Balance> balances = database.read(handle -> ledger.balances(handle, until));
        return Pages.one(call, balances.stream().map(each ->
                new ShownBalance(each.account(), each.account().kind(), each.debit(), each.credit(), each.money())).toList());
    }

    private Answer statement(Call call) {
        Account account;
        try {
            account = new Account(call.asked("path", "assets:bank"));
        } catch (IllegalArgumentException unknown) {
            throw new Problem(404, String.valueOf(unknown.getMessage()));
        }
        Money none = currency(call.asked("currency", "EUR"));
        Instant from = call.instant("from").orElse(Instant.EPOCH);
        Instant to = call.instant("to").orElseGet(this::now);
        // Opening and lines from one look.
        Statement statement = database.snapshot(handle -> ledger.statement(handle, account, none.currency(), from, to));
        return Pages.one(call, statement);
    }

    /// Nothing, in that currency.
    private static Money currency(String code) {
        try {
            return Money.zero(code);
        } catch (IllegalArgumentException unknown) {
            throw new Problem(400, String.valueOf(unknown.getMessage()));
        }
    }

    /// A transfer as it stands.
    private record Shown(UUID id, String href, Instant at, String code, String description, LocalDate valueDate, List<Leg> legs,
            @Nullable UUID reverses, @Nullable UUID reversedBy) {}

    private Shown shown(Handle handle, Posted posted) {
        Transfer transfer = posted.transfer();
        return new Shown(transfer.id(), "/api/ledger/transfer/" + transfer.id(), posted.at(), transfer.code(), transfer.description(),
                transfer.valueDate(), transfer.legs(), transfer.reverses(),
                ledger.reversalOf(handle, transfer.id()).map(back -> back.transfer().id()).orElse(null));
    }

    private Answer transfer(Call call) {
        UUID id = call.id("transfer");
        Shown shown = database.read(handle -> ledger.find(handle, id).map(posted -> shown(handle, posted)))
                .orElseThrow(() -> Refusal.unknown("transfer", id));
        return Pages.one(call, shown);
    }

    private Answer post(Call call) {
        Transfer transfer = call.body(Transfer.class);
        return written(call, transfer.id(), "post transfer", handle -> ledger.post(handle, transfer));
    }

    /// @param id of the new transfer, the client's own
    private record Reversal(UUID id, String reason) {}

    private Answer reverse(Call call) {
        UUID reversed = call.id("transfer");
        Reversal wanted = call.body(Reversal.class);
        return written(call, wanted.id(), "reverse transfer " + reversed, handle ->
                ledger.reverse(handle, wanted.id(), reversed, wanted.reason()));
    }

    @SuppressWarnings("NullAway") // the id comes from JSON, where anything may be missing
    private Answer written(Call call, UUID id, String act, Function<Handle, Posted> writing) {
        if (id == null) {
            throw new Problem(422, "a transfer needs an id of your own, a UUID; send the same again when you are not sure that it was posted");
        }
        Shown shown = database.transact(handle -> {
            boolean known = ledger.find(handle, id).isPresent();
            Posted posted = writing.apply(handle);
            if (!known) {
                Audit.write(handle, clock.instant(), call.actor(), act, id.toString(), posted.transfer().description());
            }
            return shown(handle, posted);
        });
        return Pages.created(call, shown.href(), shown);
    }

    private Answer export(Call call) {
        String format = call.asked("format", "hledger");
        if (!format.equals("hledger")) {
            throw new Problem(400, "format is hledger, not \"" + format + "\"");
        }
        try {
            // On disk first, so that a slow client holds no look at the database open.
            Path file = Files.createTempFile("leaseback-ledger-", ".journal");
            try {
                journal.write(file);
                return Answer.of("text/plain; charset=utf-8", Files.newInputStream(file, StandardOpenOption.DELETE_ON_CLOSE));
            } catch (IOException | RuntimeException failed) {
                Files.deleteIfExists(file);
                throw failed;
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private Answer explain(Call call) {
        DocumentLine line;
        try {
            line = DocumentLine.parse(call.asked("line", "bill:B-2027-0007/3"));
        } catch (IllegalArgumentException wrong) {
            throw new Problem(400, String.valueOf(wrong.getMessage()));
        }
        return Pages.one(call, database.read(handle -> explanations.explain(handle, line)));
    }

    /// Just after now, so that what was posted in this very millisecond is told.
    private Instant now() {
        return clock.instant().plusMillis(1);
    }
}
