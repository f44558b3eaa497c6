package leaseback.manager.s3;

import leaseback.manager.customer.Customer;
import org.jspecify.annotations.Nullable;

/// Who a request is from, proven; and how its body is to be verified.
///
/// @param customer null for an anonymous request
/// @param region   that it is signed for; empty when it is not
record Caller(@Nullable Customer customer, Payload payload, String region) {}
