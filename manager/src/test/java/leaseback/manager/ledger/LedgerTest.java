package leaseback.manager.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import leaseback.manager.catalog.Money;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.database.Database;
import leaseback.manager.database.TestDatabase;
import leaseback.manager.order.MovableClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerTest {
    private static final DocumentLine SOURCE = new DocumentLine("bill", "B-1", 1);
    private final TestDatabase test = TestDatabase.fresh();
    private final Database database = test.database();
    private final MovableClock clock = new MovableClock(Instant.parse("2027-01-10T12:00:00Z"));
    private final Ledger ledger = new Ledger(clock);

    @AfterEach
    void close() {
        test.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void balancesAndStatementsAreThoseOfANaiveTwin(long seed) {
        Random random = new Random(seed);
        RandomTransfers drawn = new RandomTransfers(seed);
        List<Posted> twin = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            clock.move(Duration.ofMinutes(random.nextInt(300)));
            List<Transfer> next = new ArrayList<>();
            for (int n = random.nextInt(3); n >= 0; n--) {
                next.add(drawn.next());
            }
            Posted again = twin.isEmpty() ? null : twin.get(random.nextInt(twin.size()));
            List<Posted> posted = database.transact(handle -> ledger.post(handle, next));
            assertThat(posted).extracting(Posted::transfer).isEqualTo(next);
            twin.addAll(posted);
            if (again != null) {
                assertThat(database.<Posted>transact(handle -> ledger.post(handle, again.transfer()))).isEqualTo(again);
                if (again.transfer().reverses() == null && database.read(handle -> ledger.reversalOf(handle, again.transfer().id())).isEmpty()) {
                    twin.add(database.transact(handle -> ledger.reverse(handle, drawn.id(), again.transfer().id(), "a mistake")));
                }
            }
        }
        for (Instant until : List.of(twin.get(twin.size() / 3).at(), twin.get(twin.size() / 2).at(), clock.instant().plusMillis(1))) {
            List<Balance> balances = database.read(handle -> ledger.balances(handle, until));
            Map<String, Long> naive = new TreeMap<>();
            Map<String, Long> sums = new TreeMap<>();
            for (Posted posted : twin) {
                for (Leg leg : posted.at().isBefore(until) ? posted.transfer().legs() : List.<Leg>of()) {
                    naive.merge(leg.debit() + " " + leg.amount().currency(), leg.amount().minor(), Long::sum);
                    naive.merge(leg.credit() + " " + leg.amount().currency(), -leg.amount().minor(), Long::sum);
                }
            }
            Map<String, Long> told = new TreeMap<>();
            for (Balance balance : balances) {
                told.put(balance.account() + " " + balance.debit().currency(), balance.net().minor());
                sums.merge(balance.debit().currency(), balance.net().minor(), Long::sum);
            }
            assertThat(told).isEqualTo(naive);
            assertThat(sums.values()).containsOnly(0L);
        }
        Instant from = twin.get(twin.size() / 4).at();
        Instant to = twin.get(twin.size() * 3 / 4).at();
        for (Account account : drawn.accounts()) {
            for (String currency : RandomTransfers.CURRENCIES) {
                Statement statement = database.read(handle -> ledger.statement(handle, account, currency, from, to));
                assertThat(statement.opening()).isEqualTo(naive(twin, account, currency, from));
                assertThat(statement.closing()).isEqualTo(naive(twin, account, currency, to));
                assertThat(statement.lines().stream().map(Statement.Line::amount).reduce(statement.opening(), Money::plus))
                        .isEqualTo(statement.closing());
                assertThat(statement.closing()).isEqualTo(database.read(handle -> ledger.balance(handle, account, currency, to)).money());
                assertThat(statement.lines()).allMatch(line -> !line.at().isBefore(from) && line.at().isBefore(to));
            }
        }
    }

    private static Money naive(List<Posted> twin, Account account, String currency, Instant until) {
        long net = 0;
        for (Posted posted : twin) {
            for (Leg leg : posted.transfer().legs()) {
                if (posted.at().isBefore(until) && leg.amount().currency().equals(currency)) {
                    net += leg.debit().equals(account) ? leg.amount().minor() : 0;
                    net -= leg.credit().equals(account) ? leg.amount().minor() : 0;
                }
            }
        }
        return new Money(account.kind().growsByDebit() ? net : -net, currency);
    }

    @Test
    void oneIdPostedByEightThreadsAtOnceIsPostedOnce() throws Exception {
        Transfer transfer = new RandomTransfers(7).next();
        List<Future<Posted>> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (int i = 0; i < 8; i++) {
                answers.add(threads.submit(() -> database.transact(handle -> ledger.post(handle, transfer))));
            }
            for (Future<Posted> answer : answers) {
                assertThat(answer.get()).isEqualTo(new Posted(transfer, clock.instant()));
            }
        }
        assertThat(count("transfer")).isEqualTo(1);
        assertThat(count("transfer_leg")).isEqualTo(transfer.legs().size());
    }

    @Test
    void theSameIdWithOtherContentIsRefusedAndSoIsAllThatCameWithIt() {
        Transfer first = one(500);
        database.transact(handle -> ledger.post(handle, first));
        Transfer other = new Transfer(first.id(), first.code(), first.description(), first.valueDate(),
                List.of(new Leg(Chart.BANK.account(), Chart.REVENUE.of("storage"), new Money(501, "EUR"), SOURCE)));
        refused(Refusal.Kind.CONFLICT, () -> database.transact(handle -> ledger.post(handle, List.of(one(1), other))));
        refused(Refusal.Kind.CONFLICT, () -> database.transact(handle -> ledger.post(handle, List.of(first, other))));
        assertThat(count("transfer")).isEqualTo(1);
        assertThat(database.read(handle -> ledger.find(handle, first.id())).orElseThrow()).isEqualTo(new Posted(first, clock.instant()));
    }

    @Test
    void aTransferIsReversedAtMostOnceAndOnlyByItsMirror() throws Exception {
        Transfer transfer = one(700);
        database.transact(handle -> ledger.post(handle, transfer));
        UUID with = UUID.randomUUID();
        Posted back = database.transact(handle -> ledger.reverse(handle, with, transfer.id(), "billed twice"));
        assertThat(back.transfer().reverses()).isEqualTo(transfer.id());
        clock.move(Duration.ofDays(1));
        assertThat(database.<Posted>transact(handle -> ledger.reverse(handle, with, transfer.id(), "billed twice"))).isEqualTo(back);
        refused(Refusal.Kind.CONFLICT, () ->
                database.transact(handle -> ledger.reverse(handle, UUID.randomUUID(), transfer.id(), "billed twice")));
        refused(Refusal.Kind.UNKNOWN, () ->
                database.transact(handle -> ledger.reverse(handle, UUID.randomUUID(), UUID.randomUUID(), "never was")));
        Transfer half = new Transfer(UUID.randomUUID(), "reversal", "half of it", transfer.valueDate(),
                List.of(new Leg(Chart.REVENUE.of("storage"), Chart.BANK.account(), new Money(350, "EUR"), Transfer.line(transfer.id(), 1))),
                transfer.id());
        refused(Refusal.Kind.UNFIT, () -> database.transact(handle -> ledger.post(handle, half)));
        assertThat(database.read(handle -> ledger.balance(handle, Chart.BANK.account(), "EUR", clock.instant())).money())
                .isEqualTo(Money.zero("EUR"));

        Transfer contested = one(900);
        database.transact(handle -> ledger.post(handle, contested));
        int won = 0;
        List<Future<Posted>> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
            for (int i = 0; i < 6; i++) {
                answers.add(threads.submit(() ->
                        database.transact(handle -> ledger.reverse(handle, UUID.randomUUID(), contested.id(), "all at once"))));
            }
            for (Future<Posted> answer : answers) {
                try {
                    answer.get();
                    won++;
                } catch (java.util.concurrent.ExecutionException lost) {
                    assertThat(lost.getCause()).isInstanceOf(Refusal.class);
                }
            }
        }
        assertThat(won).isEqualTo(1);
    }

    @Test
    void theManagersOwnRoleCannotAlterWhatIsPosted() {
        database.transact(handle -> ledger.post(handle, one(100)));
        for (String table : List.of("transfer", "transfer_leg", "ledger_closing", "reading")) {
            String column = switch (table) {
                case "transfer" -> "code = 'x'";
                case "transfer_leg" -> "minor = minor + 1";
                case "ledger_closing" -> "hash = 'x'";
                default -> "quantity = 0";
            };
            for (String statement : List.of("update " + table + " set " + column, "delete from " + table, "truncate " + table)) {
                assertThatThrownBy(() -> database.transact(handle -> handle.execute(statement))).as(statement)
                        .hasMessageContaining("permission denied");
            }
        }
        assertThat(count("transfer_leg")).isEqualTo(1);
    }

    @Test
    void whatIsNotInTheChartIsNoAccount() {
        UUID ada = UUID.randomUUID();
        assertThat(Chart.HELD.of(ada).path()).isEqualTo("liabilities:host:" + ada + ":held");
        assertThat(new Account("liabilities:vat:DE").kind()).isEqualTo(AccountKind.LIABILITY);
        for (String path : List.of("assets", "assets:cash", "liabilities:vat:Germany", "liabilities:host:ada:held", "revenue:Storage",
                "revenue:storage ", "assets:user:" + ada + ":payable", "")) {
            assertThatThrownBy(() -> new Account(path)).as(path).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> Chart.BANK.of(ada)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Chart.RECEIVABLE.account()).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Leg(Chart.BANK.account(), Chart.BANK.account(), new Money(1, "EUR"), SOURCE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> one(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> one(-5)).isInstanceOf(IllegalArgumentException.class);
    }

    private static Transfer one(long cents) {
        return new Transfer(UUID.randomUUID(), "bill", "a month of storage", LocalDate.of(2026, 12, 31),
                List.of(new Leg(Chart.BANK.account(), Chart.REVENUE.of("storage"), new Money(cents, "EUR"), SOURCE)));
    }

    private long count(String table) {
        return database.read(handle -> handle.createQuery("select count(*) from " + table).mapTo(Long.class).one());
    }

    private static void refused(Refusal.Kind kind, org.assertj.core.api.ThrowableAssert.ThrowingCallable act) {
        assertThatThrownBy(act).isInstanceOfSatisfying(Refusal.class, refusal -> assertThat(refusal.kind()).isEqualTo(kind));
    }
}
