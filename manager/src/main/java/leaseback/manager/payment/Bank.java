package leaseback.manager.payment;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import leaseback.manager.catalog.Documents;
import leaseback.manager.audit.Audit;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.customer.BillingBook;
import leaseback.manager.customer.BillingDetails;
import leaseback.manager.customer.Iban;
import leaseback.manager.database.Database;
import org.jdbi.v3.core.Handle;

/// The bank by files: a payout run goes out as pain.001, and what happened on the account comes in as camt.053.
///
/// Each entry of a statement is taken once, in a transaction of its own, so that a statement can be sent again at any time: after a crash
/// half way, or by mistake.
public final class Bank {
    private static final Pattern OURS = Pattern.compile("LB([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})");
    private final Database database;
    private final Payments payments;
    private final Payouts payouts;
    private final BillingBook book;
    private final InstantSource clock;

    public Bank(Database database, Payments payments, Payouts payouts, BillingBook book, InstantSource clock) {
        this.database = database;
        this.payments = payments;
        this.payouts = payouts;
        this.book = book;
        this.clock = clock;
    }

    /// What became of an entry of a statement.
    public enum Taken {
        /// A payout of ours that was booked.
        PAID,
        /// A payout of ours that came back.
        RETURNED,
        /// Money for a bill.
        MATCHED,
        /// Waits for the operator.
        UNMATCHED,
        /// Taken before.
        KNOWN
    }

    /// @param statements the bank's ids
    /// @param entries    how many of each
    public record Report(List<String> statements, Map<Taken, Integer> entries) {}

    /// The run as a file for the bank; what was rejected is left out.
    ///
    /// @throws Refusal UNKNOWN when there is no such run; CONFLICT when the provider has no account, or nothing is to be paid
    public byte[] file(UUID run, String actor) {
        PayoutRun found = payouts.find(run).orElseThrow(() -> Refusal.unknown("payout run", run));
        BillingDetails provider = database.<BillingDetails>transact(handle -> {
            Audit.write(handle, now(), actor, "export payouts", run.toString(), found.total().toString());
            return book.provider(handle).orElseThrow(() -> Refusal.conflict(
                    "the provider's name and account are not given yet; PUT them to /api/provider"));
        });
        return Pain001.write(run, found.at(), found.payouts().stream().filter(payout -> payout.state() != Payment.State.REJECTED).toList(), provider);
    }

    /// Takes what a statement says.
    ///
    /// @throws Refusal UNFIT when it cannot be read or is of another account; CONFLICT when it says something else than it did before
    public Report take(byte[] camt053, String actor) {
        List<BankStatement> statements = Camt053.read(camt053);
        Optional<Iban> ours = database.<Optional<BillingDetails>>read(book::provider).map(BillingDetails::iban);
        Map<Taken, Integer> counts = new EnumMap<>(Taken.class);
        for (BankStatement statement : statements) {
            if (ours.isPresent() && !statement.account().isEmpty() && !statement.account().equals(ours.get().number())) {
                throw Refusal.unfit("statement " + statement.id() + " is of the account that ends with "
                        + statement.account().substring(Math.max(0, statement.account().length() - 4)) + ", and ours is " + ours.get());
            }
            // What went out first: what comes back on the same day has gone out before.
            List<BankStatement.Entry> entries = statement.entries().stream().sorted(Comparator.comparing(BankStatement.Entry::credit)).toList();
            for (BankStatement.Entry entry : entries) {
                counts.merge(database.<Taken>transact(handle -> take(handle, statement, entry)), 1, Integer::sum);
            }
        }
        database.transact(handle -> {
            Audit.write(handle, now(), actor, "take bank statement", statements.isEmpty() ? "none" : statements.getFirst().id(), counts.toString());
            return true;
        });
        return new Report(statements.stream().map(BankStatement::id).toList(), counts);
    }

    private Taken take(Handle handle, BankStatement statement, BankStatement.Entry entry) {
        String key = statement.account() + " " + statement.id() + " " + entry.place();
        UUID id = UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8));
        String digest = HexFormat.of().formatHex(Documents.sha256(entry.toString().getBytes(StandardCharsets.UTF_8)));
        int fresh = handle.createUpdate("""
                insert into bank_entry (id, statement, digest, taken_at) values (:id, :statement, :digest, :at) on conflict do nothing""")
                .bind("id", id).bind("statement", statement.id()).bind("digest", digest).bind("at", now()).execute();
        if (fresh == 0) {
            String before = handle.createQuery("select digest from bank_entry where id = :id").bind("id", id).mapTo(String.class).one();
            if (!before.equals(digest)) {
                throw Refusal.conflict("statement " + statement.id() + " said something else at entry " + entry.place()
                        + " when it was sent before; ask the bank which is true. Entries before it were taken");
            }
            return Taken.KNOWN;
        }
        UUID payout = payoutOf(handle, entry).orElse(null);
        if (payout != null && (entry.credit() ? payouts.returned(handle, payout, entry.valueDate(), entry.returned())
                : payouts.paid(handle, payout, entry.valueDate()))) {
            concerns(handle, id, payout);
            return entry.credit() ? Taken.RETURNED : Taken.PAID;
        }
        Payment kept = entry.credit()
                ? payments.received(handle, new Receipt(id, null, entry.amount(), entry.reference(), entry.counterparty(), entry.valueDate(),
                        Receipt.Through.BANK))
                : payments.taken(handle, id, entry.amount(), entry.reference(), entry.counterparty(), entry.valueDate());
        concerns(handle, id, kept.id());
        return kept.state() == Payment.State.MATCHED ? Taken.MATCHED : Taken.UNMATCHED;
    }

    /// Which payout of ours it speaks of, with the same amount.
    private Optional<UUID> payoutOf(Handle handle, BankStatement.Entry entry) {
        Matcher ours = OURS.matcher(entry.endToEnd());
        if (!ours.matches()) {
            return Optional.empty();
        }
        UUID id = UUID.fromString(ours.replaceAll("$1-$2-$3-$4-$5"));
        return payments.find(handle, id).filter(found -> found.direction() == Payment.Direction.OUT && found.amount().equals(entry.amount()))
                .map(Payment::id);
    }

    private static void concerns(Handle handle, UUID entry, UUID payment) {
        handle.createUpdate("update bank_entry set payment_id = :payment where id = :id").bind("payment", payment).bind("id", entry).execute();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
