package leaseback.manager.web;

/// One offer as the customer reads it.
///
/// @param offer its exact words
public record QuotePage(QuoteLine line, String offer) {}
