package leaseback.manager.catalog;

/// What was asked cannot be done as asked, and nothing was changed. The message says what to change.
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final Kind kind;

    /// Why.
    public enum Kind {
        /// There is no such thing.
        UNKNOWN,
        /// The request is understood and breaks a rule.
        UNFIT,
        /// It does not go together with what has happened already.
        CONFLICT,
        /// It comes too late.
        EXPIRED
    }

    public Refusal(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /// What is asked breaks a rule.
    public static Refusal unfit(String message) {
        return new Refusal(Kind.UNFIT, message);
    }

    /// It does not go together with what has happened already.
    public static Refusal conflict(String message) {
        return new Refusal(Kind.CONFLICT, message);
    }

    public static Refusal unknown(String what, Object id) {
        return new Refusal(Kind.UNKNOWN, "there is no " + what + " " + id);
    }

    public Kind kind() {
        return kind;
    }
}
