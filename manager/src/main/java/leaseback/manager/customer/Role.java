package leaseback.manager.customer;

/// What a customer is to us; one may be both.
public enum Role {
    /// Lends a part of a machine.
    HOST,
    /// Buys services.
    USER
}
