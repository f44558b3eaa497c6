package leaseback.manager.order;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;

/// Where an addendum stands.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "name")
@JsonSubTypes({
    @JsonSubTypes.Type(value = AddendumState.Open.class, name = "OPEN"),
    @JsonSubTypes.Type(value = AddendumState.Accepted.class, name = "ACCEPTED"),
    @JsonSubTypes.Type(value = AddendumState.Declined.class, name = "DECLINED"),
    @JsonSubTypes.Type(value = AddendumState.Expired.class, name = "EXPIRED")
})
public sealed interface AddendumState {
    /// Awaits the customer's word.
    record Open(Instant until) implements AddendumState {}

    record Accepted(Instant at) implements AddendumState {}

    record Declined(Instant at) implements AddendumState {}

    /// Nobody answered in time: silence is a no.
    record Expired(Instant at) implements AddendumState {}
}
