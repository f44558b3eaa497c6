package leaseback.manager.web;

/// What the bearer of a token may do.
public enum TokenRole {
    OPERATOR,
    FACTORY,
    CUSTOMER,
    /// Sells for us: makes quotes, and sees those and the orders that follow.
    CHANNEL
}
