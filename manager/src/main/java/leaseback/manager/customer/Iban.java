package leaseback.manager.customer;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Pattern;

/// A bank account by its number of ISO 13616, checked. Shown, logged and written to JSON masked; whoever must have it asks for `number`.
public final class Iban {
    private static final Pattern FORM = Pattern.compile("[A-Z]{2}\\d{2}[A-Z0-9]{11,30}");
    private final String number;

    /// @param text upper or lower case, with or without blanks
    /// @throws IllegalArgumentException when its letters, length or check digits are wrong; the message does not repeat it
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public Iban(String text) {
        number = text.replaceAll("\\s", "").toUpperCase(Locale.ROOT);
        if (!FORM.matcher(number).matches()) {
            throw new IllegalArgumentException("an IBAN is a country's two letters, two digits and 11 to 30 letters and digits, such as"
                    + " DE89 3704 0044 0532 0130 00");
        }
        if (remainder(number) != 1) {
            throw new IllegalArgumentException("the check digits of the IBAN that ends with " + number.substring(number.length() - 4)
                    + " do not fit; copy it again from the bank");
        }
    }

    /// All of it, without blanks.
    public String number() {
        return number;
    }

    /// Its country, so that the two of one payment can be compared.
    public String country() {
        return number.substring(0, 2);
    }

    /// As people read it, in groups of four.
    public String grouped() {
        return number.replaceAll("(.{4})(?=.)", "$1 ");
    }

    /// Enough to know it again: `DE89 **** 3000`.
    @JsonValue
    public String masked() {
        return number.substring(0, 4) + " **** " + number.substring(number.length() - 4);
    }

    @Override
    public String toString() {
        return masked();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Iban iban && iban.number.equals(number);
    }

    @Override
    public int hashCode() {
        return number.hashCode();
    }

    /// ISO 7064, MOD 97-10: the first four go to the end, letters count from 10.
    private static int remainder(String number) {
        StringBuilder digits = new StringBuilder();
        (number.substring(4) + number.substring(0, 4)).chars().forEach(letter -> digits.append(Character.digit(letter, 36)));
        return new BigInteger(digits.toString()).mod(BigInteger.valueOf(97)).intValue();
    }
}
