package leaseback.manager.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import leaseback.manager.catalog.Money;
import org.junit.jupiter.api.Test;

final class InvoiceTest {
    @Test
    void everySumIsExactAndEachTaxIsRoundedHalfEvenOnce() {
        Random random = new Random(7);
        for (int turn = 0; turn < 500; turn++) {
            List<InvoiceLine> lines = new ArrayList<>();
            TreeMap<Integer, Long> nets = new TreeMap<>();
            for (int i = 1; i <= 1 + random.nextInt(9); i++) {
                int percent = random.nextBoolean() ? 7 : 19;
                InvoiceLine line = InvoiceLine.of(i, "line", BigDecimal.valueOf(random.nextInt(9_000) - 2_000, 3), "E34",
                        BigDecimal.valueOf(random.nextInt(90_000), 4),
                        "EUR", Vat.standard(BigDecimal.valueOf(percent)));
                lines.add(line);
                nets.merge(percent, line.net().minor(), Long::sum);
            }
            Invoice invoice = Samples.bill(Samples.FIRM, Samples.NINETEEN, lines);
            long tax = nets.entrySet().stream().mapToLong(each -> BigDecimal.valueOf(each.getKey() * each.getValue(), 2)
                    .setScale(0, RoundingMode.HALF_EVEN).longValueExact()).sum();
            assertThat(invoice.net().minor()).isEqualTo(nets.values().stream().mapToLong(Long::longValue).sum());
            assertThat(invoice.tax().minor()).isEqualTo(tax);
            assertThat(invoice.amountDue()).isEqualTo(invoice.net().plus(invoice.tax()).minus(invoice.settled()));
        }
    }

    @Test
    void whatDoesNotFitIsNotWritten() {
        assertThatThrownBy(() -> new InvoiceLine(1, "x", BigDecimal.TWO, "C62", new BigDecimal("0.125"), new Money(26, "EUR"), Samples.NINETEEN, null))
                .hasMessageContaining("line 1 says EUR 0.26, but 2 times 0.125 is EUR 0.25");
        Vat reverse = Vat.none(Vat.Category.REVERSE_CHARGE, "reverse");
        InvoiceLine line = InvoiceLine.flat(1, "x", new Money(100, "EUR"), reverse);
        assertThatThrownBy(() -> Samples.bill(Samples.PRIVATE, reverse, List.of(line))).hasMessageContaining("needs the VAT ids of both sides");
        assertThatThrownBy(() -> new Vat(Vat.Category.STANDARD, BigDecimal.ZERO, null)).hasMessageContaining("STANDARD has more than 0");
        assertThatThrownBy(() -> InvoiceXml.write(Samples.statement())).hasMessageContaining("there is no XML");
        assertThatThrownBy(() -> InvoiceLine.flat(1, "a\u0000b", new Money(100, "EUR"), reverse)).hasMessageContaining("plain text");
    }

    @Test
    void aStatementIsAPageWithoutXml() {
        String page = new String(InvoicePdf.write(Samples.statement()), StandardCharsets.ISO_8859_1);
        assertThat(page).startsWith("%PDF-1.7").doesNotContain("factur-x.xml").contains("<pdfaid:part>3");
    }

    @Test
    void aFontKeepsTheGlyphsThatWereUsedAndTheirParts() {
        TrueType font = TrueType.open("LiberationSans");
        byte[] subset = font.subset(new TreeSet<>(List.of(font.glyph('\u00e4'), font.glyph('Z'))));
        assertThat(subset.length).isLessThan(60_000);
        assertThat(font.glyph(0x4e2d)).isEqualTo(font.glyph('?'));
        assertThat(font.width("ii")).isLessThan(font.width("WW"));
    }
}
