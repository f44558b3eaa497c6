package leaseback.manager.lease;

import java.util.Set;

/// A lease was asked to become what it cannot become from where it stands; nothing was changed.
public final class IllegalTransition extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final LeaseStep from;

    IllegalTransition(String number, LeaseStep from, LeaseStep to) {
        super("lease " + number + " is " + from + " and cannot become " + to + "; "
                + (from.next().isEmpty() ? "nothing follows " + from : "from " + from + " it can become " + words(from.next())));
        this.from = from;
    }

    /// What the lease could become instead.
    public Set<LeaseStep> allowed() {
        return from.next();
    }

    private static String words(Set<LeaseStep> steps) {
        return String.join(" or ", steps.stream().map(LeaseStep::name).toList());
    }
}
