package leaseback.manager.web;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import leaseback.manager.billing.Bill;
import leaseback.manager.billing.BillBook;
import leaseback.manager.billing.Bills;
import leaseback.manager.billing.Invoices;
import leaseback.manager.billing.Settlements;
import leaseback.manager.catalog.Money;
import leaseback.manager.clock.Counted;
import leaseback.manager.customer.Customer;
import leaseback.manager.customer.Customers;
import leaseback.manager.database.Database;
import leaseback.manager.document.InvoicePdf;
import leaseback.manager.lease.Leases;
import leaseback.manager.ledger.Account;
import leaseback.manager.ledger.Chart;
import leaseback.manager.ledger.Days;
import leaseback.manager.ledger.DocumentLine;
import leaseback.manager.ledger.Explanations;
import leaseback.manager.ledger.Ledger;
import leaseback.manager.ledger.Totals;
import leaseback.manager.letter.Letters;
import leaseback.manager.payment.Payments;
import org.jdbi.v3.core.Handle;

/// Gathers what the console shows of customers and money. Reads only.
public final class MoneyPages implements PageSource {
    private static final int MOST_ROWS = 100;
    private static final int MOST_OF_ONE = 25;
    private static final int MOST_MONTHS = 24;
    private static final String PDF = ".pdf";
    private final Database database;
    private final Leases leases;
    private final Bills bills;
    private final Settlements settlements;
    private final Invoices invoices;
    private final Payments payments;
    private final Letters letters;
    private final Ledger ledger;
    private final Days days;
    private final Explanations explanations;
    private final Supplier<Set<UUID>> frozen;
    private final Counted<Totals> totals;
    private final Counted<List<BillBook.Sum>> months;
    private final Counted<List<BillBook.Overdue>> overdue;

    /// @param frozen whose services are frozen
    /// @param wall   the real clock
    public MoneyPages(Database database, Leases leases, Bills bills, Settlements settlements, Invoices invoices, Payments payments, Letters letters,
            Ledger ledger, Days days, Explanations explanations, Supplier<Set<UUID>> frozen, InstantSource wall) {
        this.database = database;
        this.leases = leases;
        this.bills = bills;
        this.settlements = settlements;
        this.invoices = invoices;
        this.payments = payments;
        this.letters = letters;
        this.ledger = ledger;
        this.days = days;
        this.explanations = explanations;
        this.frozen = frozen;
        this.totals = new Counted<>(wall, () -> database.read(Totals::of));
        this.months = new Counted<>(wall, () -> database.read(handle -> BillBook.months(handle, MOST_MONTHS)));
        this.overdue = new Counted<>(wall, () -> database.read(BillBook::overdue));
    }

    @Override
    public Optional<ConsolePages.Page> page(List<String> parts, Map<String, String> query, Instant now) {
        return switch (parts.getFirst() + "/" + parts.size()) {
            case "money/1" -> Optional.of(new ConsolePages.Page.Shown("Money", "money", moneyPage(query, now)));
            case "money/2" -> parts.get(1).endsWith(PDF) ? pdf(parts.get(1)) : documentPage(parts.get(1), query);
            case "customers/1" -> Optional.of(new ConsolePages.Page.Shown("Customers", "customers", customersPage(query)));
            case "customers/2" -> ConsolePages.id(parts.get(1)).flatMap(id -> customerPage(id, now));
            default -> Optional.empty();
        };
    }

    private MoneyPage moneyPage(Map<String, String> query, Instant now) {
        String text = PageSource.text(query);
        boolean reminded = query.containsKey("overdue");
        List<BillBook.Entry> found = database.read(handle -> BillBook.newest(handle, null, text, reminded, MOST_ROWS));
        return new MoneyPage(totals.get(), months.get(), overdue.get(), found, text, reminded,
                days.lastClosed().orElse(null), MOST_ROWS, now);
    }

    private Optional<ConsolePages.Page> documentPage(String number, Map<String, String> query) {
        return database.read(handle -> bills.find(handle, number).map(bill -> shown(handle, bill, query, "/money", "document.jte")));
    }

    /// A customer's own document, at `base`; empty when there is none of that number, or it is another's.
    Optional<ConsolePages.Page> documentOf(UUID customerId, String name, Map<String, String> query, String base) {
        boolean file = name.endsWith(PDF);
        String number = file ? name.substring(0, name.length() - PDF.length()) : name;
        return database.read(handle -> bills.find(handle, number).filter(bill -> bill.customerId().equals(customerId))
                .map(bill -> file ? pdf(handle, bill) : shown(handle, bill, query, base, "myDocument.jte")));
    }

    private ConsolePages.Page shown(Handle handle, Bill bill, Map<String, String> query, String base, String template) {
        int why = line(query.getOrDefault("why", ""), bill);
        Customer customer = customer(handle, bill.customerId());
        DocumentPage page = new DocumentPage(bill, customer.name(), customer.zone(), bills.open(handle, bill), base, why,
                why == 0 ? List.of() : explanations.explain(handle, new DocumentLine(Bills.KIND, bill.number(), why)));
        return new ConsolePages.Page.Shown(page.title(), template, null, page);
    }

    private static int line(String asked, Bill bill) {
        int line = asked.matches("[1-9][0-9]{0,5}") ? Integer.parseInt(asked) : 0;
        return line <= bill.lines().size() ? line : 0;
    }

    private Optional<ConsolePages.Page> pdf(String name) {
        String number = name.substring(0, name.length() - PDF.length());
        return database.read(handle -> bills.find(handle, number).map(bill -> pdf(handle, bill)));
    }

    private ConsolePages.Page pdf(Handle handle, Bill bill) {
        return new ConsolePages.Page.File(bill.number() + PDF, "application/pdf",
                InvoicePdf.write(invoices.of(handle, bill, customer(handle, bill.customerId()).zone())));
    }

    private CustomersPage customersPage(Map<String, String> query) {
        String text = PageSource.text(query);
        return new CustomersPage(database.read(handle -> Customers.search(handle, text, MOST_ROWS)), text, MOST_ROWS);
    }

    private Optional<ConsolePages.Page> customerPage(UUID id, Instant now) {
        return database.read(handle -> Customers.find(handle, id)
                .map(customer -> new ConsolePages.Page.Shown(customer.name(), "customer", customerPage(handle, customer, now))));
    }

    /// All that is between us and a customer.
    CustomerPage customerPage(Handle handle, Customer customer, Instant now) {
        UUID id = customer.id();
        List<LeaseLine> lines = leases.page(handle, id, null, MOST_ROWS).stream().map(lease -> new LeaseLine(lease, customer.name(), now)).toList();
        return new CustomerPage(customer, frozen.get().contains(id), accounts(handle, id, now), lines.reversed(),
                BillBook.newest(handle, id, "", false, MOST_OF_ONE), settlements.newest(handle, id, MOST_OF_ONE),
                payments.newest(handle, id, MOST_OF_ONE), letters.newest(handle, id, MOST_OF_ONE), now);
    }

    private List<CustomerPage.Account> accounts(Handle handle, UUID id, Instant now) {
        List<CustomerPage.Account> accounts = new ArrayList<>();
        for (String currency : BillBook.currencies(handle, id)) {
            accounts.add(new CustomerPage.Account(balance(handle, Chart.RECEIVABLE.of(id), currency, now),
                    balance(handle, Chart.PAYABLE.of(id), currency, now), balance(handle, Chart.HELD.of(id), currency, now),
                    balance(handle, Chart.PREPAID.of(id), currency, now)));
        }
        return accounts;
    }

    private Money balance(Handle handle, Account account, String currency, Instant now) {
        return ledger.balance(handle, account, currency, now.plusMillis(1)).money();
    }

    private static Customer customer(Handle handle, UUID id) {
        return Customers.find(handle, id).orElseThrow(() -> new IllegalStateException("customer " + id + " of a document is gone"));
    }
}
