package leaseback.manager.document;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import leaseback.manager.audit.Audit;
import leaseback.manager.catalog.Documents;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.json.JsonMapper;

/// The one [Tax] table that holds, in the database. Begins with the standard rates of the European Union, to be checked by the operator.
public final class TaxBook {
    private final InstantSource clock;
    private final JsonMapper json = Documents.mapper();

    public TaxBook(InstantSource clock) {
        this.clock = clock;
    }

    public Tax read(Handle handle) {
        return handle.createQuery("select body from tax_table where id = 1")
                .map((row, context) -> json.readValue(row.getString("body"), Tax.class)).findOne().orElseGet(this::starter);
    }

    /// @param actor for the audit
    public void put(Handle handle, Tax tax, String actor) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        handle.createUpdate("""
                insert into tax_table (id, body, changed_at) values (1, cast(:body as jsonb), :at)
                on conflict (id) do update set body = excluded.body, changed_at = excluded.changed_at""")
                .bind("body", json.writeValueAsString(tax)).bind("at", now).execute();
        Audit.write(handle, now, actor, "change tax table", "tax", tax.rates().size() + " rates");
    }

    private Tax starter() {
        try (InputStream stream = TaxBook.class.getResourceAsStream("tax.json")) {
            if (stream == null) {
                throw new IllegalStateException("tax.json is missing in the program");
            }
            return json.readValue(stream.readAllBytes(), Tax.class);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
