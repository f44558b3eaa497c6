package leaseback.manager.billing;

import static leaseback.manager.billing.BillingWorld.BERLIN;
import static leaseback.manager.billing.BillingWorld.eur;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.customer.BillingBook;
import leaseback.manager.customer.BillingDetails;
import leaseback.manager.document.Invoice;
import leaseback.manager.document.InvoicePdf;
import leaseback.manager.document.InvoiceXml;
import leaseback.manager.document.Party;
import leaseback.manager.document.Vat;
import leaseback.manager.ledger.Chart;
import leaseback.manager.ledger.DocumentLine;
import leaseback.manager.ledger.Leg;
import leaseback.manager.ledger.Transfer;
import leaseback.manager.letter.Letter;
import leaseback.manager.sealing.MasterKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What was billed and should not have been is taken back once, with its tax, and never more of it than was billed.
final class CreditsTest {
    private static final BillingDetails US = new BillingDetails("Leaseback GmbH", "Road 1", "10115", "Berlin", "DE", "DE123456789", null, "en");
    private static final BillingDetails ADA = new BillingDetails("Ada", "Lane 2", "10115", "Berlin", "DE", null, null, "en");
    @TempDir Path folder;
    private BillingWorld world;
    private BillingBook book;
    private Credits credits;
    private UUID ada;
    private Bill bill;

    /// Three lines with 19 % tax in them: 33.33, 33.33 and 9.99.
    @BeforeEach
    void begin() throws Exception {
        world = new BillingWorld(folder, "2026-12-31T22:00:00Z");
        world.rate = new Taxes.Rate(Vat.standard(BigDecimal.valueOf(19)), "DE", Party.of(US), Party.of(ADA));
        credits = new Credits(world.bills, world.letters, world.clock);
        book = new BillingBook(MasterKey.at(folder.resolve("other.key")), world.clock);
        world.to("2026-12-31T23:00:00Z");
        ada = world.customer("ada", BERLIN);
        world.database.transact(handle -> {
            book.putProvider(handle, US, "test");
            book.put(handle, ada, ADA, "test");
            long[] prices = {3333, 3333, 999};
            for (int i = 0; i < prices.length; i++) {
                world.products.subscribe(handle, ada, null, "test/" + i, new Product("THING_" + i, 1, "Thing " + i, "service", eur(prices[i]), List.of(), null,
                        false), world.clock.instant().plusMillis(i), "test");
            }
            return 0;
        });
        world.to("2027-02-02T00:00:00Z");
        bill = world.bills(ada).getFirst();
        assertThat(bill.gross()).isEqualTo(eur(7665));
    }

    @AfterEach
    void end() {
        try (BillingWorld closing = world) {
            closing.database.read(handle -> closing.ledger.balances(handle, closing.clock.instant().plusMillis(1)));
            assertThat(closing.days.verify().sound()).isTrue();
        }
    }

    @Test
    void partOfALineIsTakenBackWithItsTaxAndTheBillIsThatMuchLess() {
        Bill note = credit(UUID.randomUUID(), "Half a month of it did not work.", new Credits.Part(2, eur(1666)));
        assertThat(note.number()).isEqualTo("C-2027-000001");
        assertThat(note.credits()).isEqualTo(bill.number());
        assertThat(note.gross()).isEqualTo(eur(-1666));
        assertThat(note.tax().amount()).isEqualTo(eur(-266));
        assertThat(world.open(bill)).isEqualTo(eur(7665 - 1666));
        assertThat(world.open(note)).isEqualTo(eur(0));
        assertThat(world.balance(Chart.RECEIVABLE.of(ada))).isEqualTo(eur(7665 - 1666));
        assertThat(world.balance(Chart.VAT.of("DE"))).isEqualTo(eur(1224 - 266));
        assertThat(world.balance(Chart.REVENUE.of("service"))).isEqualTo(eur(6441 - 1400));
        Letter letter = world.letters(ada).getLast();
        assertThat(letter.subject()).isEqualTo("We credit you EUR 16.66 of bill " + bill.number());
        assertThat(letter.text()).contains("Half a month of it did not work.", "Credit note C-2027-000001", "of bill " + bill.number());
        assertThat(world.explained(new DocumentLine(Bills.KIND, note.number(), 1))).extracting(step -> step.words())
                .anyMatch(words -> words.startsWith("EUR -16.66: Credited: Thing 1") && words.contains("= Half a month"))
                .anyMatch(words -> words.startsWith("EUR 33.33: Thing 1"));
    }

    @Test
    void neverMoreThanWasBilledIsTakenBackHoweverOftenAndByHowManyAtOnce() throws InterruptedException {
        refused("of line 1 of " + bill.number() + ", EUR 33.33 can be credited, not EUR 33.34", new Credits.Part(1, eur(3334)));
        refused("has lines 1 to 3, not 4", new Credits.Part(4, eur(1)));
        refused("EUR 33.33 can be credited, not EUR 0.00", new Credits.Part(1, eur(0)));
        refused("named twice", new Credits.Part(1, eur(1)), new Credits.Part(1, eur(1)));
        credit(UUID.randomUUID(), "A part.", new Credits.Part(1, eur(3000)));
        refused("EUR 3.33 can be credited", new Credits.Part(1, eur(334)));
        Set<String> notes = ConcurrentHashMap.newKeySet();
        List<Thread> threads = List.of(all(notes), all(notes), all(notes));
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(notes).hasSize(1);
        assertThat(world.open(bill)).isEqualTo(eur(0));
        assertThat(world.balance(Chart.RECEIVABLE.of(ada))).isEqualTo(eur(0));
        assertThat(world.balance(Chart.REVENUE.of("service"))).isEqualTo(eur(0));
        assertThat(world.balance(Chart.VAT.of("DE"))).isEqualTo(eur(0));
        refused("nothing is left to be credited");
        // What is credited is not asked for.
        world.to("2027-03-01T00:00:00Z");
        assertThat(world.letters(ada)).noneMatch(letter -> letter.subject().startsWith("Reminder"));
    }

    private Thread all(Set<String> notes) {
        return Thread.startVirtualThread(() -> {
            try {
                notes.add(credit(UUID.randomUUID(), "All of it.").number());
            } catch (Refusal second) {
                assertThat(second).hasMessageContaining("nothing is left");
            }
        });
    }

    @Test
    void whatWasPaidAlreadyIsTakenOffTheNextBill() {
        world.database.transact(handle -> world.ledger.post(handle, new Transfer(UUID.randomUUID(), "payment", "paid",
                LocalDate.of(2027, 2, 2), List.of(new Leg(Chart.BANK.account(), Chart.RECEIVABLE.of(ada), eur(7665),
                        DocumentLine.whole("payment", "1"))))));
        credit(UUID.randomUUID(), "A goodwill.", new Credits.Part(3, eur(999)));
        world.to("2027-03-02T00:00:00Z");
        Bill february = world.bills(ada).getLast();
        assertThat(february.gross()).isEqualTo(eur(7665));
        assertThat(world.open(february)).isEqualTo(eur(7665 - 999));
        assertThat(world.open(bill)).isEqualTo(eur(0));
    }

    @Test
    void theSameRequestCreditsOnceAndOnlyBillsAreCredited() {
        UUID id = UUID.randomUUID();
        Bill note = credit(id, "A part.", new Credits.Part(1, eur(100)));
        assertThat(credit(id, "A part.", new Credits.Part(1, eur(100))).number()).isEqualTo(note.number());
        assertThat(world.balance(Chart.RECEIVABLE.of(ada))).isEqualTo(eur(7565));
        assertThatThrownBy(() -> world.database.transact(handle -> credits.credit(handle, UUID.randomUUID(), note.number(), List.of(), "Why", "test")))
                .isInstanceOf(Refusal.class).hasMessageContaining("is a credit note");
        assertThatThrownBy(() -> world.database.transact(handle -> credits.credit(handle, UUID.randomUUID(), "B-1", List.of(), "Why", "test")))
                .isInstanceOf(Refusal.class).hasMessageContaining("B-1");
    }

    @Test
    void itsDocumentIsAValidCreditNoteOfEn16931() throws Exception {
        Bill note = credit(UUID.randomUUID(), "A part of two.", new Credits.Part(1, eur(777)), new Credits.Part(3, eur(11)));
        Invoice invoice = world.database.read(handle -> new Invoices(book, world.settlements).of(handle, note, BERLIN));
        assertThat(invoice.amountDue()).isEqualTo(eur(788));
        byte[] xml = InvoiceXml.write(invoice);
        assertThat(new String(xml, StandardCharsets.UTF_8)).contains("<ram:TypeCode>381</ram:TypeCode>", bill.number());
        Path file = Files.write(folder.resolve("note.xml"), xml);
        Class<?> validator = Class.forName("org.mustangproject.validator.ZUGFeRDValidator");
        String report = (String) validator.getMethod("validate", String.class).invoke(validator.getConstructor().newInstance(), file.toString());
        assertThat(report).contains("<summary status=\"valid\"/>").doesNotContain("<summary status=\"invalid\"/>");
        assertThat(InvoicePdf.write(invoice)).isNotEmpty();
    }

    private Bill credit(UUID id, String reason, Credits.Part... parts) {
        return world.database.transact(handle -> credits.credit(handle, id, bill.number(), List.of(parts), reason, "test"));
    }

    private void refused(String why, Credits.Part... parts) {
        assertThatThrownBy(() -> credit(UUID.randomUUID(), "Why", parts)).isInstanceOf(Refusal.class).hasMessageContaining(why);
    }

}
