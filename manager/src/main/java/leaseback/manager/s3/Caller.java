package leaseback.manager.s3;

import leaseback.manager.customer.Customer;

/// Who a request is from, proven; and how its body is to be verified.
record Caller(Customer customer, Payload payload) {}
