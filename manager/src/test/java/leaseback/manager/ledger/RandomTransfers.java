package leaseback.manager.ledger;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import leaseback.manager.catalog.Money;

/// Transfers drawn from a seed: few accounts, so that they meet often; currencies of 0, 2 and 3 digits.
final class RandomTransfers {
    static final List<String> CURRENCIES = List.of("EUR", "JPY", "KWD");
    private final Random random;
    private final List<Account> accounts;

    RandomTransfers(long seed) {
        random = new Random(seed);
        UUID ada = id();
        UUID bob = id();
        accounts = Stream.of(Chart.BANK.account(), Chart.RECEIVABLE.of(ada), Chart.RECEIVABLE.of(bob), Chart.PAYABLE.of(ada),
                Chart.HELD.of(bob), Chart.PREPAID.of(bob), Chart.VAT.of("DE"), Chart.REVENUE.of("storage"), Chart.REVENUE.of("hosting"),
                Chart.HOST_COMPENSATION.of("disk"), Chart.DEFERRED_INCENTIVE.account(), Chart.EXCHANGE.account()).toList();
    }

    List<Account> accounts() {
        return accounts;
    }

    UUID id() {
        return new UUID(random.nextLong() & ~0xF000L | 0x4000L, random.nextLong() & ~(1L << 62) | Long.MIN_VALUE);
    }

    Transfer next() {
        List<Leg> legs = new ArrayList<>();
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            Account debit = accounts.get(random.nextInt(accounts.size()));
            Account credit = accounts.get(random.nextInt(accounts.size()));
            if (!debit.equals(credit)) {
                legs.add(new Leg(debit, credit, new Money(1 + random.nextInt(100_000), CURRENCIES.get(random.nextInt(3))),
                        new DocumentLine("bill", "B-" + random.nextInt(50), 1 + i)));
            }
        }
        if (legs.isEmpty()) {
            return next();
        }
        return new Transfer(id(), "bill", "drawn; with | marks \"and\" Ümläute " + random.nextInt(1000),
                LocalDate.of(2027, 1, 1).plusDays(random.nextInt(60)), legs);
    }
}
