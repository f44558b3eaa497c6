package leaseback.manager.order;

/// Where the customer gave the answer.
public enum Channel {
    API,
    WEB,
    SHOP,
    PHONE,
    PAPER
}
