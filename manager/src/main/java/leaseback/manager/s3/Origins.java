package leaseback.manager.s3;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import leaseback.manager.storage.BucketSettings;
import leaseback.manager.storage.Buckets;
import leaseback.manager.storage.StorageFault;
import org.eclipse.jetty.http.HttpFields;

/// What browsers are told that ask on behalf of a page from elsewhere, after the bucket's CORS rules. It opens nothing that
/// rights close: browsers ask it about what pages may read.
final class Origins {
    private final Buckets buckets;
    private final BucketSettings settings;

    Origins(Buckets buckets, BucketSettings settings) {
        this.buckets = buckets;
        this.settings = settings;
    }

    /// A browser's question before its request.
    Map<String, String> preflight(HttpFields headers, String bucket) throws S3Fault {
        String method = headers.get("access-control-request-method");
        if (headers.get("origin") == null || method == null) {
            throw S3Error.BAD_REQUEST.because("Insufficient information. Origin request header needed, and "
                    + "Access-Control-Request-Method.");
        }
        Map<String, String> answer = rules(bucket).map(cors -> cors.answer(headers, method)).orElse(Map.of());
        if (answer.isEmpty()) {
            throw S3Error.ACCESS_FORBIDDEN.because("CORSResponse: This CORS request is not allowed. This is usually because the "
                    + "evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are "
                    + "not whitelisted by the resource's CORS spec.");
        }
        return answer;
    }

    /// Headers of the answer to a request itself.
    Map<String, String> answer(HttpFields headers, String method, String bucket) {
        if (bucket.isEmpty() || !headers.contains("origin")) {
            return Map.of();
        }
        String asked = headers.get("access-control-request-method");
        return rules(bucket).map(cors -> cors.answer(headers, asked == null ? method : asked)).orElse(Map.of());
    }

    private Optional<Cors> rules(String bucket) {
        try {
            Optional<String> kept = bucket.isEmpty() ? Optional.empty() : settings.find(buckets.find(bucket), Cors.SETTING);
            return kept.isEmpty() ? Optional.empty() : Optional.of(Cors.parse(kept.get().getBytes(StandardCharsets.UTF_8)));
        } catch (StorageFault noBucket) {
            return Optional.empty();
        } catch (S3Fault broken) {
            throw new IllegalStateException("the CORS rules of the bucket " + bucket + " cannot be read", broken);
        }
    }
}
