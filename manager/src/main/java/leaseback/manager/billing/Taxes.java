package leaseback.manager.billing;

import java.time.LocalDate;
import java.util.UUID;
import leaseback.manager.document.Party;
import leaseback.manager.document.Vat;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Which tax a document bears.
@FunctionalInterface
public interface Taxes {
    /// Where it is due, when it is due nowhere.
    String NOWHERE = "--";

    /// @param country where it is due, ISO 3166; [#NOWHERE] where none is charged
    /// @param seller  as it is known on the day; null for not at all, and so the buyer
    record Rate(Vat vat, String country, @Nullable Party seller, @Nullable Party buyer) {
        public Rate(Vat vat, String country) {
            this(vat, country, null, null);
        }
    }

    /// @param on the day of supply
    Rate rate(Handle handle, UUID customerId, Bill.Kind kind, LocalDate on);
}
