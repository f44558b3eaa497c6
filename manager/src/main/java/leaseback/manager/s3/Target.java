package leaseback.manager.s3;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// What a request is about, from its path exactly as sent: nothing is normalised, as `a//b`, `..` and `%25` are fair keys.
///
/// @param path   the decoded path, which is signed
/// @param bucket empty for the service itself
/// @param key    empty for a bucket
record Target(byte[] path, String bucket, String key) {
    static final int KEY_BYTES = 1024;
    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
    private static final Pattern ADDRESS = Pattern.compile("\\d+\\.\\d+\\.\\d+\\.\\d+");

    /// @param domains names under which `bucket.domain` names a bucket
    static Target parse(String rawPath, String host, Set<String> domains) throws S3Fault {
        byte[] path = Percent.decode(rawPath.isEmpty() ? "/" : rawPath, false);
        String text = Percent.text(path);
        if (!text.startsWith("/")) {
            throw S3Error.INVALID_URI.because("Couldn't parse the specified URI: the path must start with a slash.");
        }
        String rest = text.substring(1);
        String bucket = bucketOf(host, domains);
        if (bucket.isEmpty()) {
            int slash = rest.indexOf('/');
            bucket = slash < 0 ? rest : rest.substring(0, slash);
            rest = slash < 0 ? "" : rest.substring(slash + 1);
        }
        if (bucket.isEmpty() && !rest.isEmpty()) {
            throw S3Error.INVALID_BUCKET_NAME.because("The path names a key but no bucket.").with("BucketName", "");
        }
        return new Target(path, bucket, rest);
    }

    boolean isService() {
        return bucket.isEmpty();
    }

    boolean isBucket() {
        return !bucket.isEmpty() && key.isEmpty();
    }

    /// @throws S3Fault when no bucket or key could ever be called so
    void check() throws S3Fault {
        if (!bucket.isEmpty()) {
            checkBucket(bucket);
        }
        checkKey(key);
    }

    static void checkBucket(String name) throws S3Fault {
        if (!BUCKET.matcher(name).matches() || name.contains("..") || name.contains(".-") || name.contains("-.")
                || ADDRESS.matcher(name).matches() || name.startsWith("xn--") || name.startsWith("sthree-")
                || name.endsWith("-s3alias") || name.endsWith("--ol-s3")) {
            throw S3Error.INVALID_BUCKET_NAME.because("The specified bucket is not valid: 3 to 63 lower-case letters, digits, "
                    + "dots and hyphens, beginning and ending with a letter or digit, and not an IP address.").with("BucketName",
                    name);
        }
    }

    static void checkKey(String key) throws S3Fault {
        int bytes = key.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > KEY_BYTES) {
            throw S3Error.KEY_TOO_LONG_ERROR.because("Your key is too long: " + bytes + " bytes.")
                    .with("Size", Integer.toString(bytes)).with("MaxSizeAllowed", Integer.toString(KEY_BYTES));
        }
        if (key.indexOf('\0') >= 0) {
            throw S3Error.INVALID_URI.because("Couldn't parse the specified URI: a key cannot hold a NUL character.");
        }
    }

    /// The first part of the host's name, where the rest is one of these; else empty.
    static String bucketOf(String host, Set<String> domains) {
        int colon = host.lastIndexOf(':');
        String name = (colon > host.lastIndexOf(']') ? host.substring(0, colon) : host).toLowerCase(Locale.ROOT);
        if (domains.contains(name)) {
            return "";
        }
        return domains.stream().filter(domain -> name.endsWith("." + domain)).max(Comparator.comparingInt(String::length))
                .map(domain -> name.substring(0, name.length() - domain.length() - 1)).orElse("");
    }
}
