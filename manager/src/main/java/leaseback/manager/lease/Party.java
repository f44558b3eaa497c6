package leaseback.manager.lease;

/// Who of the two acts.
public enum Party {
    CUSTOMER,
    PROVIDER
}
