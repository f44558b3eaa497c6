package leaseback.manager.billing;

import static leaseback.manager.billing.BillingWorld.BERLIN;
import static leaseback.manager.billing.BillingWorld.eur;
import static leaseback.manager.billing.BillingWorld.plan;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import leaseback.manager.catalog.Incentive;
import leaseback.manager.catalog.Money;
import leaseback.manager.compliance.Breaches;
import leaseback.manager.compliance.Judge;
import leaseback.manager.ledger.Chart;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A night's compliance and a month's closing of many agreements; prints what each costs an agreement at every size. Sizes come
/// with `-Dleaseback.agreements=1000,10000,100000`.
@Tag("nightly")
final class AtSizeTest {
    private static final String SIZES = System.getProperty("leaseback.agreements", "1000,10000,100000");
    /// No statement of a filling may take as long as a connection waits.
    private static final int AT_ONCE = 5_000;
    @TempDir Path folder;

    @Test
    void whatANightAndAMonthCostGrowsNoFasterThanTheAgreements() throws Exception {
        System.out.printf(Locale.ROOT, "%n%10s %14s %14s %14s %14s%n", "agreements", "night, s", "ms each", "month, s", "ms each");
        for (int size : Arrays.stream(SIZES.split(",")).mapToInt(Integer::parseInt).toArray()) {
            try (BillingWorld world = new BillingWorld(folder.resolve("size-" + size), "2027-02-28T22:59:00Z")) {
                fill(world, size);
                Judge judge = new Judge(world.database, new Breaches(world.database, world.leases, world.letters, world.clock), world.clock);
                judge.run(); // begins with today
                world.to("2027-02-28T23:20:00Z");
                double night = seconds(() -> {
                    while (judge.next().filter(at -> !at.isAfter(world.clock.instant())).isPresent()) {
                        judge.run();
                    }
                });
                long judged = world.database.read(handle -> handle.createQuery("select count(distinct lease_id) from finding").mapTo(Long.class).one());
                assertThat(judged).isEqualTo(size);
                // The months before are not asked for: these accounts are new to billing.
                world.database.transact(handle -> handle.execute("""
                        update customer set billed_until = '2027-01-31T23:00:00Z', closed_at = '2027-02-01T05:00:00Z',
                            next_bill_at = '2027-03-01T05:00:00Z' where email like 'clone%'"""));
                world.timetable.advance(world.clock, Instant.parse("2027-03-01T04:59:00Z"));
                double month = seconds(() -> world.timetable.advance(world.clock, Instant.parse("2027-03-01T05:00:00Z")));
                long payouts = world.database.read(handle -> handle.createQuery("select count(*) from bill where kind = 'PAYOUT'").mapTo(Long.class).one());
                assertThat(payouts).isEqualTo(size);
                Money paid = world.balance(Chart.HOST_COMPENSATION.of("monthly"));
                assertThat(paid).isEqualTo(eur(1000L * size));
                System.out.printf(Locale.ROOT, "%10d %14.1f %14.3f %14.1f %14.3f%n", size, night, night * 1000 / size, month, month * 1000 / size);
            }
        }
    }

    /// One agreement is made as all are, and copied: its customer, terms, history, and 28 days of readings.
    private static void fill(BillingWorld world, int size) {
        UUID first = world.customer("first", BERLIN);
        UUID lease = world.database.transact(handle -> {
            world.timetable.run();
            return world.running(first, BERLIN, plan(24, new Incentive.PayoutMonthly(eur(1000))));
        });
        for (int after = 0; after < size; after += AT_ONCE) {
            int begin = after + 1;
            int last = Math.min(size, after + AT_ONCE);
            world.database.transact(handle -> {
                handle.createUpdate("""
                        insert into customer select (jsonb_populate_record(null::customer, to_jsonb(c) || jsonb_build_object(
                            'id', md5('customer' || n), 'name', 'clone ' || n, 'email', 'clone' || n || '@example.org'))).*
                        from customer c, generate_series(:begin, :last) n where c.id = :first""")
                        .bind("begin", begin).bind("last", last).bind("first", first).execute();
                handle.createUpdate("""
                        insert into lease select (jsonb_populate_record(null::lease, to_jsonb(l) || jsonb_build_object(
                            'id', md5('lease' || n), 'number', 'L-' || n, 'customer_id', md5('customer' || n), 'machine_id', md5('machine' || n),
                            'term_from', '2027-01-01T00:00:00Z', 'state_at', '2027-01-01T00:00:00Z', 'created_at', '2027-01-01T00:00:00Z'))).*
                        from lease l, generate_series(:begin, :last) n where l.id = :lease""")
                        .bind("begin", begin).bind("last", last).bind("lease", lease).execute();
                for (String table : List.of("lease_terms", "lease_transition")) {
                    String at = table.equals("lease_terms") ? "effective_at" : "at";
                    handle.createUpdate("""
                            insert into %1$s select (jsonb_populate_record(null::%1$s, to_jsonb(t) || jsonb_build_object('lease_id', md5('lease' || n),
                                '%2$s', '2027-01-01T00:00:00Z'))).* from %1$s t, generate_series(:begin, :last) n where t.lease_id = :lease"""
                            .formatted(table, at)).bind("begin", begin).bind("last", last).bind("lease", lease).execute();
                }
                return 0;
            });
        }
        world.database.transact(handle -> {
            // The one they were made from goes its own way.
            handle.createUpdate("update customer set next_bill_at = '2100-01-01T00:00:00Z' where id = :first").bind("first", first).execute();
            return handle.createUpdate("update lease set zone = 'Asia/Tokyo' where id = :lease").bind("lease", lease).execute();
        });
        for (String meter : List.of("window", "presence")) {
            for (int day = 1; day <= 28; day++) {
                int on = day;
                world.database.transact(handle -> handle.createUpdate("""
                        insert into reading (id, subject_kind, subject, meter, begins, ends, quantity, source, received_at)
                        select md5('reading' || n || :meter || :day)::uuid, 'LEASE', md5('lease' || n)::uuid, :meter,
                          timestamptz '2027-01-31T23:00:00Z' + (:day - 1) * interval '1 day', timestamptz '2027-01-31T23:00:00Z' + :day * interval '1 day',
                          480, 'bench', '2027-02-28T22:00:00Z'
                        from generate_series(1, :size) n""").bind("meter", meter).bind("day", on).bind("size", size).execute());
            }
        }
        world.database.transact(handle -> handle.execute("analyze"));
    }

    private static double seconds(Runnable act) {
        long start = System.nanoTime();
        act.run();
        return (System.nanoTime() - start) / 1e9;
    }
}
