package leaseback.manager.web;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import leaseback.manager.audit.Audit;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.customer.Customers;
import leaseback.manager.database.Database;
import org.jspecify.annotations.Nullable;

/// How somebody comes in: customers with their password, programs with a token that its owner may list and revoke.
public final class AccessRoutes implements Routes {
    /// How long one is signed in.
    static final Duration SIGNED_IN = Duration.ofHours(12);
    private final Database database;
    private final Customers customers;
    private final Tokens tokens;
    private final Passwords passwords;
    private final CustomerSignIn signIn;
    private final InstantSource clock;

    public AccessRoutes(Database database, Customers customers, Tokens tokens, Passwords passwords, InstantSource clock) {
        this.database = database;
        this.customers = customers;
        this.tokens = tokens;
        this.passwords = passwords;
        this.signIn = new CustomerSignIn(customers, passwords);
        this.clock = clock;
    }

    @Override
    public List<Route> all() {
        return List.of(
                Route.open("POST", "/api/signIn", this::signIn).says("A customer signs in: a token for twelve hours")
                        .takes(WantedSignIn.class).gives(201, SignedIn.class).refuses(401, "The address or the password is wrong")
                        .refuses(429, "Too many wrong passwords; Retry-After says how long to wait"),
                Route.of("PUT", "/api/customer/{id}/password", this::password, TokenRole.CUSTOMER)
                        .says("Sets a customer's password; who signed in with the old one is signed out").takes(WantedPassword.class)
                        .gives(Changed.class).refuses(403, "The current password is another"),
                Route.of("GET", "/api/token", this::list, TokenRole.CUSTOMER).says("The tokens that are good, without their secrets")
                        .pages(Tokens.Known.class).asks("customer", UUID.class, "Whose; for the operator"),
                Route.of("POST", "/api/token", this::issue, TokenRole.CUSTOMER)
                        .says("A token for this API; it is in this answer and never again").takes(NewToken.class).gives(201, Issued.class),
                Route.of("DELETE", "/api/token/{id}", this::revoke, TokenRole.CUSTOMER).says("Revokes a token").gives(Revoked.class));
    }

    record WantedSignIn(String email, String password) {
        @SuppressWarnings("NullAway") // comes from JSON, where anything may be missing
        WantedSignIn {
            if (email == null || password == null) {
                throw new IllegalArgumentException("signing in needs email and password");
            }
        }

        @Override
        public String toString() {
            return email;
        }
    }

    private record SignedIn(UUID customerId, UUID tokenId, String token, Instant expiresAt) {}

    /// @param current the one before, where a customer changes their own
    record WantedPassword(String password, @Nullable String current) {
        @SuppressWarnings("NullAway") // comes from JSON, where anything may be missing
        WantedPassword {
            if (password == null) {
                throw new IllegalArgumentException("say the new password, of 10 to 200 characters");
            }
        }

        @Override
        public String toString() {
            return "a password";
        }
    }

    private record Changed(UUID customerId, Instant changedAt) {}

    /// @param customerId for the role CUSTOMER; one's own where a customer asks
    record NewToken(String name, @Nullable TokenRole role, @Nullable UUID customerId) {
        @SuppressWarnings("NullAway") // comes from JSON, where anything may be missing
        NewToken {
            if (name == null) {
                throw new IllegalArgumentException("a token needs a name and a role (OPERATOR, FACTORY or CUSTOMER)");
            }
        }
    }

    private record Issued(UUID id, String name, TokenRole role, String token) {}

    private record Revoked(UUID id, boolean revoked) {}

    private Answer signIn(Call call) {
        WantedSignIn wanted = call.body(WantedSignIn.class);
        return switch (signIn.verify(wanted.email(), wanted.password())) {
            case CustomerSignIn.SignIn.Welcome welcome -> {
                UUID id = welcome.customerId();
                Instant until = now().plus(SIGNED_IN);
                Tokens.Fresh fresh = tokens.issue(TokenRole.CUSTOMER, "signed in", id, until, "customer:" + id);
                yield new Answer(201, Answer.JSON, call.wire().bytes(new SignedIn(id, fresh.id(), fresh.token(), until)), Map.of());
            }
            case CustomerSignIn.SignIn.Wrong wrong -> throw new Problem(401, "the address or the password is wrong",
                    Map.of("WWW-Authenticate", "Bearer realm=\"leaseback\""), List.of());
            case CustomerSignIn.SignIn.Wait wait -> throw new Problem(429, "too many wrong passwords; try again at " + wait.until(),
                    Map.of("Retry-After", String.valueOf(Math.max(1, Duration.between(now(), wait.until()).toSeconds()))), List.of());
        };
    }

    private Answer password(Call call) {
        UUID id = call.id("customer");
        if (!call.caller().actsFor(id) || customers.find(id).isEmpty()) {
            throw Refusal.unknown("customer", id);
        }
        WantedPassword wanted = call.body(WantedPassword.class);
        boolean known = database.read(handle -> handle.createQuery("select exists (select 1 from customer_password where customer_id = :id)")
                .bind("id", id).mapTo(Boolean.class).one());
        if (known && call.caller() instanceof Caller.Buyer && !(passwords.verify(Passwords.Kept.CUSTOMER, id.toString(),
                wanted.current() == null ? "" : wanted.current(), call.actor()) instanceof Passwords.Attempt.Good)) {
            throw new Problem(403, "current is not the password that you have now; ask the operator for another if you lost it");
        }
        String hash;
        try {
            hash = passwords.hashFit(wanted.password());
        } catch (IllegalArgumentException unfit) {
            throw new Problem(422, String.valueOf(unfit.getMessage()));
        }
        Instant now = now();
        database.transact(handle -> {
            handle.createUpdate("""
                    insert into customer_password (customer_id, password_hash, changed_at) values (:id, :hash, :at)
                    on conflict (customer_id) do update set password_hash = excluded.password_hash, changed_at = excluded.changed_at,
                      failures = 0, wait_until = null""")
                    .bind("id", id).bind("hash", hash).bind("at", now).execute();
            Tokens.revokeSignedIn(handle, id, now);
            Audit.write(handle, now, call.actor(), "set password", id.toString(), "");
            return id;
        });
        return Pages.one(call, new Changed(id, now));
    }

    private Answer list(Call call) {
        UUID customer = call.caller() instanceof Caller.Buyer buyer ? buyer.customerId() : call.customer().orElse(null);
        return Pages.of(call, tokens.page(customer, call.after(), call.limit() + 1), Tokens.Known::id, known -> known);
    }

    private Answer issue(Call call) {
        NewToken wanted = call.body(NewToken.class);
        UUID customer = wanted.customerId();
        TokenRole role = wanted.role();
        if (call.caller() instanceof Caller.Buyer buyer) {
            if (role != null && role != TokenRole.CUSTOMER || customer != null && !customer.equals(buyer.customerId())) {
                throw new Problem(403, "you may make tokens of role CUSTOMER for yourself only");
            }
            role = TokenRole.CUSTOMER;
            customer = buyer.customerId();
        }
        if (role == null) {
            throw new Problem(422, "a token needs a name and a role (OPERATOR, FACTORY or CUSTOMER)");
        }
        if (customer != null && customers.find(customer).isEmpty()) {
            throw new Problem(422, "there is no customer " + customer + "; add the customer first");
        }
        try {
            Tokens.Fresh fresh = tokens.issue(role, wanted.name(), customer, null, call.actor());
            return new Answer(201, Answer.JSON, call.wire().bytes(new Issued(fresh.id(), wanted.name(), role, fresh.token())), Map.of());
        } catch (IllegalArgumentException unfit) {
            throw new Problem(422, String.valueOf(unfit.getMessage()));
        }
    }

    private Answer revoke(Call call) {
        UUID id = call.id("token");
        if (!tokens.revoke(id, call.caller() instanceof Caller.Buyer buyer ? buyer.customerId() : null, call.actor())) {
            throw Refusal.unknown("token", id);
        }
        return Pages.one(call, new Revoked(id, true));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
