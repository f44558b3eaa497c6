package leaseback.manager.ledger;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import leaseback.manager.catalog.Money;
import leaseback.manager.database.Database;
import org.jdbi.v3.core.Handle;

/// The whole ledger as a journal that hledger reads and checks strictly: every account and commodity declared, a transaction for each
/// transfer, and at the end of each day what the accounts that moved must stand at, so that a changed figure is found where it is.
public final class HledgerExport {
    private static final String LAST = "the accounts as the database adds them up";
    private final Database database;
    private final Ledger ledger;
    private final Days days;
    private final InstantSource clock;

    public HledgerExport(Database database, Ledger ledger, Days days, InstantSource clock) {
        this.database = database;
        this.ledger = ledger;
        this.days = days;
        this.clock = clock;
    }

    /// Writes all that is posted into `file`. One look at the database; whoever reads the file may take their time.
    public void write(Path file) {
        Map<LocalDate, String> hashes = new TreeMap<>();
        days.closings().forEach(closing -> hashes.put(closing.day(), closing.hash()));
        database.snapshot(handle -> {
            try (BufferedWriter out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
                new Journal(out, hashes).write(handle);
                return true;
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        });
    }

    private record Pocket(Account account, String currency) implements Comparable<Pocket> {
        @Override
        public int compareTo(Pocket other) {
            int byPath = account.compareTo(other.account);
            return byPath != 0 ? byPath : currency.compareTo(other.currency);
        }
    }

    private final class Journal {
        private final BufferedWriter out;
        private final Map<LocalDate, String> hashes;
        private final Map<Pocket, Money> standing = new TreeMap<>();
        private final TreeSet<Pocket> moved = new TreeSet<>();

        Journal(BufferedWriter out, Map<LocalDate, String> hashes) {
            this.out = out;
            this.hashes = hashes;
        }

        void write(Handle handle) throws IOException {
            Instant now = clock.instant();
            List<Balance> balances = ledger.balances(handle, Instant.parse("9999-01-01T00:00:00Z"));
            line("; The ledger as of " + now + ". Check it with: hledger check --strict -f FILE");
            line("decimal-mark .");
            for (String currency : new TreeSet<>(balances.stream().map(balance -> balance.debit().currency()).toList())) {
                line("commodity " + example(currency));
            }
            for (Account account : new TreeSet<>(balances.stream().map(Balance::account).toList())) {
                line("account " + account + "  ; type:" + switch (account.kind()) {
                    case ASSET -> "A";
                    case LIABILITY -> "L";
                    case EQUITY -> "E";
                    case REVENUE -> "R";
                    case EXPENSE -> "X";
                });
            }
            LocalDate day = null;
            UUID current = null;
            try (var entries = handle.createQuery(Ledger.LEGS + "order by t.at, t.id, l.line")
                    .setFetchSize(1_000).map((row, context) -> Ledger.entry(row)).iterator()) {
                for (Iterator<Ledger.Entry> each = entries; each.hasNext();) {
                    Ledger.Entry entry = each.next();
                    LocalDate its = Ledger.day(entry.at());
                    if (day != null && !day.equals(its)) {
                        end(day);
                    }
                    day = its;
                    if (!entry.id().equals(current)) {
                        current = entry.id();
                        head(its, entry);
                    }
                    leg(entry.leg());
                }
            }
            if (day != null) {
                end(day);
                line("");
                line(day + " * " + LAST);
                for (Balance balance : balances) {
                    assertion(balance.account(), balance.net());
                }
            }
        }

        private void head(LocalDate day, Ledger.Entry entry) throws IOException {
            line("");
            // A semicolon would begin a comment, a bar would end the payee.
            line(day + " * (" + entry.code() + ") " + entry.description().replace(';', ',').replace('|', '/'));
            line("    ; transfer:" + entry.id() + ", value-date:" + entry.valueDate()
                    + (entry.reverses() == null ? "" : ", reverses:" + entry.reverses()));
        }

        private void leg(Leg leg) throws IOException {
            posting(leg.debit(), leg.amount(), leg.source());
            posting(leg.credit(), Money.zero(leg.amount().currency()).minus(leg.amount()), leg.source());
        }

        private void posting(Account account, Money amount, DocumentLine source) throws IOException {
            Pocket pocket = new Pocket(account, amount.currency());
            standing.merge(pocket, amount, Money::plus);
            moved.add(pocket);
            line("    " + account + "  " + shown(amount) + "  ; source:" + source);
        }

        private void end(LocalDate day) throws IOException {
            line("");
            line(day + " * end of day");
            if (hashes.containsKey(day)) {
                line("    ; closed, sha256:" + hashes.get(day));
            }
            for (Pocket pocket : moved) {
                assertion(pocket.account(), standing.getOrDefault(pocket, Money.zero(pocket.currency())));
            }
            moved.clear();
        }

        private void assertion(Account account, Money stands) throws IOException {
            line("    " + account + "  " + shown(Money.zero(stands.currency())) + " = " + shown(stands));
        }

        private void line(String text) throws IOException {
            out.write(text);
            out.write('\n');
        }
    }

    private static String shown(Money money) {
        return money.amount().toPlainString() + " " + money.currency();
    }

    /// A number of the currency's form; its decimal mark must be there even where no digit follows.
    private static String example(String currency) {
        return "1000." + "0".repeat(Money.digits(currency)) + " " + currency;
    }
}
