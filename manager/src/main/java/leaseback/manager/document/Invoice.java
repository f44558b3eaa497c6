package leaseback.manager.document;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import leaseback.manager.catalog.Money;
import org.jspecify.annotations.Nullable;

/// A bill, a self-billed invoice, a credit note or a statement. Always gross: what was set off against something owed the other way is
/// `settled`, and taken from what is left to pay. Sums are reckoned, never given, so that they cannot be wrong.
///
/// @param number   1 to 35 letters, digits and `. / _ -`; unique for its seller
/// @param due      null where nothing is left to pay, or we pay
/// @param from     first day covered
/// @param to       last day covered
/// @param seller   who provided: we for a bill, the host for a self-billed invoice and a statement
/// @param language of the page: `de` or `en`
/// @param settled  what was paid or set off before
/// @param rounding between the sum and what is asked for, where prices hold the tax: a cent at most, either way
/// @param account  a bill's: our IBAN in full; otherwise where we pay to, as people read it, masked; null for none
/// @param corrects the number of the invoice that a credit note takes back
/// @param notes    each a line or more of plain words below the table
public record Invoice(String number, Kind kind, LocalDate issued, @Nullable LocalDate due, LocalDate from, LocalDate to, Party seller,
        Party buyer, String currency, String language, List<InvoiceLine> lines, Money settled, Money rounding, @Nullable String account,
        @Nullable String corrects, List<String> notes) {
    private static final int MOST_LINES = 1_000;

    /// What it is, with the code of UNTDID 1001.
    public enum Kind {
        BILL("380"),
        SELF_BILLED("389"),
        CREDIT_NOTE("381"),
        /// For people without a VAT id: the same numbers, and no invoice.
        STATEMENT("");

        private final String code;

        Kind(String code) {
            this.code = code;
        }

        public String code() {
            return code;
        }
    }

    /// The part taxed alike.
    public record Share(Vat vat, Money net, Money tax) {}

    public Invoice {
        if (!number.matches("[A-Za-z0-9./_-]{1,35}")) {
            throw new IllegalArgumentException("the number of a document is 1 to 35 letters, digits and . / _ -, not \"" + number + "\"");
        }
        if (to.isBefore(from)) {
            throw new IllegalArgumentException(number + " covers " + from + " to " + to + ", which is no time");
        }
        if (lines.isEmpty() || lines.size() > MOST_LINES) {
            throw new IllegalArgumentException(number + " has " + lines.size() + " lines; a document has 1 to " + MOST_LINES);
        }
        if (!Set.of("de", "en").contains(language)) {
            throw new IllegalArgumentException(number + " is written in de or en, not " + language);
        }
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).number() != i + 1) {
                throw new IllegalArgumentException(number + " has line " + lines.get(i).number() + " where line " + (i + 1) + " stands");
            }
        }
        for (InvoiceLine line : lines) {
            requireFit(number, line, currency, seller, buyer);
        }
        if (Math.abs(Money.zero(currency).plus(rounding).minor()) > 1) {
            throw new IllegalArgumentException(number + " is rounded by " + rounding + ", which is more than the least amount of its currency");
        }
        for (String note : notes) {
            words("a note of " + number, note, 2_000);
        }
        Money.zero(currency).plus(settled);
        lines = List.copyOf(lines);
        notes = List.copyOf(notes);
    }

    /// Whether there is XML of EN 16931 for it: statements have none, nor has who has no VAT id.
    public boolean electronic() {
        return kind != Kind.STATEMENT && seller.vatId() != null;
    }

    /// The parts taxed alike, in the order in which they first appear. Each tax is rounded half even once.
    public List<Share> shares() {
        Map<Vat, Money> nets = new LinkedHashMap<>();
        for (InvoiceLine line : lines) {
            nets.merge(line.vat(), line.net(), Money::plus);
        }
        List<Share> shares = new ArrayList<>();
        nets.forEach((vat, net) -> shares.add(new Share(vat, net, net.over(vat.percent(), BigDecimal.valueOf(100)))));
        return shares;
    }

    public Money net() {
        return lines.stream().map(InvoiceLine::net).reduce(Money.zero(currency), Money::plus);
    }

    public Money tax() {
        return shares().stream().map(Share::tax).reduce(Money.zero(currency), Money::plus);
    }

    public Money gross() {
        return net().plus(tax());
    }

    /// What is left to pay.
    public Money amountDue() {
        return gross().plus(rounding).minus(settled);
    }

    private static void requireFit(String number, InvoiceLine line, String currency, Party seller, Party buyer) {
        if (!line.net().currency().equals(currency)) {
            throw new IllegalArgumentException("line " + line.number() + " of " + number + " is in " + line.net().currency() + ", not " + currency);
        }
        switch (line.vat().category()) {
            case REVERSE_CHARGE -> {
                if (seller.vatId() == null || buyer.vatId() == null) {
                    throw new IllegalArgumentException("line " + line.number() + " of " + number
                            + " is reverse charge, which needs the VAT ids of both sides");
                }
            }
            case OUTSIDE -> {
                if (seller.vatId() != null) {
                    throw new IllegalArgumentException("line " + line.number() + " of " + number + " is outside of VAT, yet its seller has a VAT id");
                }
            }
            case STANDARD, ZERO, EXEMPT -> {
                if (seller.vatId() == null && line.vat().percent().signum() > 0) {
                    throw new IllegalArgumentException("line " + line.number() + " of " + number + " has VAT of " + line.vat().percent()
                            + " %, which a seller without VAT id cannot charge");
                }
            }
        }
    }

    static void words(String what, String text, int longest) {
        if (text.isBlank() || text.length() > longest || text.codePoints().anyMatch(letter ->
                Character.isISOControl(letter) && letter != '\n' || !Character.isDefined(letter) || Character.getType(letter) == Character.SURROGATE)) {
            throw new IllegalArgumentException(what + " is 1 to " + longest + " characters of plain text");
        }
    }
}
