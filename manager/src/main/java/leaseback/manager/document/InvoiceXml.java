package leaseback.manager.document;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import leaseback.manager.catalog.Money;
import org.jspecify.annotations.Nullable;

/// An invoice as EN 16931 has it: UN/CEFACT Cross Industry Invoice D16B, the profile `urn:cen.eu:en16931:2017` of Factur-X and ZUGFeRD.
public final class InvoiceXml {
    private static final String RSM = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100";
    private static final String RAM = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100";
    private static final String UDT = "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100";
    private final XMLStreamWriter out;

    private InvoiceXml(XMLStreamWriter out) {
        this.out = out;
    }

    /// UTF-8.
    ///
    /// @throws IllegalArgumentException when it is no electronic invoice, or its currency has more than two decimals
    public static byte[] write(Invoice invoice) {
        if (!invoice.electronic()) {
            throw new IllegalArgumentException(invoice.number() + " is a " + invoice.kind() + " of a seller "
                    + (invoice.seller().vatId() == null ? "without" : "with") + " VAT id, for which there is no XML");
        }
        if (invoice.net().amount().scale() > 2) {
            throw new IllegalArgumentException(invoice.number() + " is in " + invoice.currency() + "; EN 16931 has amounts of two decimals");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            XMLStreamWriter out = XMLOutputFactory.newFactory().createXMLStreamWriter(bytes, StandardCharsets.UTF_8.name());
            new InvoiceXml(out).document(invoice);
            out.flush();
        } catch (XMLStreamException impossible) {
            throw new IllegalStateException("XML could not be written to memory", impossible);
        }
        return bytes.toByteArray();
    }

    private void document(Invoice invoice) throws XMLStreamException {
        out.writeStartDocument("UTF-8", "1.0");
        begin("rsm:CrossIndustryInvoice");
        out.writeNamespace("rsm", RSM);
        out.writeNamespace("ram", RAM);
        out.writeNamespace("udt", UDT);
        begin("rsm:ExchangedDocumentContext", "ram:GuidelineSpecifiedDocumentContextParameter");
        text("ram:ID", "urn:cen.eu:en16931:2017");
        end(2);
        begin("rsm:ExchangedDocument");
        text("ram:ID", invoice.number());
        text("ram:TypeCode", invoice.kind().code());
        day("ram:IssueDateTime", invoice.issued());
        for (String note : invoice.notes()) {
            begin("ram:IncludedNote");
            text("ram:Content", note);
            end(1);
        }
        end(1);
        begin("rsm:SupplyChainTradeTransaction");
        for (InvoiceLine line : invoice.lines()) {
            line(line);
        }
        begin("ram:ApplicableHeaderTradeAgreement");
        party("ram:SellerTradeParty", invoice.seller());
        party("ram:BuyerTradeParty", invoice.buyer());
        end(1);
        begin("ram:ApplicableHeaderTradeDelivery", "ram:ActualDeliverySupplyChainEvent");
        day("ram:OccurrenceDateTime", invoice.to());
        end(2);
        settlement(invoice);
        end(2);
        out.writeEndDocument();
    }

    private void line(InvoiceLine line) throws XMLStreamException {
        begin("ram:IncludedSupplyChainTradeLineItem", "ram:AssociatedDocumentLineDocument");
        text("ram:LineID", Integer.toString(line.number()));
        end(1);
        begin("ram:SpecifiedTradeProduct");
        text("ram:Name", line.description());
        end(1);
        begin("ram:SpecifiedLineTradeAgreement", "ram:NetPriceProductTradePrice");
        text("ram:ChargeAmount", line.unitPrice().toPlainString());
        end(2);
        begin("ram:SpecifiedLineTradeDelivery");
        begin("ram:BilledQuantity");
        out.writeAttribute("unitCode", line.unit());
        out.writeCharacters(line.quantity().toPlainString());
        end(2);
        begin("ram:SpecifiedLineTradeSettlement", "ram:ApplicableTradeTax");
        text("ram:TypeCode", "VAT");
        text("ram:CategoryCode", line.vat().category().code());
        text("ram:RateApplicablePercent", line.vat().percent().toPlainString());
        end(1);
        begin("ram:SpecifiedTradeSettlementLineMonetarySummation");
        amount("ram:LineTotalAmount", line.net());
        end(3);
    }

    private void party(String name, Party party) throws XMLStreamException {
        begin(name);
        text("ram:Name", party.name());
        begin("ram:PostalTradeAddress");
        text("ram:PostcodeCode", party.postcode());
        text("ram:LineOne", party.street());
        text("ram:CityName", party.city());
        text("ram:CountryID", party.country());
        end(1);
        if (party.vatId() != null) {
            begin("ram:SpecifiedTaxRegistration", "ram:ID");
            out.writeAttribute("schemeID", "VA");
            out.writeCharacters(party.vatId());
            end(2);
        }
        end(1);
    }

    private void settlement(Invoice invoice) throws XMLStreamException {
        begin("ram:ApplicableHeaderTradeSettlement");
        text("ram:PaymentReference", invoice.number());
        text("ram:InvoiceCurrencyCode", invoice.currency());
        if (invoice.kind() == Invoice.Kind.BILL && invoice.account() != null) {
            begin("ram:SpecifiedTradeSettlementPaymentMeans");
            text("ram:TypeCode", "58");
            begin("ram:PayeePartyCreditorFinancialAccount");
            text("ram:IBANID", invoice.account().replace(" ", ""));
            end(2);
        }
        for (Invoice.Share share : invoice.shares()) {
            begin("ram:ApplicableTradeTax");
            amount("ram:CalculatedAmount", share.tax());
            text("ram:TypeCode", "VAT");
            optional("ram:ExemptionReason", share.vat().reason());
            amount("ram:BasisAmount", share.net());
            text("ram:CategoryCode", share.vat().category().code());
            optional("ram:ExemptionReasonCode", share.vat().category() == Vat.Category.REVERSE_CHARGE ? "VATEX-EU-AE" : null);
            text("ram:RateApplicablePercent", share.vat().percent().toPlainString());
            end(1);
        }
        begin("ram:BillingSpecifiedPeriod");
        day("ram:StartDateTime", invoice.from());
        day("ram:EndDateTime", invoice.to());
        end(1);
        begin("ram:SpecifiedTradePaymentTerms");
        text("ram:Description", Words.of(invoice.language()).terms(invoice));
        if (invoice.due() != null) {
            day("ram:DueDateDateTime", invoice.due());
        }
        end(1);
        begin("ram:SpecifiedTradeSettlementHeaderMonetarySummation");
        amount("ram:LineTotalAmount", invoice.net());
        amount("ram:TaxBasisTotalAmount", invoice.net());
        begin("ram:TaxTotalAmount");
        out.writeAttribute("currencyID", invoice.currency());
        out.writeCharacters(decimal(invoice.tax()));
        end(1);
        if (invoice.rounding().minor() != 0) {
            amount("ram:RoundingAmount", invoice.rounding());
        }
        amount("ram:GrandTotalAmount", invoice.gross());
        amount("ram:TotalPrepaidAmount", invoice.settled());
        amount("ram:DuePayableAmount", invoice.amountDue());
        end(1);
        if (invoice.corrects() != null) {
            begin("ram:InvoiceReferencedDocument");
            text("ram:IssuerAssignedID", invoice.corrects());
            end(1);
        }
        end(1);
    }

    private void begin(String... names) throws XMLStreamException {
        for (String name : names) {
            String prefix = name.substring(0, 3);
            out.writeStartElement(prefix, name.substring(4), prefix.equals("rsm") ? RSM : prefix.equals("ram") ? RAM : UDT);
        }
    }

    private void end(int count) throws XMLStreamException {
        for (int i = 0; i < count; i++) {
            out.writeEndElement();
        }
    }

    private void text(String name, String value) throws XMLStreamException {
        begin(name);
        out.writeCharacters(value);
        end(1);
    }

    private void optional(String name, @Nullable String value) throws XMLStreamException {
        if (value != null) {
            text(name, value);
        }
    }

    private void amount(String name, Money value) throws XMLStreamException {
        text(name, decimal(value));
    }

    private void day(String name, LocalDate day) throws XMLStreamException {
        begin(name, "udt:DateTimeString");
        out.writeAttribute("format", "102");
        out.writeCharacters(DateTimeFormatter.BASIC_ISO_DATE.format(day));
        end(2);
    }

    private static String decimal(Money money) {
        return money.amount().toPlainString();
    }
}
