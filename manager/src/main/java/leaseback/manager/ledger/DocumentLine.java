package leaseback.manager.ledger;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A line of a document that stands behind a figure: `bill:B-2027-0007/3`, `transfer:UUID/1`, `reading:UUID`.
///
/// @param kind what sort of document
/// @param id   which of them; no blanks, no slash
/// @param line from 1; 0 is the document as a whole
public record DocumentLine(String kind, String id, int line) {
    private static final Pattern KIND = Pattern.compile("[a-z][a-z-]{0,39}");
    private static final Pattern ID = Pattern.compile("[\\w.:+@-]{1,120}");
    private static final Pattern FORM = Pattern.compile("([a-z-]+):([^/]+)(?:/(\\d{1,7}))?");

    public DocumentLine {
        if (kind == null || !KIND.matcher(kind).matches()) {
            throw new IllegalArgumentException("the kind of a document is 1 to 40 of a-z and -, such as bill; not \"" + kind + "\"");
        }
        if (id == null || !ID.matcher(id).matches()) {
            throw new IllegalArgumentException("the id of a document is 1 to 120 letters, digits and . : + @ _ -; not \"" + id + "\"");
        }
        if (line < 0) {
            throw new IllegalArgumentException("lines of a document are counted from 1; 0 is the whole; not " + line);
        }
    }

    /// The document as a whole.
    public static DocumentLine whole(String kind, Object id) {
        return new DocumentLine(kind, id.toString(), 0);
    }

    /// What [#toString] wrote.
    ///
    /// @throws IllegalArgumentException when `text` has another form
    @JsonCreator
    public static DocumentLine parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException("a line is written KIND:ID/LINE, such as bill:B-2027-0007/3; not \"" + text + "\"");
        }
        return new DocumentLine(form.group(1), form.group(2), form.group(3) == null ? 0 : Integer.parseInt(form.group(3)));
    }

    /// Its document's id, where that is a UUID.
    public Optional<UUID> uuid() {
        try {
            return Optional.of(UUID.fromString(id));
        } catch (IllegalArgumentException other) {
            return Optional.empty();
        }
    }

    @JsonValue
    @Override
    public String toString() {
        return kind + ":" + id + (line == 0 ? "" : "/" + line);
    }
}
