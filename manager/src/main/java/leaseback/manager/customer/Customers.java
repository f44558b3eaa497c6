package leaseback.manager.customer;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.random.RandomGenerator;
import leaseback.manager.audit.Audit;
import leaseback.manager.database.Database;
import leaseback.manager.sealing.Kms;
import leaseback.manager.sealing.SealedColumn;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// The customers and the keys they sign with.
public final class Customers {
    private static final String KEY_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final String SECRET_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private final Database database;
    private final Kms kms;
    private final InstantSource clock;
    private final RandomGenerator random;

    /// @param random must be cryptographically strong outside tests: secrets come from it
    public Customers(Database database, Kms kms, InstantSource clock, RandomGenerator random) {
        this.database = database;
        this.kms = kms;
        this.clock = clock;
        this.random = random;
    }

    /// @throws IllegalArgumentException when the e-mail address is taken
    public Customer add(String name, String email, ZoneId zone, Set<Role> roles) {
        return add(name, email, zone, roles, "manager");
    }

    /// @param actor for the audit
    /// @throws IllegalArgumentException when the e-mail address is taken
    public Customer add(String name, String email, ZoneId zone, Set<Role> roles, String actor) {
        Customer customer = new Customer(UUID.randomUUID(), name, email, zone, Set.copyOf(roles), now());
        database.transact(handle -> {
            int added = handle.createUpdate("""
                    insert into customer (id, name, email, zone, created_at)
                    values (:id, :name, :email, :zone, :at) on conflict (email) do nothing""")
                    .bind("id", customer.id()).bind("name", name).bind("email", email)
                    .bind("zone", zone.getId()).bind("at", customer.createdAt()).execute();
            if (added == 0) {
                throw new IllegalArgumentException("there is a customer with the e-mail address " + email
                        + " already; sign in as that customer or give another address");
            }
            for (Role role : new TreeSet<>(roles)) {
                grant(handle, customer.id(), role);
            }
            Audit.write(handle, customer.createdAt(), actor, "add customer", customer.id().toString(), "roles "
                    + new TreeSet<>(roles));
            return added;
        });
        return customer;
    }

    /// Gives the customer one more role; nothing happens when it is there already. In the caller's transaction.
    public static void grant(Handle handle, UUID customerId, Role role) {
        handle.createUpdate("insert into customer_role (customer_id, role) values (:id, :role) on conflict do nothing")
                .bind("id", customerId).bind("role", role.name()).execute();
    }

    public Optional<Customer> find(UUID id) {
        return database.read(handle -> find(handle, id));
    }

    /// In the caller's transaction.
    public static Optional<Customer> find(Handle handle, UUID id) {
        return query(handle, "where c.id = :id", "", Map.of("id", id)).stream().findFirst();
    }

    public Optional<Customer> findByEmail(String email) {
        return all("where c.email = :email", Map.of("email", email)).stream().findFirst();
    }

    /// Every customer by name.
    public List<Customer> all() {
        return all("", Map.of());
    }

    /// A fresh pair of key and secret; the secret is in the answer and never shown again.
    public AccessKey issueKey(UUID customerId) {
        return issueKey(customerId, "manager");
    }

    /// A fresh pair of key and secret; the secret is in the answer and never shown again.
    ///
    /// @param actor for the audit
    public AccessKey issueKey(UUID customerId, String actor) {
        Instant now = now();
        AccessKey key = new AccessKey("LB" + letters(KEY_LETTERS, 18), letters(SECRET_LETTERS, 40), customerId);
        byte[] sealed = kms.seal(key.secret().getBytes(StandardCharsets.UTF_8), purpose(key.id()));
        return database.transact(handle -> {
            handle.createUpdate("""
                    insert into access_key (id, customer_id, secret_sealed, created_at) values (:id, :customer, :sealed, :at)""")
                    .bind("id", key.id()).bind("customer", customerId).bind("sealed", sealed).bind("at", now).execute();
            Audit.write(handle, now, actor, "issue access key", customerId.toString(), "key " + key.id());
            return key;
        });
    }

    /// The key with its secret, unless unknown or revoked.
    public Optional<AccessKey> findKey(String id) {
        return database.read(handle -> handle.createQuery("""
                select customer_id, secret_sealed from access_key where id = :id and revoked_at is null""")
                .bind("id", id)
                .map((row, context) -> new AccessKey(id,
                        new String(kms.open(row.getBytes("secret_sealed"), purpose(id)), StandardCharsets.UTF_8),
                        row.getObject("customer_id", UUID.class)))
                .findOne());
    }

    public void revokeKey(String id) {
        database.transact(handle ->
                handle.createUpdate("update access_key set revoked_at = :at where id = :id and revoked_at is null")
                .bind("at", clock.instant()).bind("id", id).execute());
    }

    /// Revokes every key of the customer, in the caller's transaction; how many.
    public static int revokeKeys(Handle handle, UUID customerId, Instant at) {
        return handle.createUpdate("update access_key set revoked_at = :at where customer_id = :id and revoked_at is null")
                .bind("at", at).bind("id", customerId).execute();
    }

    /// By name, at most `limit`, those that come after the customer `after`.
    public static List<Customer> page(Handle handle, @Nullable UUID after, int limit) {
        Map<String, Object> bindings = after == null ? Map.of("limit", limit) : Map.of("limit", limit, "after", after);
        return query(handle, after == null ? ""
                : "where (c.name, c.id) > (select a.name, a.id from customer a where a.id = :after)",
                " limit :limit", bindings);
    }

    /// By name, those whose name or e-mail contain `text`, whatever the case; empty for all.
    public static List<Customer> search(Handle handle, String text, int limit) {
        return query(handle, "where position(lower(:text) in lower(c.name)) > 0 or position(lower(:text) in lower(c.email)) > 0", " limit :limit",
                Map.of("text", text, "limit", limit));
    }

    /// The names of these, where there are such.
    public static Map<UUID, String> names(Handle handle, Collection<UUID> ids) {
        Map<UUID, String> names = new HashMap<>();
        handle.createQuery("select id, name from customer where id = any(:ids)").bindArray("ids", UUID.class, List.copyOf(ids))
                .map((row, context) -> names.put(row.getObject("id", UUID.class), row.getString("name"))).forEach(before -> {});
        return names;
    }

    /// Where access keys' secrets are kept sealed.
    public static SealedColumn sealed() {
        return new SealedColumn("access_key", "id", "secret_sealed", Customers::purpose);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private List<Customer> all(String where, Map<String, ?> bindings) {
        return database.read(handle -> query(handle, where, "", bindings));
    }

    private static List<Customer> query(Handle handle, String where, String limit, Map<String, ?> bindings) {
        return handle.createQuery("""
                select c.id, c.name, c.email, c.zone, c.created_at,
                       array(select role from customer_role r where r.customer_id = c.id) as roles
                from customer c %s order by c.name, c.id%s""".formatted(where, limit))
                .bindMap(bindings)
                .map((row, context) -> new Customer(row.getObject("id", UUID.class), row.getString("name"),
                        row.getString("email"), ZoneId.of(row.getString("zone")),
                                roles((String[]) row.getArray("roles").getArray()),
                        row.getTimestamp("created_at").toInstant()))
                .list();
    }

    private static Set<Role> roles(String[] names) {
        Set<Role> roles = new TreeSet<>();
        for (String name : names) {
            roles.add(Role.valueOf(name));
        }
        return roles;
    }

    private static String purpose(String keyId) {
        return "access-key/" + keyId;
    }

    private String letters(String alphabet, int count) {
        StringBuilder text = new StringBuilder(count);
        for (int i = 0; i < count; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }
}
