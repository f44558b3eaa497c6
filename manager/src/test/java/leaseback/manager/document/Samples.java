package leaseback.manager.document;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import leaseback.manager.catalog.Money;
import org.jspecify.annotations.Nullable;

/// Documents as the program writes them.
final class Samples {
    static final Party PROVIDER = new Party("Nordlicht Speicher GmbH", "Hafenstra\u00dfe 12", "20457", "Hamburg", "DE", "DE123456789");
    static final Party PRIVATE = new Party("Ada Lovelace", "Dorfstra\u00dfe 1", "10115", "Berlin", "DE", null);
    static final Party FIRM = new Party("B\u00e4ckerei Grau & S\u00f6hne", "Am Markt 3", "18055", "Rostock", "DE", "DE987654321");
    static final Party ABROAD = new Party("Smit <Opslag> BV", "Keizersgracht 9", "1015 CJ", "Amsterdam", "NL", "NL123456789B01");
    static final LocalDate ISSUED = LocalDate.of(2027, 2, 1);
    static final Vat NINETEEN = Vat.standard(new BigDecimal("19"));

    private Samples() {}

    static Invoice bill() {
        return bill(FIRM, NINETEEN, lines(NINETEEN));
    }

    static Invoice bill(Party buyer, Vat vat, List<InvoiceLine> lines) {
        return document("R-2027-0007", Invoice.Kind.BILL, PROVIDER, buyer, lines, 2_000, "DE89370400440532013000", null);
    }

    static Invoice selfBilled() {
        return document("G-2027-0003", Invoice.Kind.SELF_BILLED, FIRM, PROVIDER, List.of(
                line(1, "Speicher bereitgestellt, 1.\u201331. Januar", "150", "E34", "0.035", NINETEEN),
                line(2, "Prozessor 23:00\u20137:00", "248", "HUR", "0.04", NINETEEN),
                InvoiceLine.flat(3, "Einbehalt des dritten Monats, 15 %", new Money(-226, "EUR"), NINETEEN)), 0, "DE02 **** 2051", null);
    }

    static Invoice creditNote() {
        return document("K-2027-0001", Invoice.Kind.CREDIT_NOTE, PROVIDER, FIRM, List.of(
                line(1, "Speicher im Januar zu viel berechnet", "100", "E34", "0.02", NINETEEN)), 0, null, "R-2027-0007");
    }

    static Invoice reverseCharge() {
        Vat vat = Vat.none(Vat.Category.REVERSE_CHARGE, "Reverse charge: the buyer owes the tax.");
        return bill(ABROAD, vat, lines(vat));
    }

    static Invoice statement() {
        Vat none = Vat.none(Vat.Category.OUTSIDE, "Without VAT: the seller has no VAT id.");
        return new Invoice("S-2027-0009", Invoice.Kind.STATEMENT, ISSUED, null, LocalDate.of(2027, 1, 1), LocalDate.of(2027, 1, 31), PRIVATE,
                PROVIDER, "EUR", "en", List.of(line(1, "Disk kept free for us, 150 GB", "1", "MON", "5.25", none),
                        line(2, "Processor from 23:00 to 07:00", "217.5", "HUR", "0.04", none),
                        InvoiceLine.flat(3, "Held back in month 3 (15 %)", new Money(-209, "EUR"), none)),
                new Money(300, "EUR"), new Money(0, "EUR"), "DE89 **** 3000", null,
                List.of("Your computer was on for 97.4 % of the promised hours. Thank you!"));
    }

    /// Its price of three cents holds a tax that no whole cents add up to.
    static Invoice rounded() {
        return new Invoice("B-2027-0003", Invoice.Kind.BILL, ISSUED, ISSUED.plusDays(14), LocalDate.of(2027, 1, 1), LocalDate.of(2027, 1, 31),
                PROVIDER, FIRM, "EUR", "de", List.of(InvoiceLine.flat(1, "Anfragen", new Money(3, "EUR"), NINETEEN)), new Money(0, "EUR"),
                new Money(-1, "EUR"), "DE89370400440532013000", null, List.of());
    }

    /// More lines than a page holds, and long ones.
    static Invoice longBill() {
        List<InvoiceLine> lines = new ArrayList<>();
        for (int i = 1; i <= 60; i++) {
            lines.add(line(i, i % 7 == 0 ? "Speicher f\u00fcr Sicherungen der Kasse, t\u00e4glich um 3 Uhr, verschl\u00fcsselt auf sechs"
                    + " Rechnern in der Umgebung"
                    : "Speicher f\u00fcr Eimer Nr. " + i, "" + (i * 13.5), "E34", "0.0213", NINETEEN));
        }
        return bill(FIRM, NINETEEN, lines);
    }

    private static List<InvoiceLine> lines(Vat vat) {
        return List.of(line(1, "Speicher, Januar 2027", "1234.567", "E34", "0.0199", vat),
                line(2, "Anfragen, je Million", "3.2", "C62", "0.40", vat),
                line(3, "Webseite grau.example, Pauschale", "1", "MON", "9.90", vat),
                InvoiceLine.flat(4, "Gutschrift f\u00fcr den Ausfall am 12. Januar", new Money(-150, "EUR"), vat));
    }

    private static InvoiceLine line(int number, String description, String quantity, String unit, String price, Vat vat) {
        return InvoiceLine.of(number, description, new BigDecimal(quantity), unit, new BigDecimal(price), "EUR", vat);
    }

    private static Invoice document(String number, Invoice.Kind kind, Party seller, Party buyer, List<InvoiceLine> lines, long settled,
            @Nullable String account, @Nullable String corrects) {
        return new Invoice(number, kind, ISSUED, kind == Invoice.Kind.BILL ? ISSUED.plusDays(14) : null, LocalDate.of(2027, 1, 1),
                LocalDate.of(2027, 1, 31), seller, buyer, "EUR", "de", lines, new Money(settled, "EUR"), new Money(0, "EUR"), account, corrects,
                List.of("Woher jede Zeile kommt, steht in Ihrem Konto unter \u201eRechnungen\u201c."));
    }
}
