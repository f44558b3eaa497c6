package leaseback.manager.ledger;

import java.time.Instant;

/// A transfer that stands in the ledger.
///
/// @param at when it was posted, which decides the day it is closed with
public record Posted(Transfer transfer, Instant at) {}
