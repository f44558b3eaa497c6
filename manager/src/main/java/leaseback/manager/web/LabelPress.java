package leaseback.manager.web;

import java.net.URI;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import leaseback.manager.customer.BillingBook;
import leaseback.manager.document.Label;
import leaseback.manager.lease.Labels;
import org.jdbi.v3.core.Handle;

/// Makes the labels of machines: their code, the name of the programme, and where this manager answers for them. Its address is never taken
/// from a request: whoever sends one could have labels printed that lead elsewhere.
public final class LabelPress {
    private static final String NAMELESS = "Leaseback";
    private final Labels labels;
    private final BillingBook book;
    private final Supplier<URI> address;

    /// @param address of this manager, as strangers reach it
    public LabelPress(Labels labels, BillingBook book, Supplier<URI> address) {
        this.labels = labels;
        this.book = book;
        this.address = address;
    }

    /// @throws leaseback.manager.catalog.Refusal when there is no such lease, or its machine takes no part
    Label label(Handle handle, UUID leaseId, String actor) {
        Labels.Code code = labels.of(handle, leaseId, actor);
        return new Label(programme(handle), code.text(), URI.create(address.get() + Verification.HOME + "/" + code.text()),
                code.madeAt().atOffset(ZoneOffset.UTC).toLocalDate());
    }

    /// What the machine itself says to who signs in to it; the code is made with the machine.
    public String greeting(Handle handle, UUID leaseId, String actor) {
        Label label = label(handle, leaseId, actor);
        return "This computer takes part in " + label.programme() + ". Whether it still does: " + label.address();
    }

    /// Whether the machine with this code takes part; empty when there is no such code.
    Optional<Boolean> takesPart(Handle handle, String code) {
        return labels.takesPart(handle, code);
    }

    /// The provider's name, once the operator has given it.
    String programme(Handle handle) {
        return book.providerName(handle).orElse(NAMELESS);
    }
}
