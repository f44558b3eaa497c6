package leaseback.manager.document;

import java.math.BigDecimal;
import leaseback.manager.catalog.Money;
import org.jspecify.annotations.Nullable;

/// One line of a document.
///
/// @param number      from 1, in order
/// @param description one line of up to 300 characters; long ones wrap
/// @param quantity    may be below nothing, to take something back
/// @param unit        UN/ECE Recommendation 20: `C62` one, `HUR` hour, `DAY`, `MON` month, `E34` gigabyte, `E35` terabyte, `KWH`
/// @param unitPrice   in whole units of the currency, with as many decimals as it takes; never below nothing
/// @param net         quantity times unitPrice, rounded half even once
/// @param explained   the line of `leaseback explain` that leads it back to its readings; null where nothing does
public record InvoiceLine(int number, String description, BigDecimal quantity, String unit, BigDecimal unitPrice, Money net, Vat vat,
        @Nullable String explained) {
    public InvoiceLine {
        Invoice.words("the description of line " + number, description, 300);
        if (!unit.matches("[A-Z0-9]{2,3}")) {
            throw new IllegalArgumentException("line " + number + " has the unit \"" + unit + "\"; give a code of UN/ECE Rec 20 such as C62, HUR, MON");
        }
        if (unitPrice.signum() < 0) {
            throw new IllegalArgumentException("line " + number + " has a price below nothing; give a quantity below nothing instead");
        }
        Money reckoned = reckon(quantity, unitPrice, net.currency());
        if (!reckoned.equals(net)) {
            throw new IllegalArgumentException("line " + number + " says " + net + ", but " + quantity.toPlainString() + " times "
                    + unitPrice.toPlainString() + " is " + reckoned);
        }
    }

    /// With the net reckoned.
    public static InvoiceLine of(int number, String description, BigDecimal quantity, String unit, BigDecimal unitPrice, String currency,
            Vat vat) {
        return new InvoiceLine(number, description, quantity, unit, unitPrice, reckon(quantity, unitPrice, currency), vat, null);
    }

    /// An amount as it is, below nothing too: one of it, or one of it taken back.
    public static InvoiceLine flat(int number, String description, Money net, Vat vat) {
        boolean back = net.minor() < 0;
        return new InvoiceLine(number, description, BigDecimal.valueOf(back ? -1 : 1), "C62", net.amount().abs(), net, vat, null);
    }

    public InvoiceLine explainedBy(String line) {
        return new InvoiceLine(number, description, quantity, unit, unitPrice, net, vat, line);
    }

    private static Money reckon(BigDecimal quantity, BigDecimal unitPrice, String currency) {
        return Money.rounded(quantity.multiply(unitPrice).movePointRight(Money.digits(currency)), currency);
    }
}
