package leaseback.manager.web;

import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import leaseback.manager.audit.Audit;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.customer.AccessKey;
import leaseback.manager.customer.Customer;
import leaseback.manager.customer.Customers;
import leaseback.manager.customer.Role;
import leaseback.manager.database.Database;
import leaseback.manager.storage.Hosts;
import leaseback.manager.storage.StorageFault;
import org.jspecify.annotations.Nullable;

/// Customers, their S3 keys, and the audit log.
final class AccountRoutes {
    private final Database database;
    private final Customers customers;
    private @Nullable Hosts hosts;

    AccountRoutes(Database database, Customers customers) {
        this.database = database;
        this.customers = customers;
    }

    /// New users are taken on only while these hosts suffice. Called before the first request.
    void takeOnWithin(Hosts leased) {
        hosts = leased;
    }

    List<Route> all() {
        return List.of(
                Route.of("GET", "/api/customer", this::list).says("The customers").pages(Customer.class),
                Route.of("POST", "/api/customer", this::add).says("Takes on a customer").takes(NewCustomer.class).creates(Customer.class)
                        .refuses(409, "The address is another customer's, or no new user fits on the hosts"),
                Route.of("GET", "/api/customer/{id}", this::customer, TokenRole.CUSTOMER).says("One customer").gives(Customer.class),
                Route.of("POST", "/api/customer/{id}/accessKey", this::accessKey, TokenRole.CUSTOMER)
                        .says("An S3 access key; its secret is in this answer and never again").creates(IssuedKey.class)
                        .refuses(403, "Only a USER stores files"),
                Route.of("GET", "/api/audit", this::audit).says("Who did what, oldest first").pages(Audit.Entry.class)
                        .asks("actor", String.class, "Such as customer:UUID").asks("subject", String.class, "The id or number acted upon"));
    }

    /// @param zone  whose wall clock the customer lives by
    /// @param roles USER when null; who accepts a lease becomes HOST by it
    record NewCustomer(String name, String email, ZoneId zone, @Nullable Set<Role> roles) {
        @SuppressWarnings("NullAway") // comes from JSON, where anything may be missing
        NewCustomer {
            if (name == null || name.isBlank() || name.length() > 200 || name.chars().anyMatch(Character::isISOControl)) {
                throw new IllegalArgumentException("a customer needs a name, one line of 1 to 200 characters");
            }
            if (email == null || email.length() > 254 || !email.matches("[^@\\s\\p{Cntrl}]+@[^@\\s\\p{Cntrl}]+")) {
                throw new IllegalArgumentException("a customer needs an e-mail address such as ada@example.org");
            }
            if (zone == null) {
                throw new IllegalArgumentException("a customer needs a time zone such as Europe/Berlin");
            }
        }
    }

    private record IssuedKey(String id, String secret, UUID customerId) {}

    private Answer list(Call call) {
        List<Customer> found = database.read(handle -> Customers.page(handle, call.after(), call.limit() + 1));
        return Pages.of(call, found, Customer::id, customer -> customer);
    }

    private Answer add(Call call) {
        NewCustomer wanted = call.body(NewCustomer.class);
        Set<Role> roles = wanted.roles() == null ? Set.of(Role.USER) : wanted.roles();
        Hosts leased = hosts;
        Customer added;
        try {
            if (leased != null && roles.contains(Role.USER)) {
                leased.requireHeadroom();
            }
            added = customers.add(wanted.name(), wanted.email(), wanted.zone(),
                    roles, call.actor());
        } catch (StorageFault full) {
            throw new Problem(409, String.valueOf(full.getMessage()));
        } catch (IllegalArgumentException taken) {
            throw new Problem(409, String.valueOf(taken.getMessage()));
        }
        return Pages.created(call, call.path() + "/" + added.id(), added);
    }

    private Answer customer(Call call) {
        return Pages.one(call, own(call));
    }

    private Answer accessKey(Call call) {
        Customer customer = own(call);
        if (!customer.is(Role.USER)) {
            throw new Problem(403, "customer " + customer.id() + " has the roles " + customer.roles()
                    + "; only a USER stores files and gets access keys");
        }
        AccessKey key = customers.issueKey(customer.id(), call.actor());
        return Pages.created(call, call.path() + "/" + key.id(), new IssuedKey(key.id(), key.secret(), key.customerId()));
    }

    private Answer audit(Call call) {
        List<Audit.Entry> found = database.read(handle -> Audit.page(handle, call.query().get("actor"), call.query().get("subject"),
                call.after(), call.limit() + 1));
        return Pages.of(call, found, Audit.Entry::id, entry -> entry);
    }

    private Customer own(Call call) {
        UUID id = call.id("customer");
        return customers.find(id).filter(found -> call.caller().actsFor(found.id()))
                .orElseThrow(() -> Refusal.unknown("customer", id));
    }
}
