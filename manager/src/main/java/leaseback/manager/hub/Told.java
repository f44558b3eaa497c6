package leaseback.manager.hub;

import java.util.UUID;

/// One event as it is sent, whole.
///
/// @param id   the same however often it is sent
/// @param api  whose listeners are told
/// @param type such as `QuoteStateChangeEvent`
/// @param body JSON
public record Told(UUID id, String api, String type, String body) {}
