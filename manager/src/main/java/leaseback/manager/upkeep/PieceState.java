package leaseback.manager.upkeep;

/// How one piece of a segment stands now.
public enum PieceState {
    /// Its host answers.
    PRESENT(true, true),
    /// Its host is off, as it promised to be at this hour.
    ASLEEP(true, false),
    /// Its host should be on and is not, but not yet for long.
    AWAY(true, false),
    /// Its host answers and is to be rid of it.
    LEAVING(true, true),
    /// Its host is to be rid of it, and is off.
    LEAVING_AWAY(true, false),
    /// Its host was revoked, or has not kept its hours for longer than the grace.
    LOST(false, false),
    /// Its host answers, and the piece was found altered or missing there.
    FLAWED(false, false),
    /// It was never stored.
    NONE(false, false);

    private final boolean survives;
    private final boolean readable;

    PieceState(boolean survives, boolean readable) {
        this.survives = survives;
        this.readable = readable;
    }

    /// Whether it is counted on.
    public boolean survives() {
        return survives;
    }

    /// Whether it can be read now.
    public boolean readable() {
        return readable;
    }
}
