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

/// Finds out who sent a request, from its head alone.
final class Authentication {
    private static final Duration SKEW = Duration.ofMinutes(15);
    /// What clients sign for that nobody told a region.
    static final String UNTOLD = "us-east-1";
    private final Customers customers;
    private final InstantSource clock;
    private final String region;

    Authentication(Customers customers, InstantSource clock, String region) {
        this.customers = customers;
        this.clock = clock;
        this.region = region;
    }

    Caller authenticate(String method, Target target, Query query, HttpFields headers) throws S3Fault {
        if (Claim.isAnonymous(headers, query)) {
            return new Caller(null, Payload.anonymous(headers));
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
        AccessKey key = customers.findKey(claim.keyId()).orElseThrow(() -> S3Error.INVALID_ACCESS_KEY_ID.because(
                "The AWS Access Key Id you provided does not exist in our records.").with("AWSAccessKeyId", claim.keyId()));
        checkTime(claim);
        checkSigned(claim, headers);
        SigningKey signingKey = new SigningKey(key.secret(), claim.day(), claim.region(), claim.timestamp());
        String canonical = CanonicalRequest.of(method, target.path(), query, headers, claim.signedHeaders(), claim.payload());
        String stringToSign = signingKey.stringToSign(canonical);
        if (!SigningKey.same(signingKey.sign(stringToSign), claim.signature())) {
            throw S3Error.SIGNATURE_DOES_NOT_MATCH.because("The request signature we calculated does not match the signature you "
                    + "provided. Check your key and signing method.")
                    .with("AWSAccessKeyId", claim.keyId()).with("StringToSign", stringToSign)
                    .with("SignatureProvided", claim.signature()).with("CanonicalRequest", canonical);
        }
        Customer customer = customers.find(key.customerId()).orElseThrow(() -> S3Error.ACCESS_DENIED.because("Access Denied"));
        if (!customer.is(Role.USER)) {
            throw S3Error.ACCESS_DENIED.because("Access Denied. The key belongs to a customer who has not ordered storage.");
        }
        return new Caller(customer, Payload.of(claim, signingKey));
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
}
