package leaseback.manager.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// XML and PDF, judged by Mustang's validator: the schematron of EN 16931, and veraPDF for PDF/A-3.
final class InvoiceDocumentsTest {
    private static final Pattern VERDICT = Pattern.compile("<summary status=\"(\\w+)\"/>");
    @TempDir Path folder;

    @Test
    void billSelfBilledCreditNoteAndReverseChargeAreValidInvoices() throws Exception {
        for (Invoice invoice : new Invoice[] {Samples.bill(), Samples.selfBilled(), Samples.creditNote(), Samples.reverseCharge(), Samples.rounded()}) {
            String report = validated(invoice.number() + ".xml", InvoiceXml.write(invoice));
            assertThat(verdict(report)).as(report).isEqualTo("valid");
        }
    }

    @Test
    void oneChangedAmountMakesAnInvoiceInvalid() throws Exception {
        String xml = new String(InvoiceXml.write(Samples.bill()), StandardCharsets.UTF_8);
        String gross = Samples.bill().gross().amount().toPlainString();
        String altered = xml.replace("<ram:GrandTotalAmount>" + gross, "<ram:GrandTotalAmount>9" + gross);
        assertThat(altered).isNotEqualTo(xml);
        String report = validated("altered.xml", altered.getBytes(StandardCharsets.UTF_8));
        assertThat(verdict(report)).as(report).isEqualTo("invalid");
    }

    @Test
    void thePageCarriesItsXmlAndIsAnArchivablePdf() throws Exception {
        for (Invoice invoice : new Invoice[] {Samples.bill(), Samples.longBill()}) {
            byte[] page = InvoicePdf.write(invoice);
            assertThat(InvoicePdf.write(invoice)).isEqualTo(page);
            String report = validated(invoice.number() + invoice.lines().size() + ".pdf", page);
            assertThat(verdict(report)).as(report).isEqualTo("valid");
            assertThat(report).contains("flavour=3b").contains("isCompliant=true");
        }
    }

    private String validated(String name, byte[] content) throws Exception {
        Path file = Files.write(folder.resolve(name), content);
        // By its name: 52 MB of jars that only this test may lean on.
        Class<?> type = Class.forName("org.mustangproject.validator.ZUGFeRDValidator");
        Method validate = type.getMethod("validate", String.class);
        return (String) validate.invoke(type.getConstructor().newInstance(), file.toString());
    }

    /// Of the whole, which the report says last.
    private static String verdict(String report) {
        Matcher matcher = VERDICT.matcher(report);
        String last = "none";
        while (matcher.find()) {
            last = matcher.group(1);
        }
        return last;
    }
}
