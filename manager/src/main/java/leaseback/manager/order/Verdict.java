package leaseback.manager.order;

/// The customer's answer to an offer.
public enum Verdict {
    ACCEPTED,
    DECLINED
}
