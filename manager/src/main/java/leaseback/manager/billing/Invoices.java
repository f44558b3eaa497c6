package leaseback.manager.billing;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import leaseback.manager.catalog.Money;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.customer.BillingBook;
import leaseback.manager.customer.BillingDetails;
import leaseback.manager.customer.Iban;
import leaseback.manager.document.Invoice;
import leaseback.manager.document.InvoiceLine;
import leaseback.manager.document.Party;
import leaseback.manager.ledger.DocumentLine;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Bills and payouts as the documents that people and their programs keep: a page, and for invoices the XML of EN 16931. A payout to a
/// host with a VAT id is an invoice that we write in its name; to anybody else it is a statement.
public final class Invoices {
    private final BillingBook book;
    private final Settlements settlements;

    public Invoices(BillingBook book, Settlements settlements) {
        this.book = book;
        this.settlements = settlements;
    }

    /// @throws Refusal CONFLICT when it is not known whom it is from or to
    public Invoice of(Handle handle, Bill bill, ZoneId zone) {
        BillingDetails us = book.provider(handle).orElseThrow(() -> Refusal.conflict(
                "the provider has not said who it is; PUT /api/provider does"));
        BillingDetails them = book.of(handle, bill.customerId()).orElseThrow(() -> Refusal.conflict(
                "it is not known whom " + bill.number() + " is written to; PUT /api/customer/" + bill.customerId() + "/billing says it"));
        boolean owed = bill.kind() == Bill.Kind.BILL;
        Party seller = party(bill.seller(), owed ? us : them);
        Party buyer = party(bill.buyer(), owed ? them : us);
        Invoice.Kind kind = owed ? Invoice.Kind.BILL : seller.vatId() == null ? Invoice.Kind.STATEMENT : Invoice.Kind.SELF_BILLED;
        if (bill.credits() != null) {
            return new Invoice(bill.number(), Invoice.Kind.CREDIT_NOTE, date(bill.issuedAt(), zone), null, date(bill.from(), zone),
                    date(bill.to().minusMillis(1), zone), seller, buyer, bill.gross().currency(), them.language(), lines(bill),
                    none(bill), none(bill).minus(bill.rounding()), null, bill.credits(), List.of(bill.lines().getFirst().words()));
        }
        Money settled = settled(handle, bill);
        Iban account = owed ? us.iban() : them.iban();
        return new Invoice(bill.number(), kind, date(bill.issuedAt(), zone), settled.equals(bill.gross()) || !owed ? null : bill.due(),
                date(bill.from(), zone), date(bill.to().minusMillis(1), zone), seller, buyer, bill.gross().currency(), them.language(),
                lines(bill), settled, bill.rounding(), shown(account, owed), null, List.of());
    }

    /// As it stood when the document was issued; one who was not known then had no VAT id for us, whatever they have by now.
    private static Party party(@Nullable Party then, BillingDetails now) {
        return then != null ? then : new Party(now.name(), now.street(), now.postcode(), now.city(), now.country(), null);
    }

    private static @Nullable String shown(@Nullable Iban account, boolean whole) {
        return account == null ? null : whole ? account.number() : account.masked();
    }

    /// What the month's settlement took off it, as it stood when the document was written.
    private Money settled(Handle handle, Bill bill) {
        Money none = none(bill);
        if (bill.gross().minor() < 0) {
            // More was corrected than there was to pay: all of it stays owed the other way.
            return none;
        }
        for (Settlement settlement : settlements.naming(handle, bill.customerId(), bill.number())) {
            Money off = bill.kind() == Bill.Kind.BILL ? settlement.setOff().plus(settlement.prepaid()) : settlement.setOff();
            return off.compareTo(bill.gross()) < 0 ? off : bill.gross();
        }
        return none;
    }

    private static List<InvoiceLine> lines(Bill bill) {
        List<InvoiceLine> lines = new ArrayList<>();
        List<Money> nets = Bills.nets(bill);
        for (int i = 0; i < nets.size(); i++) {
            Money net = bill.credits() == null ? nets.get(i) : none(bill).minus(nets.get(i));
            lines.add(InvoiceLine.flat(i + 1, bill.lines().get(i).text(), net, bill.tax().vat())
                    .explainedBy(new DocumentLine(Bills.KIND, bill.number(), i + 1).toString()));
        }
        return lines;
    }

    private static Money none(Bill bill) {
        return Money.zero(bill.gross().currency());
    }

    private static LocalDate date(Instant at, ZoneId zone) {
        return at.atZone(zone).toLocalDate();
    }
}
