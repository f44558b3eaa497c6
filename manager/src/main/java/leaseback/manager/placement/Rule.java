package leaseback.manager.placement;

import java.util.List;
import java.util.UUID;

/// How pieces of one segment are spread, the weightiest rule first. Kept where the fleet allows; told where not.
public enum Rule {
    /// An owner's own data does not lie on the owner's machines.
    OWN_DATA(0, "a piece lies on a machine of the data's owner"),
    /// What happens to one household does not happen to two pieces.
    OWNER(1, "two pieces lie with one owner"),
    NETWORK(2, "two pieces lie in one network"),
    /// A region without power loses nothing.
    PLACE(3, "more pieces lie in one place than may be lost"),
    /// One bad image breaks all machines of a lot at once: at most half of the parities.
    LOT(4, "more than (n-k)/2 pieces lie on one lot of machines"),
    /// Those of one window group go off together: at most half of the parities.
    WINDOW(5, "more than (n-k)/2 pieces lie in one window group");

    static final List<Rule> BY_WEIGHT = List.of(values());
    /// Place in [#BY_WEIGHT].
    final int rank;
    private final String broken;

    Rule(int rank, String broken) {
        this.rank = rank;
        this.broken = broken;
    }

    /// What is so when it is not kept.
    public String broken() {
        return broken;
    }

    /// Pieces that may share what the rule is about.
    int most(Code code) {
        return switch (this) {
            case OWN_DATA -> 0;
            case OWNER, NETWORK -> 1;
            case PLACE -> Math.max(1, code.losses());
            case LOT, WINDOW -> Math.max(1, (code.n() - code.k()) / 2);
        };
    }

    /// What pieces would share; blank when not known, or when it does not concern the rule.
    String shared(Candidate host, UUID dataOwner) {
        return switch (this) {
            case OWN_DATA -> host.owner().equals(dataOwner) ? "own" : "";
            case OWNER -> host.owner().toString();
            case NETWORK -> host.network();
            case PLACE -> host.place();
            case LOT -> host.lot();
            case WINDOW -> host.windows();
        };
    }
}
