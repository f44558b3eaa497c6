package leaseback.manager.billing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import leaseback.manager.lease.LeaseStep;
import leaseback.manager.lease.Party;
import leaseback.manager.lease.Pause;
import leaseback.manager.lease.Terms;
import leaseback.manager.lease.Transition;
import org.jspecify.annotations.Nullable;

/// A stretch in which a lease ran and neither its state nor its terms changed.
///
/// @param pausedBy who paused it; null where nobody did
/// @param lost     whether it was suspended before, under these very terms: what ends upon a breach has ended
record Span(Instant from, Instant to, LeaseStep step, Terms terms, @Nullable Party pausedBy, boolean lost) {
    /// What of the lease's life lies between two instants and ran, in order.
    static List<Span> of(List<Transition> history, List<Terms> agreed, List<Pause> pauses, Instant from, Instant to) {
        TreeSet<Instant> edges = new TreeSet<>(List.of(from, to));
        history.stream().map(Transition::at).forEach(edges::add);
        agreed.stream().map(Terms::effectiveAt).forEach(edges::add);
        List<Instant> cuts = edges.stream().filter(at -> !at.isBefore(from) && !at.isAfter(to)).toList();
        List<Span> spans = new ArrayList<>();
        for (int i = 0; i + 1 < cuts.size(); i++) {
            Instant at = cuts.get(i);
            LeaseStep step = step(history, at);
            if (step == null || !step.runs()) {
                continue;
            }
            Terms terms = terms(agreed, at);
            boolean lost = history.stream().anyMatch(each -> each.to() == LeaseStep.SUSPENDED && each.from() != LeaseStep.SUSPENDED
                    && !each.at().isAfter(at) && !each.at().isBefore(terms.effectiveAt()));
            spans.add(new Span(at, cuts.get(i + 1), step, terms, step == LeaseStep.PAUSED ? pausedBy(pauses, at) : null, lost));
        }
        return spans;
    }

    private static @Nullable LeaseStep step(List<Transition> history, Instant at) {
        LeaseStep step = null;
        for (Transition each : history) {
            if (!each.at().isAfter(at)) {
                step = each.to();
            }
        }
        return step;
    }

    private static Terms terms(List<Terms> agreed, Instant at) {
        Terms terms = agreed.getFirst();
        for (Terms each : agreed) {
            if (!each.effectiveAt().isAfter(at)) {
                terms = each;
            }
        }
        return terms;
    }

    private static @Nullable Party pausedBy(List<Pause> pauses, Instant at) {
        Party by = null;
        for (Pause each : pauses) {
            Instant end = each.to();
            if (!each.from().isAfter(at) && (end == null || end.isAfter(at))) {
                by = each.by();
            }
        }
        return by;
    }
}
