package leaseback.manager.ledger;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import leaseback.manager.catalog.Refusal;
import org.jdbi.v3.core.Handle;

/// Leads a figure back to where it came from: from a leg of the ledger to the line of the document behind it, from there to the
/// readings and terms that the document rests on.
public final class Explanations {
    static final String TRANSFER = "transfer";
    private static final int MOST = 500;
    private static final int DEEPEST = 12;
    private final Ledger ledger;
    private final Map<String, Explains> byKind = new HashMap<>();

    /// Knows the ledger's own lines, `transfer:UUID/LEG`.
    public Explanations(Ledger ledger) {
        this.ledger = ledger;
        byKind.put(TRANSFER, this::transfer);
    }

    /// Asks `explains` about documents of this kind from now on. Called before the first question.
    ///
    /// @throws IllegalArgumentException when somebody answers for that kind already
    public Explanations and(String kind, Explains explains) {
        if (byKind.putIfAbsent(new DocumentLine(kind, "any", 0).kind(), explains) != null) {
            throw new IllegalArgumentException("documents of the kind " + kind + " are explained already");
        }
        return this;
    }

    /// One line of an explanation.
    ///
    /// @param depth 0 for what was asked; what is one deeper explains the last one before it that is one less deep
    public record Step(int depth, DocumentLine line, String words) {}

    /// The way from `line` back to its origins, each line once, at most 500.
    ///
    /// @throws Refusal UNKNOWN when there is no such line, and nothing was posted for it
    public List<Step> explain(Handle handle, DocumentLine line) {
        List<Step> steps = new ArrayList<>();
        Optional<Explanation> own = answered(handle, line);
        List<DocumentLine> booked = line.kind().equals(TRANSFER) ? List.of() : ledger.restingOn(handle, line);
        if (own.isEmpty() && booked.isEmpty()) {
            throw Refusal.unknown("line", line);
        }
        Set<DocumentLine> seen = new HashSet<>();
        walk(handle, line, 0, steps, seen);
        for (DocumentLine leg : booked) {
            if (steps.size() < MOST && seen.add(leg)) {
                steps.add(new Step(1, leg, "posted as: " + answered(handle, leg).map(Explanation::words).orElse("")));
            }
        }
        if (steps.size() >= MOST) {
            steps.add(new Step(0, line, "rests on more than " + MOST + " lines; ask for one of them"));
        }
        return steps;
    }

    private void walk(Handle handle, DocumentLine line, int depth, List<Step> steps, Set<DocumentLine> seen) {
        if (steps.size() >= MOST || depth > DEEPEST || !seen.add(line)) {
            return;
        }
        Optional<Explanation> explanation = answered(handle, line);
        steps.add(new Step(depth, line, explanation.map(Explanation::words).orElse("")));
        explanation.ifPresent(found -> found.because().forEach(next -> walk(handle, next, depth + 1, steps, seen)));
    }

    private Optional<Explanation> answered(Handle handle, DocumentLine line) {
        return Optional.ofNullable(byKind.get(line.kind())).flatMap(explains -> explains.explain(handle, line));
    }

    private Optional<Explanation> transfer(Handle handle, DocumentLine line) {
        Optional<Posted> found = line.uuid().flatMap(id -> ledger.find(handle, id));
        if (found.isEmpty() || line.line() > found.get().transfer().legs().size()) {
            return Optional.empty();
        }
        Posted posted = found.get();
        Transfer transfer = posted.transfer();
        UUID id = transfer.id();
        String head = transfer.code() + " of " + transfer.valueDate() + ", posted " + posted.at() + ": " + transfer.description()
                + ledger.reversalOf(handle, id).map(back -> " (taken back by transfer:" + back.transfer().id() + ")").orElse("");
        if (line.line() == 0) {
            List<DocumentLine> legs = new ArrayList<>();
            for (int i = 1; i <= transfer.legs().size(); i++) {
                legs.add(Transfer.line(id, i));
            }
            return Optional.of(new Explanation(head, legs));
        }
        Leg leg = transfer.legs().get(line.line() - 1);
        return Optional.of(new Explanation(leg.amount() + " from " + leg.credit() + " to " + leg.debit() + "; " + head, List.of(leg.source())));
    }
}
