package leaseback.manager.hub;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Another system that is told what happens.
///
/// @param api         of which events
/// @param query       `eventType=A,B`, or empty for all
/// @param state       how it goes
/// @param waiting     events that it will be told yet
/// @param missed      events that it will never be told: it was gone while more of them came than are kept
/// @param failures    since the last success
/// @param lastFailure null while it goes well
/// @param retryAt     null while it goes well
public record Listener(UUID id, String api, String callback, String query, State state, long waiting, long missed, int failures,
        @Nullable String lastFailure, @Nullable Instant retryAt, Instant registeredAt, String registeredBy) {
    public enum State {
        /// Takes what it is told, or is tried again soon.
        LISTENING,
        /// Did not take it however often it was tried; it is tried again from time to time.
        FAILING
    }
}
