package leaseback.testbed.direct;

import java.util.List;
import leaseback.manager.database.Database;

/// All tables of a manager's database, whatever migrations there are.
public final class Tables {
    private Tables() {}

    /// Leaves the schema and no row but those that a migration made: the slots of `key_turn`.
    public static void empty(Database database) {
        List<String> tables = database.read(handle -> handle.createQuery("""
                select quote_ident(table_name) from information_schema.tables
                where table_schema = 'public' and table_type = 'BASE TABLE' and table_name not like 'flyway%'
                and table_name <> 'key_turn'""")
                .mapTo(String.class).list());
        database.transact(handle -> handle.execute("truncate " + String.join(", ", tables)));
    }
}
