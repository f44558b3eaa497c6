package leaseback.manager.web;

/// What the bearer of a token may do.
public enum TokenRole {
    OPERATOR,
    FACTORY,
    CUSTOMER
}
