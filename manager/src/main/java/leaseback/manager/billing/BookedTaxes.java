package leaseback.manager.billing;

import java.time.LocalDate;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.customer.BillingBook;
import leaseback.manager.customer.BillingDetails;
import leaseback.manager.document.Party;
import leaseback.manager.document.Tax;
import leaseback.manager.document.TaxBook;
import leaseback.manager.document.Vat;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// By the table of taxes, and what provider and customer have said of themselves. A customer who has said nothing is a person in the
/// provider's country; while the provider has said nothing, no tax is charged.
public final class BookedTaxes implements Taxes {
    private final BillingBook book;
    private final TaxBook table;

    public BookedTaxes(BillingBook book, TaxBook table) {
        this.book = book;
        this.table = table;
    }

    @Override
    public Rate rate(Handle handle, UUID customerId, Bill.Kind kind, LocalDate on) {
        Optional<BillingDetails> provider = book.provider(handle);
        if (provider.isEmpty()) {
            return new Rate(Vat.none(Vat.Category.OUTSIDE, "The provider has not said where it is taxed."), NOWHERE);
        }
        Party us = Party.of(provider.get());
        @Nullable Party known = book.of(handle, customerId).map(Party::of).orElse(null);
        Party them = known == null ? new Party("customer", "", "", "", us.country(), null) : known;
        boolean owed = kind == Bill.Kind.BILL;
        Tax tax = table.read(handle);
        Vat vat = tax.on(owed ? us : them, owed ? them : us, on, provider.get().language());
        return new Rate(vat, vat.percent().signum() == 0 ? NOWHERE : tax.place(owed ? us : them, owed ? them : us), owed ? us : known,
                owed ? known : us);
    }
}
