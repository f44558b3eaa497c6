package leaseback.manager.payment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import leaseback.manager.catalog.Money;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.customer.BillingBook;
import leaseback.manager.customer.BillingDetails;
import leaseback.manager.customer.Customers;
import leaseback.manager.customer.Iban;
import leaseback.manager.customer.Role;
import leaseback.manager.database.Database;
import leaseback.manager.database.TestDatabase;
import leaseback.manager.ledger.Account;
import leaseback.manager.ledger.Balance;
import leaseback.manager.ledger.Chart;
import leaseback.manager.ledger.DocumentLine;
import leaseback.manager.ledger.Ledger;
import leaseback.manager.ledger.Leg;
import leaseback.manager.ledger.Transfer;
import leaseback.manager.letter.Letter;
import leaseback.manager.letter.Letters;
import leaseback.manager.order.MovableClock;
import leaseback.manager.sealing.MasterKey;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Payments against a real database: what came in, runs of payouts, and the bank's statements.
final class PaymentTest {
    private static final Money TEN = new Money(1_000, "EUR");
    private static final LocalDate DAY = LocalDate.of(2027, 2, 3);
    private static final String OURS = "DE89370400440532013000";
    private static final String THEIRS = "DE02120300000000202051";
    private final TestDatabase test = TestDatabase.fresh();
    private final Database database = test.database();
    private final MovableClock clock = new MovableClock(Instant.parse("2027-02-01T08:00:00Z"));
    private final Ledger ledger = new Ledger(clock);
    private final Letters letters = new Letters(clock);
    @TempDir Path folder;
    private @Nullable World world;

    /// What is built of it all, on one bank or another.
    private record World(Customers customers, BillingBook book, Payments payments, Payouts payouts, Bank bank) {}

    @BeforeEach
    void build() throws Exception {
        world = world(new BankFiles());
        database.transact(handle -> {
            world().book.putProvider(handle, details("Nordlicht GmbH", OURS), "test");
            return true;
        });
    }

    @AfterEach
    void sumsToNothingAndClose() {
        // Throws when it does not.
        List<Balance> balances = database.read(handle -> ledger.balances(handle, clock.instant().plusSeconds(9)));
        assertThat(balances).isNotNull();
        test.close();
    }

    @Test
    void whatComesInPaysWhatIsOwedAndTheRestIsAdvanceAndTheSameAgainChangesNothing() {
        UUID ada = customer("ada", null);
        owe(Chart.RECEIVABLE.of(ada), Chart.REVENUE.of("storage"), 3_000);
        Receipt receipt = new Receipt(UUID.randomUUID(), null, new Money(4_200, "EUR"), "Rechnung B-ada vom Januar", "Ada", DAY, Receipt.Through.BANK);
        Payment kept = database.transact(handle -> world().payments.received(handle, receipt));
        assertThat(database.<Payment>transact(handle -> world().payments.received(handle, receipt))).isEqualTo(kept);
        assertThat(kept.customerId()).isEqualTo(ada);
        assertThat(balance(Chart.RECEIVABLE.of(ada))).isZero();
        assertThat(balance(Chart.PREPAID.of(ada))).isEqualTo(1_200);
        assertThat(balance(Chart.BANK.account())).isEqualTo(4_200);
        Receipt other = new Receipt(receipt.id(), null, TEN, "Rechnung B-ada vom Januar", "Ada", DAY, Receipt.Through.BANK);
        assertThatThrownBy(() -> database.<Payment>transact(handle -> world().payments.received(handle, other))).isInstanceOf(Refusal.class)
                .hasMessageContaining("kept with other content");
    }

    @Test
    void whatMatchesNothingWaitsUntilTheOperatorSaysWhoseItIs() {
        UUID bob = customer("bob", null);
        Payment kept = database.transact(handle -> world().payments.received(handle, new Receipt(UUID.randomUUID(), null, TEN, "thanks", "B.", DAY,
                Receipt.Through.PSP)));
        assertThat(kept.state()).isEqualTo(Payment.State.UNMATCHED);
        assertThat(balance(Chart.UNMATCHED.account())).isEqualTo(1_000);
        assertThat(balance(Chart.PAYMENT_PROVIDER.account())).isEqualTo(1_000);
        database.<Payment>transact(handle -> world().payments.assign(handle, kept.id(), bob, "operator:olga"));
        assertThat(balance(Chart.UNMATCHED.account())).isZero();
        assertThat(balance(Chart.PREPAID.of(bob))).isEqualTo(1_000);
        assertThatThrownBy(() -> database.<Payment>transact(handle -> world().payments.assign(handle, kept.id(), bob, "operator:olga")))
                .hasMessageContaining("is MATCHED");
    }

    @Test
    void aRunPaysThoseAboveTheThresholdWithAnAccountAndTellsTheOthers() {
        UUID ada = host("ada", THEIRS, 2_500);
        UUID bob = host("bob", null, 5_000);
        UUID eve = host("eve", THEIRS, 999);
        PayoutRun plan = world().payouts.plan(TEN);
        assertThat(plan.payouts()).extracting(Payment::customerId).containsExactly(ada);
        assertThat(plan.skipped()).extracting(PayoutRun.Skipped::whom).containsExactly(bob.toString());
        assertThat(balance(Chart.IN_FLIGHT.account())).isZero();
        assertThat(letters(bob)).isEmpty();

        UUID run = UUID.randomUUID();
        PayoutRun done = world().payouts.run(run, TEN, "operator:olga");
        assertThat(done.total()).isEqualTo(new Money(2_500, "EUR"));
        assertThat(world().payouts.run(run, TEN, "operator:olga").payouts()).isEqualTo(done.payouts());
        assertThat(balance(Chart.PAYABLE.of(ada))).isZero();
        assertThat(balance(Chart.PAYABLE.of(eve))).isEqualTo(999);
        assertThat(balance(Chart.IN_FLIGHT.account())).isEqualTo(-2_500);
        assertThat(letters(bob)).singleElement().satisfies(letter -> assertThat(letter.text()).contains("EUR 50.00", "bank account"));
        assertThat(world().payouts.run(UUID.randomUUID(), TEN, "operator:olga").payouts()).isEmpty();
    }

    @Test
    void twoRunsAtOncePayOnce() throws Exception {
        for (int i = 0; i < 30; i++) {
            host("host" + i, THEIRS, 2_000 + i);
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<PayoutRun>> runs = Stream.generate(UUID::randomUUID).limit(4)
                    .map(id -> threads.submit(() -> world().payouts.run(id, TEN, "operator:olga"))).toList();
            long paid = 0;
            for (Future<PayoutRun> run : runs) {
                paid += run.get().total().minor();
            }
            assertThat(paid).isEqualTo(30 * 2_000 + 29 * 30 / 2);
        }
        assertThat(balance(Chart.IN_FLIGHT.account())).isEqualTo(-(30 * 2_000 + 29 * 30 / 2));
    }

    @Test
    void theBankFileNamesEachPayoutAndItsStatementBooksThemOnceHoweverOftenItComes() {
        UUID ada = host("ada", THEIRS, 2_500);
        UUID run = UUID.randomUUID();
        Payment payout = world().payouts.run(run, TEN, "operator:olga").payouts().getFirst();
        String file = new String(world().bank.file(run, "operator:olga"), StandardCharsets.UTF_8);
        assertThat(file).contains("<IBAN>" + OURS + "</IBAN>", "<IBAN>" + THEIRS + "</IBAN>", "<CtrlSum>25.00</CtrlSum>",
                "<InstdAmt Ccy=\"EUR\">25.00</InstdAmt>", "<EndToEndId>" + Pain001.endToEnd(payout.id()) + "</EndToEndId>", "<Nm>Ada + Soehne</Nm>");
        assertThat(new String(world().bank.file(run, "operator:olga"), StandardCharsets.UTF_8)).isEqualTo(file);

        owe(Chart.RECEIVABLE.of(ada), Chart.REVENUE.of("storage"), 700);
        String statement = statement("S1", entry("DBIT", "25.00", Pain001.endToEnd(payout.id()), "", ""), entry("CRDT", "7.00", "NOTPROVIDED", "B-ada", ""),
                entry("CRDT", "1.00", "NOTPROVIDED", "hello", ""), entry("DBIT", "3.10", "NOTPROVIDED", "account fee", ""));
        assertThat(take(statement)).isEqualTo(Map.of(Bank.Taken.PAID, 1, Bank.Taken.MATCHED, 1, Bank.Taken.UNMATCHED, 2));
        long bank = balance(Chart.BANK.account());
        assertThat(bank).isEqualTo(-2_500 + 700 + 100 - 310);
        assertThat(take(statement)).isEqualTo(Map.of(Bank.Taken.KNOWN, 4));
        assertThat(balance(Chart.BANK.account())).isEqualTo(bank);
        assertThat(balance(Chart.IN_FLIGHT.account())).isZero();
        assertThat(balance(Chart.RECEIVABLE.of(ada))).isZero();
        assertThatThrownBy(() -> take(statement.replace("7.00", "8.00"))).hasMessageContaining("said something else");

        Payment fee = database.read(handle -> world().payments.page(handle, null, Payment.State.UNMATCHED, null, 10)).stream()
                .filter(each -> each.direction() == Payment.Direction.OUT).findFirst().orElseThrow();
        database.<Payment>transact(handle -> world().payments.assign(handle, fee.id(), Chart.BANK_FEES.account(), "operator:olga"));
        assertThat(balance(Chart.BANK_FEES.account())).isEqualTo(310);
    }

    @Test
    void aPayoutThatIsRefusedOrComesBackIsOwedAgainAndWaitsForAnotherAccount() {
        UUID ada = host("ada", THEIRS, 2_500);
        Payment first = world().payouts.run(UUID.randomUUID(), TEN, "operator:olga").payouts().getFirst();
        database.<Payment>transact(handle -> world().payouts.rejected(handle, first.id(), "AC01 wrong account"));
        assertThat(balance(Chart.PAYABLE.of(ada))).isEqualTo(2_500);
        assertThat(balance(Chart.IN_FLIGHT.account())).isZero();
        assertThat(letters(ada)).singleElement().satisfies(letter -> assertThat(letter.text()).contains("AC01", "DE02 **** 2051").doesNotContain(THEIRS));
        assertThat(world().payouts.plan(TEN).skipped()).singleElement().satisfies(skipped -> assertThat(skipped.reason()).contains("REJECTED"));

        give(ada, details("Ada", OURS));
        Payment second = world().payouts.run(UUID.randomUUID(), TEN, "operator:olga").payouts().getFirst();
        String id = Pain001.endToEnd(second.id());
        assertThat(take(statement("S2", entry("CRDT", "25.00", id, "", "AC04"), entry("DBIT", "25.00", id, "", ""))))
                .isEqualTo(Map.of(Bank.Taken.PAID, 1, Bank.Taken.RETURNED, 1));
        assertThat(balance(Chart.PAYABLE.of(ada))).isEqualTo(2_500);
        assertThat(balance(Chart.BANK.account())).isZero();
    }

    @Test
    void aRunThatIsBrokenOffAnywhereGoesOnAndPaysOnce() throws Exception {
        host("ada", THEIRS, 2_500);
        PaymentPort broken = new PaymentPort() {
            @Override
            public List<Outcome> send(List<Payment> payouts) {
                throw new IllegalStateException("the line broke");
            }

            @Override
            public String describe() {
                return "broken";
            }
        };
        UUID run = UUID.randomUUID();
        World cut = world(broken);
        assertThatThrownBy(() -> cut.payouts.run(run, TEN, "operator:olga")).hasMessage("the line broke");
        assertThat(world().payouts.find(run).map(PayoutRun::finished)).isEqualTo(Optional.of(false));
        World mended = world(new PretendBank());
        PayoutRun done = mended.payouts.run(run, TEN, "operator:olga");
        assertThat(done.payouts()).singleElement().satisfies(payout -> assertThat(payout.state()).isEqualTo(Payment.State.PAID));
        assertThat(balance(Chart.BANK.account())).isEqualTo(-2_500);
        assertThat(mended.payouts.run(run, TEN, "operator:olga").payouts()).isEqualTo(done.payouts());
        assertThat(balance(Chart.BANK.account())).isEqualTo(-2_500);
    }

    @Test
    void partnersArePaidByTheSameRun() {
        database.transact(handle -> {
            world().book.putPartner(handle, "isp-north", details("ISP North AG", THEIRS), "test");
            return true;
        });
        owe(Chart.INCENTIVE.of("internet"), Chart.PARTNER.of("isp-north"), 4_000);
        PayoutRun done = world().payouts.run(UUID.randomUUID(), TEN, "operator:olga");
        assertThat(done.payouts()).singleElement().satisfies(payout -> assertThat(payout.partner()).isEqualTo("isp-north"));
        assertThat(balance(Chart.PARTNER.of("isp-north"))).isZero();
        database.<Payment>transact(handle -> world().payouts.rejected(handle, done.payouts().getFirst().id(), "closed"));
        assertThat(balance(Chart.PARTNER.of("isp-north"))).isEqualTo(4_000);
    }

    @Test
    void hostileAndWrongStatementsAreRefusedWhole() {
        String good = statement("S1", entry("CRDT", "1.00", "", "x", ""));
        String entity = "<!DOCTYPE d [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>" + good.replace("<Ustrd>x", "<Ustrd>&e;");
        assertThatThrownBy(() -> take(entity)).isInstanceOf(Refusal.class).hasMessageContaining("DOCTYPE");
        assertThatThrownBy(() -> take("<a/>")).hasMessageContaining("no statement");
        assertThatThrownBy(() -> take(good.substring(0, 200))).hasMessageContaining("no XML");
        assertThatThrownBy(() -> take(good.replace("CRDT", "BOTH"))).hasMessageContaining("neither CRDT nor DBIT");
        assertThatThrownBy(() -> take(good.replace("1.00", "1.005"))).hasMessageContaining("which is none");
        assertThatThrownBy(() -> take(good.replace(OURS, THEIRS))).hasMessageContaining("is of the account that ends with 2051");
        assertThatThrownBy(() -> take(" ".repeat(Camt053.MOST_BYTES) + good)).hasMessageContaining("at most");
        assertThat(take(statement("S1"))).isEmpty();
        assertThat(balance(Chart.BANK.account())).isZero();
    }

    private World world(PaymentPort port) throws IOException {
        MasterKey key = MasterKey.at(folder.resolve("master.key"));
        Customers customers = new Customers(database, key, clock, new SecureRandom());
        BillingBook book = new BillingBook(key, clock);
        // As bills do: the number of a bill is within what the payer wrote.
        Payments payments = new Payments(ledger, key, clock).and((handle, reference) -> customers.all().stream()
                .filter(customer -> reference.contains("B-" + customer.name())).map(customer -> customer.id()).findFirst());
        Payouts payouts = new Payouts(database, ledger, payments, book, letters, port, clock);
        return new World(customers, book, payments, payouts, new Bank(database, payments, payouts, book, clock));
    }

    private World world() {
        return Objects.requireNonNull(world);
    }

    private UUID host(String name, @Nullable String iban, long owed) {
        UUID host = customer(name, iban);
        owe(Chart.HOST_COMPENSATION.of("disk"), Chart.PAYABLE.of(host), owed);
        return host;
    }

    private UUID customer(String name, @Nullable String iban) {
        UUID id = world().customers.add(name, name + "@example.org", ZoneId.of("Europe/Berlin"), Set.of(Role.HOST, Role.USER)).id();
        give(id, details("Ada & S\u00f6hne", iban));
        return id;
    }

    private void give(UUID customer, BillingDetails details) {
        database.transact(handle -> {
            world().book.put(handle, customer, details, "test");
            return true;
        });
    }

    private void owe(Account debit, Account credit, long minor) {
        database.transact(handle -> ledger.post(handle, new Transfer(UUID.randomUUID(), "test", "test", DAY,
                List.of(new Leg(debit, credit, new Money(minor, "EUR"), new DocumentLine("bill", "B-1", 1))))));
    }

    private long balance(Account account) {
        return database.read(handle -> ledger.balance(handle, account, "EUR", clock.instant().plusSeconds(9))).money().minor();
    }

    private List<Letter> letters(UUID customer) {
        return database.read(handle -> letters.page(handle, customer, null, 10));
    }

    private Map<Bank.Taken, Integer> take(String camt053) {
        return world().bank.take(camt053.getBytes(StandardCharsets.UTF_8), "operator:olga").entries();
    }

    private static BillingDetails details(String name, @Nullable String iban) {
        return new BillingDetails(name, "Dorfstr. 1", "10115", "Berlin", "DE", null, iban == null ? null : new Iban(iban), "en");
    }

    private static String statement(String id, String... entries) {
        return """
                <Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>M</MsgId>
                <CreDtTm>2027-02-03T06:00:00Z</CreDtTm></GrpHdr><Stmt><Id>%s</Id><Acct><Id><IBAN>%s</IBAN></Id></Acct>%s</Stmt></BkToCstmrStmt></Document>
                """.formatted(id, OURS, String.join("", entries));
    }

    private static String entry(String side, String amount, String endToEnd, String reference, String returned) {
        return """
                <Ntry><Amt Ccy="EUR">%s</Amt><CdtDbtInd>%s</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2027-02-03</Dt></BookgDt>
                <ValDt><Dt>2027-02-03</Dt></ValDt><NtryDtls><TxDtls><Refs><EndToEndId>%s</EndToEndId></Refs><Amt Ccy="EUR">%s</Amt>
                <RmtInf><Ustrd>%s</Ustrd></RmtInf>%s</TxDtls></NtryDtls></Ntry>
                """.formatted(amount, side, endToEnd, amount, reference,
                returned.isEmpty() ? "" : "<RtrInf><Rsn><Cd>" + returned + "</Cd></Rsn></RtrInf>");
    }
}
