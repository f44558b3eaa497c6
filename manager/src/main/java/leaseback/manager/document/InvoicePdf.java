package leaseback.manager.document;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import leaseback.manager.catalog.Money;

/// A document as a page that people read: PDF/A-3b, the XML of an electronic invoice embedded (Factur-X 1.0, ZUGFeRD 2).
///
/// Letters outside of Latin, Greek and Cyrillic are shown as `?`; the XML has them all.
public final class InvoicePdf {
    private static final float LEFT = 62;
    private static final float RIGHT = Pdf.WIDTH - 56;
    private static final float BOTTOM = Pdf.HEIGHT - 88;
    private static final float BODY = 9.5f;
    private static final float GREY = 0.42f;
    /// Right edges of the columns of numbers.
    private static final float QUANTITY = 352;
    private static final float PRICE = 432;
    private static final float RATE = 474;
    private static final float TEXT = LEFT + 22;
    private static final float TEXT_WIDTH = QUANTITY - 72 - TEXT;
    private static final TrueTypes FONTS = new TrueTypes(TrueType.open("LiberationSans"), TrueType.open("LiberationSans-Bold"));
    private final Invoice invoice;
    private final Words words;
    private final Pdf pdf = new Pdf(List.of(FONTS.plain(), FONTS.bold()));
    private float y;

    /// Read once; they do not change.
    private record TrueTypes(TrueType plain, TrueType bold) {}

    private InvoicePdf(Invoice invoice) {
        this.invoice = invoice;
        this.words = Words.of(invoice.language());
    }

    /// The same invoice makes the same bytes.
    public static byte[] write(Invoice invoice) {
        return new InvoicePdf(invoice).draw();
    }

    private byte[] draw() {
        pdf.page();
        head();
        tableHead();
        for (InvoiceLine line : invoice.lines()) {
            line(line);
        }
        totals();
        terms();
        feet();
        String title = words.title(invoice.kind()) + " " + invoice.number();
        return invoice.electronic()
                ? pdf.write(title, invoice.language(), invoice.issued(), new Pdf.Attachment("factur-x.xml", "text/xml", InvoiceXml.write(invoice),
                        "EN 16931", invoice.issued()), FacturX.METADATA)
                : pdf.write(title, invoice.language(), invoice.issued(), null, "");
    }

    private void head() {
        // Who writes: we write all but the self-billed ones too, so the letter's sender is always the provider.
        boolean ours = invoice.kind() == Invoice.Kind.BILL || invoice.kind() == Invoice.Kind.CREDIT_NOTE;
        Party writer = ours ? invoice.seller() : invoice.buyer();
        Party reader = ours ? invoice.buyer() : invoice.seller();
        put(FONTS.bold(), 15, 0, LEFT, 62, writer.name());
        pdf.box(0, 0.78f, LEFT, 74, RIGHT - LEFT, 0.6f);
        put(FONTS.plain(), 7, GREY, LEFT, 128, writer.name() + " \u00b7 " + writer.street() + " \u00b7 " + writer.postcode() + " " + writer.city());
        y = 146;
        for (String row : List.of(reader.name(), reader.street(), reader.postcode() + " " + reader.city(), reader.country())) {
            if (!row.equals(writer.country())) {
                put(FONTS.plain(), 10.5f, 0, LEFT, y, fitting(FONTS.plain(), 10.5f, row, 250));
                y += 14.5f;
            }
        }
        float info = 146;
        for (String[] row : facts(reader)) {
            put(FONTS.plain(), 8.5f, GREY, 352, info, row[0]);
            right(FONTS.plain(), 8.5f, 0, RIGHT, info, row[1]);
            info += 13.5f;
        }
        y = Math.max(y, info) + 40;
        put(FONTS.bold(), 17, 0, LEFT, y, words.title(invoice.kind()) + " " + invoice.number());
        y += 17;
        put(FONTS.plain(), BODY, GREY, LEFT, y, words.day(invoice.from()) + " \u2013 " + words.day(invoice.to()));
        String corrects = invoice.corrects();
        if (corrects != null) {
            y += 14;
            put(FONTS.plain(), BODY, GREY, LEFT, y, words.say("zur Rechnung ", "corrects invoice ") + corrects);
        }
        y += 30;
    }

    private List<String[]> facts(Party reader) {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {words.say("Nummer", "Number"), invoice.number()});
        rows.add(new String[] {words.say("Datum", "Date"), words.day(invoice.issued())});
        if (invoice.due() != null) {
            rows.add(new String[] {words.say("Zahlbar bis", "Due"), words.day(invoice.due())});
        }
        if (reader.vatId() != null) {
            rows.add(new String[] {words.say("Ihre USt-IdNr.", "Your VAT id"), reader.vatId()});
        }
        return rows;
    }

    private void tableHead() {
        float size = 8;
        put(FONTS.bold(), size, GREY, LEFT, y, words.say("Nr.", "No."));
        put(FONTS.bold(), size, GREY, TEXT, y, words.say("Leistung", "Description"));
        right(FONTS.bold(), size, GREY, QUANTITY, y, words.say("Menge", "Quantity"));
        right(FONTS.bold(), size, GREY, PRICE, y, words.say("Einzelpreis", "Unit price"));
        right(FONTS.bold(), size, GREY, RATE, y, words.say("USt.", "VAT"));
        right(FONTS.bold(), size, GREY, RIGHT, y, words.say("Betrag ", "Amount ") + invoice.currency());
        pdf.box(page(), 0.2f, LEFT, y + 5, RIGHT - LEFT, 0.7f);
        y += 19;
    }

    private void line(InvoiceLine line) {
        List<String> rows = wrapped(line.description(), TEXT_WIDTH);
        if (y + 12 * rows.size() > BOTTOM) {
            turn();
            tableHead();
        }
        put(FONTS.plain(), BODY, GREY, LEFT, y, Integer.toString(line.number()));
        String unit = words.unit(line.unit(), line.quantity());
        right(FONTS.plain(), BODY, 0, QUANTITY, y, words.number(line.quantity(), 0) + (unit.isEmpty() ? "" : " " + unit));
        right(FONTS.plain(), BODY, 0, PRICE, y, words.number(line.unitPrice(), line.net().amount().scale()));
        right(FONTS.plain(), BODY, GREY, RATE, y, words.percent(line.vat()));
        right(FONTS.plain(), BODY, 0, RIGHT, y, words.amount(line.net()));
        for (String row : rows) {
            put(FONTS.plain(), BODY, 0, TEXT, y, row);
            y += 12;
        }
        pdf.box(page(), 0.88f, LEFT, y - 6.5f, RIGHT - LEFT, 0.4f);
        y += 6;
    }

    private void totals() {
        room(55 + 15 * invoice.shares().size());
        y += 6;
        boolean taxed = invoice.tax().minor() != 0;
        if (taxed) {
            total(FONTS.plain(), words.say("Summe netto", "Net total"), invoice.net());
        }
        for (Invoice.Share share : invoice.shares()) {
            if (share.vat().percent().signum() > 0) {
                total(FONTS.plain(), words.say("USt. %s auf %s", "VAT %s on %s").formatted(words.percent(share.vat()), words.amount(share.net())),
                        share.tax());
            }
        }
        if (invoice.rounding().minor() != 0) {
            total(FONTS.plain(), words.say("Rundung", "Rounding"), invoice.rounding());
        }
        total(FONTS.bold(), words.say("Gesamtbetrag", "Total"), invoice.gross().plus(invoice.rounding()));
        if (invoice.settled().minor() != 0) {
            total(FONTS.plain(), words.say("bereits verrechnet oder bezahlt", "already set off or paid"), Money.zero(invoice.currency())
                    .minus(invoice.settled()));
            pdf.box(page(), 0.2f, 300, y - 8, RIGHT - 300, 0.7f);
            y += 6;
            total(FONTS.bold(), invoice.kind() == Invoice.Kind.BILL ? words.say("Zu zahlen", "Amount due")
                    : words.say("Auszahlungsbetrag", "Amount we pay"), invoice.amountDue());
        }
    }

    private void total(TrueType font, String label, Money amount) {
        put(font, 10, 0, 300, y, label);
        right(font, 10, 0, RIGHT, y, words.money(amount));
        y += 16;
    }

    private void terms() {
        y += 18;
        List<String> rows = new ArrayList<>(wrapped(words.terms(invoice), RIGHT - LEFT - 24));
        String account = invoice.account();
        if (invoice.kind() == Invoice.Kind.BILL && account != null && invoice.amountDue().minor() > 0) {
            rows.add("IBAN " + account.replace(" ", "").replaceAll("(.{4})(?=.)", "$1 "));
            rows.add(words.say("Verwendungszweck: ", "Reference: ") + invoice.number());
        }
        float height = 14 + 14 * rows.size();
        room(height + 10);
        pdf.box(page(), 0.95f, LEFT, y - 14, RIGHT - LEFT, height);
        for (String row : rows) {
            put(FONTS.plain(), 10, 0, LEFT + 12, y + 3, row);
            y += 14;
        }
        y += 22;
        List<String> notes = new ArrayList<>();
        invoice.shares().stream().map(share -> share.vat().reason()).filter(Objects::nonNull).distinct().forEach(notes::add);
        notes.addAll(invoice.notes());
        for (String note : notes) {
            for (String row : wrapped(note, RIGHT - LEFT)) {
                room(13);
                put(FONTS.plain(), BODY, 0.2f, LEFT, y, row);
                y += 13;
            }
            y += 5;
        }
    }

    private void feet() {
        Party seller = invoice.seller();
        Party buyer = invoice.buyer();
        for (int page = 0; page < pdf.pages(); page++) {
            pdf.box(page, 0.78f, LEFT, Pdf.HEIGHT - 62, RIGHT - LEFT, 0.5f);
            pdf.text(page, FONTS.plain(), 7.5f, GREY, LEFT, Pdf.HEIGHT - 49, fitting(FONTS.plain(), 7.5f,
                    words.say("Leistender: ", "Seller: ") + told(seller), 400));
            pdf.text(page, FONTS.plain(), 7.5f, GREY, LEFT, Pdf.HEIGHT - 38, fitting(FONTS.plain(), 7.5f,
                    words.say("Empf\u00e4nger: ", "Buyer: ") + told(buyer), 400));
            String number = words.say("Seite %d von %d", "Page %d of %d").formatted(page + 1, pdf.pages());
            pdf.text(page, FONTS.plain(), 7.5f, GREY, RIGHT - width(FONTS.plain(), 7.5f, number), Pdf.HEIGHT - 49, number);
        }
    }

    private String told(Party party) {
        return party.name() + ", " + party.street() + ", " + party.country() + " " + party.postcode() + " " + party.city()
                + (party.vatId() == null ? "" : words.say(", USt-IdNr. ", ", VAT id ") + party.vatId());
    }

    private void room(float height) {
        if (y + height > BOTTOM) {
            turn();
        }
    }

    private void turn() {
        pdf.page();
        put(FONTS.bold(), 10, GREY, LEFT, 62, words.title(invoice.kind()) + " " + invoice.number());
        y = 92;
    }

    private int page() {
        return pdf.pages() - 1;
    }

    private void put(TrueType font, float size, float grey, float x, float at, String text) {
        pdf.text(page(), font, size, grey, x, at, text);
    }

    private void right(TrueType font, float size, float grey, float edge, float at, String text) {
        put(font, size, grey, edge - width(font, size, text), at, text);
    }

    private static float width(TrueType font, float size, String text) {
        return (float) (font.width(text) * size / 1000);
    }

    /// Cut to the width, with an ellipsis.
    private static String fitting(TrueType font, float size, String text, float width) {
        String cut = text;
        while (width(font, size, cut) > width) {
            cut = cut.substring(0, cut.offsetByCodePoints(cut.length(), -2)) + "\u2026";
        }
        return cut;
    }

    /// In rows of that width; a word that is wider than a row is cut.
    private static List<String> wrapped(String text, float width) {
        List<String> rows = new ArrayList<>();
        for (String paragraph : text.split("\n", -1)) {
            StringBuilder row = new StringBuilder();
            for (String word : paragraph.split(" ", -1)) {
                String longer = row.isEmpty() ? word : row + " " + word;
                if (width(FONTS.plain(), BODY, longer) <= width) {
                    row = new StringBuilder(longer);
                } else {
                    if (!row.isEmpty()) {
                        rows.add(row.toString());
                    }
                    row = new StringBuilder(fitting(FONTS.plain(), BODY, word, width));
                }
            }
            rows.add(row.toString());
        }
        return rows;
    }
}
