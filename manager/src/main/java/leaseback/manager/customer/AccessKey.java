package leaseback.manager.customer;

import java.util.UUID;

/// What an S3 client signs with: `id` goes over the wire, `secret` never does.
public record AccessKey(String id, String secret, UUID customerId) {
    @Override
    public String toString() {
        return "AccessKey[" + id + "]";
    }
}
