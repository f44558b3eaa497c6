package leaseback.manager.customer;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import leaseback.manager.audit.Audit;
import leaseback.manager.sealing.Kms;
import leaseback.manager.sealing.SealedColumn;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// The billing details of customers, and of the provider itself. Account numbers lie sealed. Everything in the caller's transaction.
public final class BillingBook {
    private static final String FIELDS = "name, street, postcode, city, country, vat_id, iban_sealed, language";
    private static final String VALUES = ":name, :street, :postcode, :city, :country, :vat, cast(:iban as bytea), :language, :at";
    private static final String TAKEN_OVER = """
            set name = excluded.name, street = excluded.street, postcode = excluded.postcode, city = excluded.city,
                country = excluded.country, vat_id = excluded.vat_id, iban_sealed = excluded.iban_sealed,
                language = excluded.language, changed_at = excluded.changed_at""";
    private final Kms kms;
    private final InstantSource clock;

    public BillingBook(Kms kms, InstantSource clock) {
        this.kms = kms;
        this.clock = clock;
    }

    public Optional<BillingDetails> of(Handle handle, UUID customerId) {
        return handle.createQuery("select " + FIELDS + " from billing_details where customer_id = :id").bind("id", customerId)
                .map((row, context) -> details(row, customerId.toString())).findOne();
    }

    /// @param actor for the audit
    public void put(Handle handle, UUID customerId, BillingDetails details, String actor) {
        Instant now = now();
        handle.createUpdate("insert into billing_details (customer_id, " + FIELDS + ", changed_at) values (:id, " + VALUES
                + ") on conflict (customer_id) do update " + TAKEN_OVER)
                .bind("id", customerId).bindMap(bindings(details, customerId.toString(), now)).execute();
        Audit.write(handle, now, actor, "change billing details", customerId.toString(), told(details));
    }

    /// Ours. Empty until the operator gave them: no document is written before.
    public Optional<BillingDetails> provider(Handle handle) {
        return handle.createQuery("select " + FIELDS + " from provider_details where id = 1")
                .map((row, context) -> details(row, "1")).findOne();
    }

    /// Under which name we deal with others; empty until the operator gave it.
    public Optional<String> providerName(Handle handle) {
        return handle.createQuery("select name from provider_details where id = 1").mapTo(String.class).findOne();
    }

    /// @param actor for the audit
    public void putProvider(Handle handle, BillingDetails details, String actor) {
        Instant now = now();
        handle.createUpdate("insert into provider_details (id, " + FIELDS + ", changed_at) values (1, " + VALUES
                + ") on conflict (id) do update " + TAKEN_OVER)
                .bindMap(bindings(details, "1", now)).execute();
        Audit.write(handle, now, actor, "change provider details", "provider", told(details));
    }

    /// A partner's, by the item of its account in the ledger.
    public Optional<BillingDetails> partner(Handle handle, String item) {
        return handle.createQuery("select " + FIELDS + " from partner_details where item = :item").bind("item", item)
                .map((row, context) -> details(row, partnerKey(item))).findOne();
    }

    /// Every partner's, by item.
    ///
    /// @param held until the transaction ends, for whoever decides by what a partner is owed
    public SortedMap<String, BillingDetails> partners(Handle handle, boolean held) {
        SortedMap<String, BillingDetails> all = new TreeMap<>();
        handle.createQuery("select item, " + FIELDS + " from partner_details order by item" + (held ? " for no key update" : ""))
                .map((row, context) -> Map.entry(row.getString("item"), details(row, partnerKey(row.getString("item")))))
                .forEach(each -> all.put(each.getKey(), each.getValue()));
        return all;
    }

    /// @param item  1 to 40 of a-z, 0-9 and -
    /// @param actor for the audit
    public void putPartner(Handle handle, String item, BillingDetails details, String actor) {
        if (!item.matches("[a-z][a-z0-9-]{0,39}")) {
            throw new IllegalArgumentException("a partner's item is 1 to 40 of a-z, 0-9 and -, such as isp-north; not \"" + item + "\"");
        }
        Instant now = now();
        handle.createUpdate("insert into partner_details (item, " + FIELDS + ", changed_at) values (:item, " + VALUES
                + ") on conflict (item) do update " + TAKEN_OVER)
                .bind("item", item).bindMap(bindings(details, partnerKey(item), now)).execute();
        Audit.write(handle, now, actor, "change partner details", item, told(details));
    }

    /// Where partners' account numbers are kept sealed.
    public static SealedColumn sealedOfPartners() {
        return new SealedColumn("partner_details", "item", "iban_sealed", item -> purpose(partnerKey(item)));
    }

    /// Where customers' account numbers are kept sealed.
    public static SealedColumn sealed() {
        return new SealedColumn("billing_details", "customer_id", "iban_sealed", BillingBook::purpose);
    }

    /// Where the provider's own is.
    public static SealedColumn sealedOfProvider() {
        return new SealedColumn("provider_details", "id", "iban_sealed", BillingBook::purpose);
    }

    private static String told(BillingDetails details) {
        return details.country() + (details.iban() == null ? ", no account" : ", account " + details.iban().masked());
    }

    private Map<String, @Nullable Object> bindings(BillingDetails details, String key, Instant at) {
        Map<String, @Nullable Object> values = new HashMap<>();
        values.put("name", details.name());
        values.put("street", details.street());
        values.put("postcode", details.postcode());
        values.put("city", details.city());
        values.put("country", details.country());
        values.put("vat", details.vatId());
        values.put("iban", details.iban() == null ? null
                : kms.seal(details.iban().number().getBytes(StandardCharsets.UTF_8), purpose(key)));
        values.put("language", details.language());
        values.put("at", at);
        return values;
    }

    private BillingDetails details(ResultSet row, String key) throws SQLException {
        byte[] sealed = row.getBytes("iban_sealed");
        Iban iban = sealed == null ? null : new Iban(new String(kms.open(sealed, purpose(key)), StandardCharsets.UTF_8));
        return new BillingDetails(row.getString("name"), row.getString("street"), row.getString("postcode"), row.getString("city"),
                row.getString("country"), row.getString("vat_id"), iban, row.getString("language"));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static String partnerKey(String item) {
        return "partner/" + item;
    }

    private static String purpose(String key) {
        return "iban/" + key;
    }
}
