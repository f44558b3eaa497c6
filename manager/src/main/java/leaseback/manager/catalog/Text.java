package leaseback.manager.catalog;

import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What text from outside must be before it is kept; each complaint names the field and what to write instead.
public final class Text {
    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final int LINE = 400;

    private Text() {}

    static void id(String what, @Nullable String value) {
        if (value == null || !ID.matcher(value).matches()) {
            throw new IllegalArgumentException(what + " is 1 to 63 of a-z, 0-9 and -, such as family-tower; not "
                    + (value == null ? "missing" : "\"" + value + "\""));
        }
    }

    /// @throws IllegalArgumentException unless it is one line of 1 to 400 characters
    public static void line(String what, @Nullable String value) {
        if (value == null || value.isBlank() || value.length() > LINE || value.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(what + " is one line of 1 to " + LINE + " characters");
        }
    }

    static <T> T given(String what, @Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException(what + " is missing");
        }
        return Objects.requireNonNull(value);
    }
}
