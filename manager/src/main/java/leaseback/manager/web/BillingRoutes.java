package leaseback.manager.web;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.customer.BillingBook;
import leaseback.manager.customer.BillingDetails;
import leaseback.manager.customer.Customers;
import leaseback.manager.customer.Iban;
import leaseback.manager.database.Database;
import leaseback.manager.letter.Letters;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Names, addresses and bank accounts that documents and payments need. Account numbers go out masked.
public final class BillingRoutes implements Routes {
    private final Database database;
    private final BillingBook book;
    private final Letters letters;

    public BillingRoutes(Database database, BillingBook book, Letters letters) {
        this.database = database;
        this.book = book;
        this.letters = letters;
    }

    @Override
    public List<Route> all() {
        return List.of(
                Route.of("GET", "/api/customer/{id}/billing", this::shown, TokenRole.CUSTOMER)
                        .says("Name, address and bank account for a customer's documents").gives(BillingDetails.class),
                Route.of("PUT", "/api/customer/{id}/billing", this::put, TokenRole.CUSTOMER)
                        .says("Sets name, address and bank account for a customer's documents").takes(Wanted.class)
                        .gives(BillingDetails.class),
                Route.of("GET", "/api/provider", this::provider).says("Our own name, address and bank account")
                        .gives(BillingDetails.class).refuses(404, "They are not given yet"),
                Route.of("GET", "/api/partner/{item}/billing", this::partner).says("Name, address and bank account of a partner")
                        .gives(BillingDetails.class),
                Route.of("PUT", "/api/partner/{item}/billing", this::putPartner).says("Sets name, address and bank account of a partner")
                        .takes(Wanted.class).gives(BillingDetails.class),
                Route.of("PUT", "/api/provider", this::putProvider).says("Sets our own name, address and bank account")
                        .takes(Wanted.class).gives(BillingDetails.class));
    }

    /// As it comes in.
    ///
    /// @param iban     in full; or masked as we showed it, which leaves the account as it is
    /// @param language en unless told
    private record Wanted(String name, String street, String postcode, String city, String country, @Nullable String vatId,
            @Nullable String iban, @Nullable String language) {
        BillingDetails over(Optional<BillingDetails> before) {
            Iban kept = before.map(BillingDetails::iban).orElse(null);
            Iban account = iban == null ? null : kept != null && kept.masked().equals(iban) ? kept : new Iban(iban);
            return new BillingDetails(name, street, postcode, city, country, vatId, account, language == null ? "en" : language);
        }
    }

    private Answer shown(Call call) {
        UUID id = own(call);
        return Pages.one(call, database.<BillingDetails>read(handle -> book.of(handle, id).orElseThrow(() -> new Problem(404,
                "customer " + id + " has no billing details yet; PUT them to " + call.path()))));
    }

    private Answer put(Call call) {
        UUID id = own(call);
        Wanted wanted = call.body(Wanted.class);
        return Pages.one(call, database.<BillingDetails>transact(handle -> {
            if (Customers.find(handle, id).isEmpty()) {
                throw Refusal.unknown("customer", id);
            }
            Optional<BillingDetails> before = book.of(handle, id);
            BillingDetails details = fit(wanted, before);
            book.put(handle, id, details, call.actor());
            warn(handle, id, before.map(BillingDetails::iban).orElse(null), details.iban());
            return details;
        }));
    }

    private Answer partner(Call call) {
        String item = call.variable("item");
        return Pages.one(call, database.<BillingDetails>read(handle -> book.partner(handle, item).orElseThrow(() ->
                Refusal.unknown("partner", item))));
    }

    private Answer putPartner(Call call) {
        String item = call.variable("item");
        Wanted wanted = call.body(Wanted.class);
        return Pages.one(call, database.<BillingDetails>transact(handle -> {
            BillingDetails details = fit(wanted, book.partner(handle, item));
            try {
                book.putPartner(handle, item, details, call.actor());
            } catch (IllegalArgumentException wrong) {
                throw new Problem(422, String.valueOf(wrong.getMessage()));
            }
            return details;
        }));
    }

    private Answer provider(Call call) {
        return Pages.one(call, database.<BillingDetails>read(handle -> book.provider(handle).orElseThrow(() -> new Problem(404,
                "the provider's own name and address are not given yet; PUT them to " + call.path()))));
    }

    private Answer putProvider(Call call) {
        Wanted wanted = call.body(Wanted.class);
        return Pages.one(call, database.<BillingDetails>transact(handle -> {
            BillingDetails details = fit(wanted, book.provider(handle));
            book.putProvider(handle, details, call.actor());
            return details;
        }));
    }

    /// Whoever takes over somebody's session would send the next payout elsewhere: the customer hears of every change.
    private void warn(Handle handle, UUID customer, @Nullable Iban before, @Nullable Iban now) {
        if (before != null && !Objects.equals(before, now)) {
            letters.write(handle, customer, "account:" + UUID.randomUUID(), "Your bank account with us was changed",
                    "From now on we pay " + (now == null ? "nowhere, as no account is given" : "to the account " + now.masked())
                            + "; before it was " + before.masked() + ". If this was not you, tell us at once.");
        }
    }

    private static BillingDetails fit(Wanted wanted, Optional<BillingDetails> before) {
        try {
            return wanted.over(before);
        } catch (IllegalArgumentException wrong) {
            throw new Problem(422, String.valueOf(wrong.getMessage()));
        }
    }

    private static UUID own(Call call) {
        UUID id = call.id("customer");
        if (!call.caller().actsFor(id)) {
            throw Refusal.unknown("customer", id);
        }
        return id;
    }
}
