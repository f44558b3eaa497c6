package leaseback.manager.billing;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.audit.Audit;
import leaseback.manager.catalog.Money;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.customer.Customers;
import leaseback.manager.ledger.DocumentLine;
import leaseback.manager.letter.Letters;
import org.jdbi.v3.core.Handle;

/// Takes back what was billed and should not have been: a credit note with a number of its own. The bill stays as it is.
public final class Credits {
    private final Bills bills;
    private final Letters letters;
    private final InstantSource clock;

    public Credits(Bills bills, Letters letters, InstantSource clock) {
        this.bills = bills;
        this.letters = letters;
        this.clock = clock;
    }

    /// Of one line, so much.
    ///
    /// @param line   of the bill, from 1
    /// @param amount with the tax in it, as the bill has it
    public record Part(int line, Money amount) {}

    /// Credits a bill in the caller's transaction. The same `id` again answers with what was credited then.
    ///
    /// @param id     the caller's own, for this credit note
    /// @param parts  empty for all that is left of the bill
    /// @param reason in the customer's words: it is in their letter and on the document
    /// @throws Refusal UNKNOWN, UNFIT when the document is no bill or a part does not fit, CONFLICT when nothing is left to credit
    public Bill credit(Handle handle, UUID id, String number, List<Part> parts, String reason, String actor) {
        // Two credit notes at once must not both take back the same.
        handle.createQuery("select id from bill where number = :number for update").bind("number", number).mapTo(UUID.class).findOne();
        Bill credited = bills.find(handle, number).orElseThrow(() -> Refusal.unknown("bill", number));
        if (credited.kind() != Bill.Kind.BILL || credited.credits() != null) {
            throw Refusal.unfit(number + " is " + (credited.credits() == null ? "a payout" : "a credit note") + "; only bills are credited");
        }
        Optional<Bill> before = bills.find(handle, id);
        if (before.isPresent()) {
            if (!number.equals(before.get().credits())) {
                throw Refusal.conflict("the id was used for " + before.get().number() + "; give this credit note another one");
            }
            return before.get();
        }
        List<Line> lines = lines(credited, left(handle, credited), parts, reason);
        ZoneId zone = Customers.find(handle, credited.customerId()).orElseThrow().zone();
        Bill note = bills.credit(handle, id, credited, lines, zone);
        Audit.write(handle, now(), actor, "credit bill", credited.id().toString(), number + " with " + note.number() + ": " + reason);
        letters.write(handle, credited.customerId(), "bill:" + note.number(), "We credit you " + none(note.gross()).minus(note.gross()) + " of bill " + number,
                reason + "\n\n" + StatementText.of(note, zone) + "\nWhat you have not paid yet is less by that; what you have paid is taken off your"
                        + " next bill.\n");
        return note;
    }

    /// What of each line was not taken back yet.
    private List<Money> left(Handle handle, Bill credited) {
        Map<Integer, Money> taken = new HashMap<>();
        for (Bill note : bills.crediting(handle, credited.number())) {
            note.lines().forEach(line -> taken.merge(line.because().getFirst().line(), line.amount(), Money::plus));
        }
        List<Money> left = new ArrayList<>();
        for (Line line : credited.lines()) {
            left.add(line.amount().plus(taken.getOrDefault(left.size() + 1, none(line.amount()))));
        }
        return left;
    }

    private static List<Line> lines(Bill credited, List<Money> left, List<Part> parts, String reason) {
        Map<Integer, Money> wanted = new HashMap<>();
        for (Part part : parts) {
            if (part.line() < 1 || part.line() > left.size()) {
                throw Refusal.unfit(credited.number() + " has lines 1 to " + left.size() + ", not " + part.line());
            }
            Money open = left.get(part.line() - 1);
            if (part.amount().minor() <= 0 || !part.amount().currency().equals(open.currency()) || part.amount().compareTo(open) > 0) {
                throw Refusal.unfit("of line " + part.line() + " of " + credited.number() + ", " + open + " can be credited, not " + part.amount());
            }
            if (wanted.put(part.line(), part.amount()) != null) {
                throw Refusal.unfit("line " + part.line() + " is named twice; name it once with all that is to be credited of it");
            }
        }
        List<Line> lines = new ArrayList<>();
        Money sum = none(credited.gross());
        for (int i = 0; i < left.size(); i++) {
            Money amount = parts.isEmpty() ? left.get(i) : wanted.getOrDefault(i + 1, none(credited.gross()));
            if (amount.minor() != 0) {
                Line line = credited.lines().get(i);
                Money back = none(amount).minus(amount);
                lines.add(new Line("Credited: " + line.text(), BigDecimal.ONE, Unit.PIECE.words(), BigDecimal.valueOf(back.minor()), back, line.account(),
                        reason, List.of(new DocumentLine(Bills.KIND, credited.number(), i + 1))));
                sum = sum.plus(amount);
            }
        }
        if (sum.minor() <= 0) {
            throw Refusal.conflict("nothing is left to be credited of " + credited.number());
        }
        return lines;
    }

    private static Money none(Money like) {
        return Money.zero(like.currency());
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
