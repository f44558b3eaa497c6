package leaseback.manager.payment;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.UUID;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import leaseback.manager.catalog.Money;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.customer.BillingDetails;
import leaseback.manager.customer.Iban;

/// A payout run as the file that banks of SEPA take: ISO 20022, `pain.001.001.09`. The same run makes the same bytes, and a bank that is
/// given it twice knows it by its message id.
final class Pain001 {
    private static final String NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09";
    private final XMLStreamWriter out;

    private Pain001(XMLStreamWriter out) {
        this.out = out;
    }

    /// What a payout is called from end to end, 34 letters; the bank's statement brings it back.
    static String endToEnd(UUID payment) {
        return "LB" + payment.toString().replace("-", "");
    }

    /// @param payouts  all of the run but those that the bank refused
    /// @param provider who pays
    /// @throws Refusal UNFIT when the currency is not EUR; CONFLICT when the provider has no account or nothing is to be paid
    static byte[] write(UUID run, Instant at, List<Payment> payouts, BillingDetails provider) {
        Iban account = provider.iban();
        if (account == null) {
            throw Refusal.conflict("the provider has no bank account yet; give its iban with PUT /api/provider");
        }
        if (payouts.isEmpty()) {
            throw Refusal.conflict("payout run " + run + " has nothing for the bank");
        }
        if (!payouts.stream().allMatch(payout -> payout.amount().currency().equals("EUR"))) {
            throw Refusal.unfit("payout run " + run + " is not in EUR, and SEPA carries nothing else");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            XMLStreamWriter out = XMLOutputFactory.newFactory().createXMLStreamWriter(bytes, StandardCharsets.UTF_8.name());
            new Pain001(out).document(run, at, payouts, provider, account);
            out.flush();
        } catch (XMLStreamException impossible) {
            throw new IllegalStateException("XML could not be written to memory", impossible);
        }
        return bytes.toByteArray();
    }

    private void document(UUID run, Instant at, List<Payment> payouts, BillingDetails provider, Iban account) throws XMLStreamException {
        String sum = payouts.stream().map(Payment::amount).reduce(Money.zero("EUR"), Money::plus).amount().toPlainString();
        LocalDate day = at.atZone(ZoneOffset.UTC).toLocalDate();
        out.writeStartDocument("UTF-8", "1.0");
        out.writeStartElement("Document");
        out.writeDefaultNamespace(NAMESPACE);
        begin("CstmrCdtTrfInitn", "GrpHdr");
        text("MsgId", endToEnd(run));
        text("CreDtTm", DateTimeFormatter.ISO_INSTANT.format(at));
        text("NbOfTxs", Integer.toString(payouts.size()));
        text("CtrlSum", sum);
        named("InitgPty", provider.name());
        end(1);
        begin("PmtInf");
        text("PmtInfId", endToEnd(run));
        text("PmtMtd", "TRF");
        // Each one by itself on the statement, which then says what became of it.
        text("BtchBookg", "false");
        text("NbOfTxs", Integer.toString(payouts.size()));
        text("CtrlSum", sum);
        begin("PmtTpInf", "SvcLvl");
        text("Cd", "SEPA");
        end(2);
        begin("ReqdExctnDt");
        text("Dt", day.toString());
        end(1);
        named("Dbtr", provider.name());
        account("DbtrAcct", account);
        begin("DbtrAgt", "FinInstnId", "Othr");
        text("Id", "NOTPROVIDED");
        end(3);
        text("ChrgBr", "SLEV");
        for (Payment payout : payouts) {
            transfer(payout);
        }
        end(3);
        out.writeEndDocument();
    }

    private void transfer(Payment payout) throws XMLStreamException {
        Iban account = payout.account();
        if (account == null) {
            throw new IllegalStateException("payout " + payout.id() + " has no account");
        }
        begin("CdtTrfTxInf", "PmtId");
        text("EndToEndId", endToEnd(payout.id()));
        end(1);
        begin("Amt", "InstdAmt");
        out.writeAttribute("Ccy", "EUR");
        out.writeCharacters(payout.amount().amount().toPlainString());
        end(2);
        named("Cdtr", payout.counterparty());
        account("CdtrAcct", account);
        begin("RmtInf");
        text("Ustrd", Texts.sepa(payout.reference(), 140));
        end(2);
    }

    private void named(String element, String name) throws XMLStreamException {
        begin(element);
        text("Nm", Texts.sepa(name, 70));
        end(1);
    }

    private void account(String element, Iban account) throws XMLStreamException {
        begin(element, "Id");
        text("IBAN", account.number());
        end(2);
    }

    private void begin(String... elements) throws XMLStreamException {
        for (String element : elements) {
            out.writeStartElement(element);
        }
    }

    private void end(int count) throws XMLStreamException {
        for (int i = 0; i < count; i++) {
            out.writeEndElement();
        }
    }

    private void text(String element, String value) throws XMLStreamException {
        begin(element);
        out.writeCharacters(value);
        end(1);
    }
}
