package leaseback.testbed.simulation;

import java.util.random.RandomGenerator;

/// What a host does during one step: drawn from the seed before the step begins, so that it does not depend on which
/// thread comes first.
///
/// @param after bytes of a body, for those moods that begin somewhere within one
record Mood(Kind kind, int after) {
    static final Mood WELL = new Mood(Kind.WELL, 0);
    private static final int[] WITHIN = {0, 1, 4_000, 65_535, 65_552, 70_000, 140_000, 300_000};

    /// @param liar whether the host may also lose what it says it has stored
    static Mood draw(RandomGenerator random, boolean liar) {
        Kind[] kinds = Kind.values();
        Kind kind = kinds[random.nextInt(kinds.length)];
        return new Mood(kind == Kind.FORGETS && !liar ? Kind.FLIPS : kind, WITHIN[random.nextInt(WITHIN.length)]);
    }

    /// Whether what it keeps can surely be read.
    boolean serves() {
        return switch (kind) {
            case WELL, SLOW, FULL, FORGETS -> true;
            case SILENT, GONE, STALE, CUT, MUTE, LATE, FAILING, SHORT, FLIPS, OTHER -> false;
        };
    }

    @Override
    public String toString() {
        return switch (kind) {
            case CUT, SHORT, FULL -> kind + "@" + after;
            case WELL, SLOW, SILENT, GONE, STALE, MUTE, LATE, FAILING, FORGETS, FLIPS, OTHER -> kind.toString();
        };
    }

    /// The kinds of trouble.
    enum Kind {
        WELL,
        /// Answers, but later than a straggler is waited for.
        SLOW,
        /// Its line is up, and it neither takes nor gives a byte.
        SILENT,
        /// Its line is down.
        GONE,
        /// Its line is down, and the manager does not know yet.
        STALE,
        /// Each exchange breaks within its body.
        CUT,
        /// Does what is asked, flushes it, and the answer is lost.
        MUTE,
        /// Takes all bytes, and has them on disk only after the manager has given it up.
        LATE,
        /// Refuses pieces within their body: its owner filled the disk.
        FULL,
        /// Answers 500 to everything.
        FAILING,
        /// Ends its answers early.
        SHORT,
        /// Says that it has stored, and has not.
        FORGETS,
        /// Gives bytes with a bit turned over.
        FLIPS,
        /// Gives other bytes altogether.
        OTHER
    }
}
