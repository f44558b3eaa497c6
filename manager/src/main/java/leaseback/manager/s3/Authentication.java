package leaseback.manager.s3;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import leaseback.manager.customer.AccessKey;
import leaseback.manager.customer.Customer;
import leaseback.manager.customer.Customers;
import leaseback.manager.customer.Role;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;

/// Finds out who sent a request, from its head alone.
final class Authentication {
    private static final Duration SKEW = Duration.ofMinutes(15);
    /// What clients sign for that nobody told a region.
    static final String UNTOLD = "us-east-1";
    private final Customers customers;
    private final InstantSource clock;
    private final String region;
    private final Recent<Credential> credentials = new Recent<>(System::nanoTime);

    Authentication(Customers customers, InstantSource clock, String region) {
        this.customers = customers;
        this.clock = clock;
        this.region = region;
    }

    Caller authenticate(String method, Target target, Query query, HttpFields headers) throws S3Fault {
        if (Claim.isAnonymous(headers, query)) {
            return new Caller(null, Payload.anonymous(headers), "");
        }
        Claim claim = Claim.of(headers, query);
        boolean presigned = claim.lifetime() != null;
        if (!claim.region().equals(region) && !claim.region().equals(UNTOLD)) {
            throw Claim.malformed(presigned, "the region '" + claim.region() + "' is wrong; expecting '" + region + "'")
                    .with("Region", region);
        }
        if (headers.contains("x-amz-security-token")) {
            throw S3Error.INVALID_TOKEN.because("The provided token is malformed or otherwise invalid: this service issues no "
                    + "session tokens.");
        }
        Credential known = credentials.get(claim.keyId(), () -> read(claim.keyId()));
        checkTime(claim);
        checkSigned(claim, headers);
        SigningKey signingKey = new SigningKey(known.derived(claim.day(), claim.region()), claim.day(), claim.region(), claim.timestamp());
        String canonical = CanonicalRequest.of(method, target.path(), query, headers, claim.signedHeaders(), claim.payload());
        String stringToSign = signingKey.stringToSign(canonical);
        if (!SigningKey.same(signingKey.sign(stringToSign), claim.signature())) {
            throw S3Error.SIGNATURE_DOES_NOT_MATCH.because("The request signature we calculated does not match the signature you "
                    + "provided. Check your key and signing method.")
                    .with("AWSAccessKeyId", claim.keyId()).with("StringToSign", stringToSign)
                    .with("SignatureProvided", claim.signature()).with("CanonicalRequest", canonical);
        }
        Customer customer = known.customer;
        if (customer == null) {
            throw S3Error.ACCESS_DENIED.because("Access Denied");
        }
        if (!customer.is(Role.USER)) {
            throw S3Error.ACCESS_DENIED.because("Access Denied. The key belongs to a customer who has not ordered storage.");
        }
        return new Caller(customer, Payload.of(claim, signingKey), claim.region());
    }

    private Credential read(String keyId) throws S3Fault {
        AccessKey key = customers.findKey(keyId).orElseThrow(() -> S3Error.INVALID_ACCESS_KEY_ID.because(
                "The AWS Access Key Id you provided does not exist in our records.").with("AWSAccessKeyId", keyId));
        return new Credential(key, customers.find(key.customerId()).orElse(null));
    }

    private void checkTime(Claim claim) throws S3Fault {
        Instant now = clock.instant();
        Duration lifetime = claim.lifetime();
        if (lifetime == null) {
            if (Duration.between(claim.at(), now).abs().compareTo(SKEW) > 0) {
                throw S3Error.REQUEST_TIME_TOO_SKEWED.because("The difference between the request time and the current time is "
                        + "too large.")
                        .with("RequestTime", claim.timestamp()).with("ServerTime", now.toString())
                        .with("MaxAllowedSkewMilliseconds", Long.toString(SKEW.toMillis()));
            }
            return;
        }
        if (claim.at().isAfter(now.plus(SKEW))) {
            throw S3Error.REQUEST_TIME_TOO_SKEWED.because("Request is not valid yet: it is dated more than 15 minutes ahead.")
                    .with("RequestTime", claim.timestamp()).with("ServerTime", now.toString());
        }
        Instant expires = claim.at().plus(lifetime);
        if (now.isAfter(expires)) {
            throw S3Error.ACCESS_DENIED.because("Request has expired").with("X-Amz-Expires", Long.toString(lifetime.toSeconds()))
                    .with("Expires", expires.toString()).with("ServerTime", now.toString());
        }
    }

    /// Whatever changes the meaning of a request must be signed, or someone on the way could add it.
    private static void checkSigned(Claim claim, HttpFields headers) throws S3Fault {
        for (HttpField field : headers) {
            String name = field.getName().toLowerCase(Locale.ROOT);
            if ((name.equals("host") || name.startsWith("x-amz-")) && !claim.signedHeaders().contains(name)) {
                throw S3Error.ACCESS_DENIED.because("There were headers present in the request which were not signed")
                        .with("HeadersNotSigned", name);
            }
        }
        if (!claim.signedHeaders().contains("host")) {
            throw S3Error.ACCESS_DENIED.because("The host header must be signed").with("HeadersNotSigned", "host");
        }
    }

    /// A key, whose it is, and what was last derived from it: clients sign with one day and region.
    private static final class Credential {
        private final AccessKey key;
        private final @Nullable Customer customer;
        private volatile @Nullable Derived derived;

        Credential(AccessKey key, @Nullable Customer customer) {
            this.key = key;
            this.customer = customer;
        }

        byte[] derived(String day, String region) {
            Derived last = derived;
            if (last == null || !last.day().equals(day) || !last.region().equals(region)) {
                last = new Derived(day, region, SigningKey.derive(key.secret(), day, region));
                derived = last;
            }
            return last.key();
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    private record Derived(String day, String region, byte[] key) {}
}
