package leaseback.testbed.direct;

import java.util.List;
import leaseback.manager.database.Database;

/// All tables of a manager's database, whatever migrations there are.
public final class Tables {
    private Tables() {}

    /// Leaves the schema and no row but those that a migration made, the slots of `key_turn`, and those that may never be taken away: the ledger's.
    public static void empty(Database database) {
        List<String> tables = database.read(handle -> handle.createQuery("""
                select quote_ident(c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where n.nspname = 'public' and c.relkind = 'r' and c.relname not like 'flyway%' and c.relname <> 'key_turn'
                and has_table_privilege(c.oid, 'TRUNCATE')""")
                .mapTo(String.class).list());
        database.transact(handle -> handle.execute("truncate " + String.join(", ", tables)));
    }
}
