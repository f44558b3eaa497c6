package leaseback.manager.web;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.customer.Customer;
import leaseback.manager.customer.Customers;

/// Looks at customers' passwords.
final class CustomerSignIn {
    private final Customers customers;
    private final Passwords passwords;

    CustomerSignIn(Customers customers, Passwords passwords) {
        this.customers = customers;
        this.passwords = passwords;
    }

    /// What became of an attempt.
    sealed interface SignIn {
        record Welcome(UUID customerId) implements SignIn {}

        /// No such customer, or another password; which of the two is not told.
        record Wrong() implements SignIn {}

        /// Too many wrong passwords, or too many people at the door; the password was not looked at.
        record Wait(Instant until) implements SignIn {}
    }

    /// Takes as long for an address that nobody has as for one that somebody has.
    SignIn verify(String email, String password) {
        Optional<Customer> customer = customers.findByEmail(email);
        String key = customer.map(found -> found.id().toString()).orElse("nobody");
        return switch (passwords.verify(Passwords.Kept.CUSTOMER, key, password, "customer:" + key)) {
            case Passwords.Attempt.Good good -> new SignIn.Welcome(customer.orElseThrow().id());
            case Passwords.Attempt.Wrong wrong -> new SignIn.Wrong();
            case Passwords.Attempt.Wait wait -> new SignIn.Wait(wait.until());
        };
    }
}
