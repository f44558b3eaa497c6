package leaseback.manager.billing;

import java.time.Instant;
import java.util.UUID;
import leaseback.manager.catalog.Money;
import org.jspecify.annotations.Nullable;

/// What a partner gets for what it supplies in our name.
///
/// @param product as it is billed, such as `INTERNET_100`
/// @param partner by the item of its account in the ledger, such as `isp-north`
/// @param monthly for each customer who has the product; a part of a month counts in part
/// @param from    in force from here
/// @param to      until just before here; null while it is in force
public record Supply(UUID id, String product, String partner, Money monthly, Instant from, @Nullable Instant to) {}
