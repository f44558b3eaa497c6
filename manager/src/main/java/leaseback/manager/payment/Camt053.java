package leaseback.manager.payment;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import leaseback.manager.catalog.Money;
import leaseback.manager.catalog.Refusal;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/// Reads statements of ISO 20022, `camt.053.001` of any version. No document type, no entities, nothing from outside, bounded in size.
final class Camt053 {
    /// As much as the API takes at once.
    static final int MOST_BYTES = 1 << 20;
    private static final int MOST_ENTRIES = 10_000;
    private static final String NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt\\.053\\.001\\.\\d\\d";

    private Camt053() {}

    /// @throws Refusal UNFIT when it is no such file, or says something that cannot be; nothing was kept
    static List<BankStatement> read(byte[] xml) {
        if (xml.length > MOST_BYTES) {
            throw Refusal.unfit("a statement has at most " + MOST_BYTES + " bytes; ask the bank for shorter ones");
        }
        Element root = parsed(xml);
        if (!"Document".equals(root.getLocalName()) || root.getNamespaceURI() == null || !root.getNamespaceURI().matches(NAMESPACE)) {
            throw Refusal.unfit("this is no statement: send camt.053.001, not " + root.getNamespaceURI());
        }
        List<BankStatement> statements = new ArrayList<>();
        for (Element statement : children(child(root, "BkToCstmrStmt").orElseThrow(() -> Refusal.unfit("the file has no BkToCstmrStmt")), "Stmt")) {
            statements.add(statement(statement));
        }
        return statements;
    }

    private static BankStatement statement(Element statement) {
        String id = text(statement, "Id").orElseThrow(() -> Refusal.unfit("a statement has no Id"));
        String account = text(statement, "Acct", "Id", "IBAN").or(() -> text(statement, "Acct", "Id", "Othr", "Id")).orElse("");
        List<BankStatement.Entry> entries = new ArrayList<>();
        int place = 0;
        for (Element entry : children(statement, "Ntry")) {
            place++;
            String status = text(entry, "Sts", "Cd").or(() -> text(entry, "Sts")).orElse("BOOK");
            if (status.equals("BOOK")) {
                entries.addAll(entries(entry, id + " entry " + place, place));
            }
            if (entries.size() > MOST_ENTRIES) {
                throw Refusal.unfit("statement " + id + " has more than " + MOST_ENTRIES + " payments; ask the bank for shorter ones");
            }
        }
        return new BankStatement(Texts.line(id, 100), account.replace(" ", ""), entries);
    }

    private static List<BankStatement.Entry> entries(Element entry, String where, int place) {
        Money whole = money(entry, where).orElseThrow(() -> Refusal.unfit(where + " has no amount"));
        boolean credit = credit(entry, where);
        LocalDate day = day(entry, where);
        List<Element> parts = children(entry, "NtryDtls").stream().flatMap(details -> children(details, "TxDtls").stream()).toList();
        if (parts.isEmpty()) {
            return List.of(new BankStatement.Entry(place + "/0", credit, whole, day, "", text(entry, "AddtlNtryInf").map(info -> Texts.line(info, 400))
                    .orElse(""), "", ""));
        }
        List<BankStatement.Entry> entries = new ArrayList<>();
        Money sum = Money.zero(whole.currency());
        for (Element part : parts) {
            Money amount = money(part, where).or(() -> child(part, "AmtDtls").flatMap(details -> child(details, "TxAmt"))
                    .flatMap(details -> money(details, where))).orElse(whole);
            if (!amount.currency().equals(whole.currency())) {
                amount = parts.size() == 1 ? whole : amount;
            }
            sum = sum.plus(amount);
            entries.add(part(part, place + "/" + (entries.size() + 1), credit, amount, day));
        }
        if (!sum.equals(whole)) {
            throw Refusal.unfit(where + " is " + whole + ", but its payments add up to " + sum + "; ask the bank for the amount of each");
        }
        return entries;
    }

    private static BankStatement.Entry part(Element part, String place, boolean credit, Money amount, LocalDate day) {
        String reference = child(part, "RmtInf").map(info -> {
            String plain = children(info, "Ustrd").stream().map(Node::getTextContent).collect(Collectors.joining(" "));
            String structured = children(info, "Strd").stream().map(each -> text(each, "CdtrRefInf", "Ref").orElse(""))
                    .collect(Collectors.joining(" "));
            return plain + " " + structured;
        }).orElse("");
        String side = credit ? "Dbtr" : "Cdtr";
        String name = text(part, "RltdPties", side, "Nm").or(() -> text(part, "RltdPties", side, "Pty", "Nm")).orElse("");
        String endToEnd = text(part, "Refs", "EndToEndId").orElse("");
        String returned = child(part, "RtrInf").map(info -> text(info, "Rsn", "Cd").or(() -> text(info, "Rsn", "Prtry")).orElse("") + " "
                + children(info, "AddtlInf").stream().map(Node::getTextContent).collect(Collectors.joining(" "))).map(String::strip)
                .map(said -> said.isEmpty() ? "no reason given" : Texts.line(said, 300)).orElse("");
        return new BankStatement.Entry(place, credit, amount, day, Texts.line(endToEnd, 35), Texts.line(reference, 400), Texts.line(name, 140), returned);
    }

    private static Optional<Money> money(Element parent, String where) {
        return child(parent, "Amt").map(amount -> {
            String currency = amount.getAttribute("Ccy");
            String value = amount.getTextContent().strip();
            try {
                if (!value.matches("\\d{1,15}(\\.\\d{1,5})?")) {
                    throw new ArithmeticException("no amount");
                }
                return new Money(new BigDecimal(value).movePointRight(Money.digits(currency)).longValueExact(), currency);
            } catch (ArithmeticException | IllegalArgumentException wrong) {
                throw Refusal.unfit(where + " has the amount \"" + Texts.line(value, 40) + "\" in \"" + Texts.line(currency, 10) + "\", which is none");
            }
        });
    }

    private static boolean credit(Element entry, String where) {
        String indicator = text(entry, "CdtDbtInd").orElse("");
        return switch (indicator) {
            case "CRDT" -> true;
            case "DBIT" -> false;
            default -> throw Refusal.unfit(where + " is neither CRDT nor DBIT");
        };
    }

    private static LocalDate day(Element entry, String where) {
        String day = text(entry, "ValDt", "Dt").or(() -> text(entry, "BookgDt", "Dt")).or(() -> text(entry, "BookgDt", "DtTm"))
                .orElseThrow(() -> Refusal.unfit(where + " has no day"));
        try {
            return LocalDate.parse(day.length() > 10 ? day.substring(0, 10) : day);
        } catch (DateTimeParseException wrong) {
            throw Refusal.unfit(where + " has the day \"" + Texts.line(day, 40) + "\", which is none");
        }
    }

    private static Element parsed(byte[] xml) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultNSInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_DTD, "");
            factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
            factory.setXIncludeAware(false);
            factory.setExpandEntityReferences(false);
            DocumentBuilder builder = factory.newDocumentBuilder();
            // Otherwise it writes what is wrong to the standard error stream.
            builder.setErrorHandler(new DefaultHandler());
            return builder.parse(new ByteArrayInputStream(xml)).getDocumentElement();
        } catch (SAXException | IOException wrong) {
            throw Refusal.unfit("this is no XML that we read: " + Texts.line(String.valueOf(wrong.getMessage()), 200));
        } catch (ParserConfigurationException impossible) {
            throw new IllegalStateException("the JDK's XML parser refuses to be careful", impossible);
        }
    }

    private static Optional<String> text(Element parent, String... path) {
        Optional<Element> at = Optional.of(parent);
        for (String name : path) {
            at = at.flatMap(element -> child(element, name));
        }
        return at.map(element -> element.getTextContent().strip()).filter(text -> !text.isEmpty());
    }

    private static Optional<Element> child(Element parent, String name) {
        return children(parent, name).stream().findFirst();
    }

    private static List<Element> children(Element parent, String name) {
        return IntStream.range(0, parent.getChildNodes().getLength()).mapToObj(parent.getChildNodes()::item).filter(Element.class::isInstance)
                .map(Element.class::cast).filter(element -> name.equals(element.getLocalName())).toList();
    }
}
