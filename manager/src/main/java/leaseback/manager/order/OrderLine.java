package leaseback.manager.order;

import leaseback.manager.catalog.Money;

/// One line of what is to be paid; negative for what is taken off.
public record OrderLine(String text, Money price) {}
