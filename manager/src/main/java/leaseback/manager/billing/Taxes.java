package leaseback.manager.billing;

import java.time.LocalDate;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/// Which tax a document bears.
@FunctionalInterface
public interface Taxes {
    /// @param percent 0 where none is charged
    /// @param country where it is due, ISO 3166; `--` for nowhere
    /// @param reason  in words, for the document
    record Rate(int percent, String country, String reason) {}

    /// @param on the day of supply
    Rate rate(Handle handle, UUID customerId, Bill.Kind kind, LocalDate on);
}
