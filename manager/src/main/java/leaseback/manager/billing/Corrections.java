package leaseback.manager.billing;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import leaseback.manager.catalog.Money;
import leaseback.manager.compensation.Month;
import leaseback.manager.ledger.Account;
import leaseback.manager.ledger.Chart;
import leaseback.manager.ledger.DocumentLine;
import org.jdbi.v3.core.Handle;

/// What became known of months that are closed. Their documents stay as they are; the difference stands on the next ones, line by line, with
/// what it was reckoned from before and now. Of what is corrected nothing is held back, and nothing held is given back early.
final class Corrections {
    /// How many months back.
    static final int MONTHS = 12;
    private final AccountFacts accounts;

    Corrections(AccountFacts accounts) {
        this.accounts = accounts;
    }

    /// To be added to the documents of `month`, by currency.
    ///
    /// @param before until when everything was known that earlier closings rest on
    /// @param known  the same of this one
    Map<String, Reckoning.Lines> of(Handle handle, UUID customerId, Month month, Instant before, Instant known) {
        Map<String, Reckoning.Lines> corrections = new TreeMap<>();
        for (YearMonth changed : accounts.changed(handle, customerId, month, MONTHS, before)) {
            Month past = new Month(changed, month.zone());
            Map<String, Reckoning.Lines> then = reckoned(accounts.again(handle, customerId, past, before));
            Map<String, Reckoning.Lines> now = reckoned(accounts.again(handle, customerId, past, known));
            Set<String> currencies = new LinkedHashSet<>(now.keySet());
            currencies.addAll(then.keySet());
            for (String currency : currencies) {
                Reckoning.Lines none = new Reckoning.Lines(List.of(), List.of());
                Reckoning.Lines old = then.getOrDefault(currency, none);
                Reckoning.Lines fresh = now.getOrDefault(currency, none);
                Account held = Chart.HELD.of(customerId);
                corrections.merge(currency, new Reckoning.Lines(difference(changed, held, old.bill(), fresh.bill(), currency),
                        difference(changed, held, old.payout(), fresh.payout(), currency)), Reckoning.Lines::plus);
            }
        }
        corrections.values().removeIf(lines -> lines.bill().isEmpty() && lines.payout().isEmpty());
        return corrections;
    }

    private static Map<String, Reckoning.Lines> reckoned(List<Facts> all) {
        Map<String, Reckoning.Lines> lines = new TreeMap<>();
        all.forEach(facts -> lines.put(facts.currency(), Reckoning.of(facts)));
        return lines;
    }

    /// What a line is the same line by.
    private record Key(String text, Account account) {
        Key(Line line) {
            this(line.text(), line.account());
        }
    }

    private static List<Line> difference(YearMonth month, Account held, List<Line> then, List<Line> now, String currency) {
        Map<Key, List<Line>> old = byKey(then, held);
        Map<Key, List<Line>> fresh = byKey(now, held);
        Set<Key> keys = new LinkedHashSet<>(fresh.keySet());
        keys.addAll(old.keySet());
        List<Line> lines = new ArrayList<>();
        for (Key key : keys) {
            Money before = sum(old.getOrDefault(key, List.of()), currency);
            Money after = sum(fresh.getOrDefault(key, List.of()), currency);
            Money difference = after.minus(before);
            if (difference.minor() != 0) {
                Set<DocumentLine> because = new LinkedHashSet<>();
                fresh.getOrDefault(key, List.of()).forEach(line -> because.addAll(line.because()));
                old.getOrDefault(key, List.of()).forEach(line -> because.addAll(line.because()));
                lines.add(new Line("Correction of " + month + ": " + key.text(), BigDecimal.ONE, Unit.PIECE.words(), BigDecimal.valueOf(difference.minor()),
                        difference, key.account(), after + " by what is known now, less " + before + " by what was known when " + month + " was closed",
                        List.copyOf(because)));
            }
        }
        return lines;
    }

    private static Map<Key, List<Line>> byKey(List<Line> lines, Account held) {
        Function<Key, List<Line>> none = key -> new ArrayList<>();
        Map<Key, List<Line>> byKey = new LinkedHashMap<>();
        lines.stream().filter(line -> !line.account().equals(held)).forEach(line -> byKey.computeIfAbsent(new Key(line), none).add(line));
        return byKey;
    }

    private static Money sum(List<Line> lines, String currency) {
        return lines.stream().map(Line::amount).reduce(Money.zero(currency), Money::plus);
    }
}
