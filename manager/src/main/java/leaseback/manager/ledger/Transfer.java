package leaseback.manager.ledger;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What is posted at once, all of it or nothing.
///
/// @param id        the client's own: who is not sure whether it was posted sends it again
/// @param code      what sort of event: `bill`, `payout`, `reversal`
/// @param valueDate the day it counts for, which may lie in a month that is long closed
/// @param reverses  the transfer this one takes back
public record Transfer(UUID id, String code, String description, LocalDate valueDate, List<Leg> legs, @Nullable UUID reverses) {
    private static final Pattern CODE = Pattern.compile("[a-z][a-z0-9-]{0,39}");
    private static final int LONGEST = 400;
    private static final int MOST_LEGS = 1_000;

    @SuppressWarnings("NullAway") // comes from JSON too, where anything may be missing
    public Transfer {
        if (id == null || valueDate == null) {
            throw new IllegalArgumentException("a transfer needs an id of the client's own (a UUID) and a valueDate such as 2027-01-31");
        }
        if (code == null || !CODE.matcher(code).matches()) {
            throw new IllegalArgumentException("the code of a transfer is 1 to 40 of a-z, 0-9 and -, such as payout; not \"" + code + "\"");
        }
        if (description == null || description.isBlank() || description.length() > LONGEST
                || description.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("the description of a transfer is one line of 1 to " + LONGEST + " characters");
        }
        if (valueDate.getYear() < 1900 || valueDate.getYear() > 9999) {
            throw new IllegalArgumentException("the valueDate of a transfer is a day of this age, not " + valueDate);
        }
        if (legs == null || legs.isEmpty() || legs.size() > MOST_LEGS) {
            throw new IllegalArgumentException("a transfer has 1 to " + MOST_LEGS + " legs");
        }
        legs = List.copyOf(legs);
    }

    public Transfer(UUID id, String code, String description, LocalDate valueDate, List<Leg> legs) {
        this(id, code, description, valueDate, legs, null);
    }

    /// The line of this transfer that names its leg number `line`, from 1.
    public static DocumentLine line(UUID id, int line) {
        return new DocumentLine(Explanations.TRANSFER, id.toString(), line);
    }

    /// Whether this takes back exactly what `other` moved.
    boolean undoes(Transfer other) {
        return legs.equals(other.reversal(id, description, valueDate).legs);
    }

    /// What takes this back; the source of each leg is the leg that it takes back.
    Transfer reversal(UUID with, String reason, LocalDate on) {
        List<Leg> turned = new ArrayList<>();
        for (Leg leg : legs) {
            turned.add(leg.turned(line(id, turned.size() + 1)));
        }
        return new Transfer(with, "reversal", reason, on, turned, id);
    }
}
