package leaseback.manager.web;

import org.jspecify.annotations.Nullable;

/// What is told of a label.
///
/// @param verdict null where nobody asked yet
public record VerificationPage(@Nullable Verdict verdict) {
    /// How it stands with a label.
    public enum Standing {
        TAKES_PART,
        NO_LONGER,
        UNKNOWN
    }

    /// @param programme null where there is no such label
    /// @param says      the same in words
    public record Verdict(Standing standing, @Nullable String programme, String says) {
        static final Verdict NONE = new Verdict(Standing.UNKNOWN, null, "There is no such label.");

        static Verdict of(boolean takesPart, String programme) {
            return takesPart ? new Verdict(Standing.TAKES_PART, programme, "This computer takes part in " + programme + ".")
                    : new Verdict(Standing.NO_LONGER, programme, "This computer takes part in " + programme + " no longer.");
        }
    }
}
