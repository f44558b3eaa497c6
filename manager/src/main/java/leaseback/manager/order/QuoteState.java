package leaseback.manager.order;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import java.util.UUID;

/// Where a quote stands.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "name")
@JsonSubTypes({
    @JsonSubTypes.Type(value = QuoteState.Open.class, name = "OPEN"),
    @JsonSubTypes.Type(value = QuoteState.Accepted.class, name = "ACCEPTED"),
    @JsonSubTypes.Type(value = QuoteState.Declined.class, name = "DECLINED"),
    @JsonSubTypes.Type(value = QuoteState.Expired.class, name = "EXPIRED")
})
public sealed interface QuoteState {
    /// Awaits the customer's word.
    record Open(Instant until) implements QuoteState {}

    /// The machine is ordered and will be leased back.
    record Accepted(Instant at, UUID orderId) implements QuoteState {}

    /// The machine is ordered without lease.
    record Declined(Instant at, UUID orderId) implements QuoteState {}

    /// Nobody answered in time; nothing is ordered.
    record Expired(Instant at) implements QuoteState {}
}
