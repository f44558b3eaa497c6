package leaseback.manager.s3;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;

/// Who a request says it is from, and its signature: not yet believed.
///
/// @param timestamp     as signed: `yyyyMMdd'T'HHmmss'Z'`
/// @param signedHeaders lower-case names in the order given
/// @param lifetime      how long a presigned request is good for; null for one with an Authorization header
/// @param payload       what is said of the body: its SHA-256 in hex, or a mode
record Claim(String keyId, String day, String region, String timestamp, Instant at, List<String> signedHeaders, String signature,
        @Nullable Duration lifetime, String payload) {
    static final String ALGORITHM = "AWS4-HMAC-SHA256";
    static final String UNSIGNED = "UNSIGNED-PAYLOAD";
    private static final DateTimeFormatter TIMESTAMP = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT);
    private static final Pattern SIGNATURE = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern HEADERS = Pattern.compile("[a-z0-9!#$%&'*+.^_`|~-]+(;[a-z0-9!#$%&'*+.^_`|~-]+)*");
    private static final Duration LONGEST = Duration.ofDays(7);

    /// Whether a request does not even try to say who it is from.
    static boolean isAnonymous(HttpFields headers, Query query) {
        return !headers.contains("authorization") && Stream.of("X-Amz-Algorithm", "X-Amz-Signature", "X-Amz-Credential",
                "X-Amz-Security-Token", "Signature", "AWSAccessKeyId").noneMatch(query::has);
    }

    static Claim of(HttpFields headers, Query query) throws S3Fault {
        String authorization = headers.get("authorization");
        boolean presigned = query.has("X-Amz-Algorithm") || query.has("X-Amz-Signature") || query.has("X-Amz-Credential");
        if (headers.getFields("authorization").size() > 1 || authorization != null && presigned) {
            throw S3Error.INVALID_ARGUMENT.because("Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, "
                    + "or one Authorization header should be specified.");
        }
        if (presigned) {
            return presigned(headers, query);
        }
        if (authorization != null) {
            return signed(authorization, headers);
        }
        throw oldSignature();
    }

    private static Claim signed(String authorization, HttpFields headers) throws S3Fault {
        String scheme = authorization.strip().split("\\s", 2)[0];
        if (scheme.equals("AWS")) {
            throw oldSignature();
        }
        if (scheme.startsWith("AWS4-ECDSA")) {
            throw S3Fault.notImplemented("Signature Version 4A (" + scheme + ")");
        }
        if (!scheme.equals(ALGORITHM)) {
            throw S3Error.INVALID_ARGUMENT.because("Unsupported Authorization Type. Please use " + ALGORITHM + ".");
        }
        Map<String, String> fields = new HashMap<>();
        for (String field : authorization.strip().substring(scheme.length()).split(",")) {
            int equals = field.indexOf('=');
            if (equals < 0
                    || fields.putIfAbsent(field.substring(0, equals).strip(), field.substring(equals + 1).strip()) != null) {
                throw malformed(false, "it must hold Credential, SignedHeaders and Signature once each, parted by commas.");
            }
        }
        String payload = headers.get("x-amz-content-sha256");
        if (payload == null) {
            throw S3Error.INVALID_REQUEST.because("Missing required header for this request: x-amz-content-sha256");
        }
        String timestamp = timestamp(headers);
        return parse(false, fields.get("Credential"), fields.get("SignedHeaders"), fields.get("Signature"), timestamp, null,
                payload);
    }

    private static Claim presigned(HttpFields headers, Query query) throws S3Fault {
        String algorithm = query.get("X-Amz-Algorithm", "");
        if (algorithm.startsWith("AWS4-ECDSA")) {
            throw S3Fault.notImplemented("Signature Version 4A (" + algorithm + ")");
        }
        if (!algorithm.equals(ALGORITHM)) {
            throw malformed(true, "X-Amz-Algorithm only supports \"" + ALGORITHM + "\".");
        }
        if (query.has("X-Amz-Security-Token")) {
            throw S3Error.INVALID_TOKEN.because("The provided token is malformed or otherwise invalid: this service issues no "
                    + "session tokens.");
        }
        String expires = query.get("X-Amz-Expires", "");
        Duration lifetime;
        try {
            lifetime = Duration.ofSeconds(Integer.parseInt(expires));
        } catch (NumberFormatException notANumber) {
            throw malformed(true, "X-Amz-Expires should be a number.");
        }
        if (lifetime.isNegative() || lifetime.compareTo(LONGEST) > 0) {
            throw malformed(true, "X-Amz-Expires must be between 0 and " + LONGEST.toSeconds() + " seconds.");
        }
        String ofHeader = headers.get("x-amz-content-sha256");
        String payload = query.get("X-Amz-Content-Sha256", ofHeader == null ? UNSIGNED : ofHeader);
        return parse(true, query.get("X-Amz-Credential"), query.get("X-Amz-SignedHeaders"), query.get("X-Amz-Signature"),
                query.get("X-Amz-Date", ""), lifetime, payload);
    }

    private static Claim parse(boolean presigned, @Nullable String credential, @Nullable String signedHeaders,
            @Nullable String signature,
            String timestamp, @Nullable Duration lifetime, String payload) throws S3Fault {
        if (credential == null || signedHeaders == null || signature == null) {
            throw malformed(presigned, "it must hold Credential, SignedHeaders and Signature.");
        }
        String[] scope = credential.split("/", -1);
        if (scope.length != 5 || scope[0].isEmpty()) {
            throw malformed(presigned, "the Credential is mal-formed; expecting "
                    + "\"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".");
        }
        if (!scope[3].equals("s3")) {
            throw malformed(presigned, "incorrect service \"" + scope[3] + "\"; this endpoint belongs to \"s3\".");
        }
        if (!scope[4].equals("aws4_request")) {
            throw malformed(presigned, "incorrect terminal \"" + scope[4] + "\"; this endpoint uses \"aws4_request\".");
        }
        Instant at;
        try {
            at = LocalDateTime.parse(timestamp, TIMESTAMP).toInstant(ZoneOffset.UTC);
        } catch (DateTimeParseException wrong) {
            throw presigned ? malformed(true, "X-Amz-Date must be in the ISO8601 Long Format "
                    + "\"yyyyMMdd'T'HHmmss'Z'\".") : noDate();
        }
        if (!timestamp.startsWith(scope[1]) || scope[1].length() != 8) {
            throw malformed(presigned, "Invalid credential date \"" + scope[1] + "\". This date is not the same as X-Amz-Date: \""
                    + timestamp.substring(0, 8) + "\".");
        }
        if (!HEADERS.matcher(signedHeaders).matches()) {
            throw malformed(presigned, "SignedHeaders must be lower-case header names parted by semicolons.");
        }
        if (!SIGNATURE.matcher(signature).matches()) {
            throw malformed(presigned, "the Signature must be 64 lower-case hexadecimal digits.");
        }
        return new Claim(scope[0], scope[1], scope[2], timestamp, at, List.of(signedHeaders.split(";")), signature, lifetime,
                payload);
    }

    private static String timestamp(HttpFields headers) throws S3Fault {
        String amazon = headers.get("x-amz-date");
        if (amazon != null) {
            return amazon;
        }
        String date = headers.get("date");
        if (date == null) {
            throw noDate();
        }
        try {
            return date.endsWith("Z") ? date : TIMESTAMP.format(
                    DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from).atOffset(ZoneOffset.UTC));
        } catch (DateTimeException wrong) {
            throw noDate();
        }
    }

    private static S3Fault noDate() {
        return S3Error.ACCESS_DENIED.because("AWS authentication requires a valid Date or x-amz-date header");
    }

    private static S3Fault oldSignature() {
        return S3Error.INVALID_REQUEST.because(
                "The authorization mechanism you have provided is not supported. Please use " + ALGORITHM + ".");
    }

    /// The error for whichever place the claim stood in.
    static S3Fault malformed(boolean presigned, String reason) {
        return presigned
                ? S3Error.AUTHORIZATION_QUERY_PARAMETERS_ERROR.because("Error parsing the X-Amz-* query parameters: " + reason)
                : S3Error.AUTHORIZATION_HEADER_MALFORMED.because("The authorization header is malformed; " + reason);
    }
}
