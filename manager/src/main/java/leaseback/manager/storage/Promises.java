package leaseback.manager.storage;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import leaseback.manager.audit.Audit;
import leaseback.manager.database.Database;
import leaseback.manager.placement.Rule;
import leaseback.manager.placement.StorageClass;
import leaseback.manager.placement.StorageClasses;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// The storage classes, as the operator's rows say. Read again every ten seconds.
public final class Promises {
    private static final Duration FRESH = Duration.ofSeconds(10);
    private final Database database;
    private final InstantSource clock;
    private volatile @Nullable Known known;

    public Promises(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /// Gives a new world its first classes.
    public void fillWhenEmpty(Handle handle) {
        if (handle.createQuery("select count(*) from storage_class").mapTo(Long.class).one() == 0) {
            StorageClasses.first().forEach(first -> insert(handle, first));
        }
    }

    /// By price, the dearest first.
    public List<StorageClass> all() {
        Known old = known;
        Instant now = clock.instant();
        if (old != null && now.isBefore(old.at().plus(FRESH))) {
            return old.classes();
        }
        List<StorageClass> fresh = database.read(handle -> handle
                .createQuery("select * from storage_class order by price_percent desc, name")
                .map((row, context) -> storageClass(row)).list());
        known = new Known(now, fresh);
        return fresh;
    }

    public Optional<StorageClass> find(String name) {
        return all().stream().filter(found -> found.name().equals(name)).findFirst();
    }

    /// Says whether the class refuses what it cannot promise. Audited.
    ///
    /// @return whether there is such a class
    public boolean insist(String name, boolean strict, String actor) {
        boolean found = database.transact(handle -> {
            int changed = handle.createUpdate("update storage_class set strict = :strict where name = :name")
                    .bind("strict", strict).bind("name", name).execute();
            if (changed == 1) {
                Audit.write(handle, clock.instant(), actor, "storage class", name, strict ? "strict" : "not strict");
            }
            return changed == 1;
        });
        known = null;
        return found;
    }

    private static void insert(Handle handle, StorageClass added) {
        handle.createUpdate("""
                insert into storage_class (name, readable, lost_per_year, losses, most_expansion, price_percent, rules, insisted, strict)
                values (:name, :readable, :lost, :losses, :most, :price, :rules, :insisted, :strict) on conflict do nothing""")
                .bind("name", added.name()).bind("readable", added.readable()).bind("lost", added.lostPerYear())
                .bind("losses", added.losses()).bind("most", added.mostExpansion()).bind("price", added.pricePercent())
                .bindBySqlType("rules", names(handle, added.rules()), Types.ARRAY)
                .bindBySqlType("insisted", names(handle, added.insisted()), Types.ARRAY).bind("strict", added.strict()).execute();
    }

    private static StorageClass storageClass(ResultSet row) throws SQLException {
        return new StorageClass(row.getString("name"), row.getDouble("readable"), row.getDouble("lost_per_year"),
                row.getInt("losses"), row.getDouble("most_expansion"), row.getInt("price_percent"), rules(row, "rules"),
                rules(row, "insisted"), row.getBoolean("strict"));
    }

    private static Set<Rule> rules(ResultSet row, String column) throws SQLException {
        Set<Rule> rules = EnumSet.noneOf(Rule.class);
        Arrays.stream((String[]) row.getArray(column).getArray()).map(Rule::valueOf).forEach(rules::add);
        return rules;
    }

    private static Array names(Handle handle, Collection<Rule> rules) {
        try {
            return handle.getConnection().createArrayOf("text", rules.stream().map(Enum::name).sorted().toArray());
        } catch (SQLException broken) {
            throw new IllegalStateException("cannot make an array for the database", broken);
        }
    }

    private record Known(Instant at, List<StorageClass> classes) {}
}
