package leaseback.manager.s3;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import leaseback.manager.customer.AccessKey;
import leaseback.manager.customer.Customer;
import leaseback.manager.customer.Customers;
import leaseback.manager.customer.Role;
import leaseback.manager.s3.rights.Action;
import leaseback.manager.s3.xml.Xml;
import leaseback.manager.storage.Attributes;
import leaseback.manager.storage.ObjectStore;
import leaseback.manager.storage.Precondition;
import leaseback.manager.storage.StorageFault;
import leaseback.manager.storage.StoredObject;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/// Uploads from HTML forms. The form itself brings the signature of whoever made it, over a policy that says what may be
/// uploaded with it; without one it is an anonymous upload.
final class FormUploads {
    private final Customers customers;
    private final InstantSource clock;
    private final String region;
    private final Access access;
    private final ObjectAcls owners;
    private final ObjectStore objects;
    private final Encryptions encryptions;

    FormUploads(Customers customers, InstantSource clock, String region, Access access, ObjectAcls owners, ObjectStore objects,
            Encryptions encryptions) {
        this.encryptions = encryptions;
        this.customers = customers;
        this.clock = clock;
        this.region = region;
        this.access = access;
        this.owners = owners;
        this.objects = objects;
    }

    void post(Call outer) throws IOException, StorageFault {
        outer.checkLength();
        FormParts form = new FormParts(outer.bytes(), outer.header("content-type"));
        Map<String, String> fields = new HashMap<>(form.fields());
        String key = fields.get("key");
        if (key == null || key.isEmpty()) {
            throw S3Fault.invalidArgument("key", "", "Bucket POST must contain a field named 'key'. If it is specified, please check "
                    + "the order of the fields.");
        }
        key = key.replace("${filename}", form.fileName());
        fields.put("key", key);
        fields.put("bucket", outer.target().bucket());
        Target target = new Target(outer.target().path(), outer.target().bucket(), key);
        target.check();
        String text = fields.get("policy");
        Customer customer = text == null ? null : signer(fields, text);
        FormPolicy policy = text == null ? null : FormPolicy.parse(text);
        if (policy != null) {
            policy.check(fields, clock.instant());
        }
        HttpFields headers = headers(outer.headers(), fields);
        Unsupported.check(headers);
        Call call = outer.posted(target, headers, new Caller(customer, new Payload.Plain(null), region));
        Gate gate = access.gate(call);
        gate.require(Action.PUT_OBJECT, key);
        Encryption encryption = encryptions.asked(call, gate);
        Attributes attributes = encryption.on(owners.stamp(ObjectHeaders.read(headers), call, gate, key));
        Locks.check(gate.bucket(), attributes.lock());
        InputStream file = policy == null ? form : new Ranged(form, policy.least(), policy.most());
        Body body = new Body(file, new Payload.Plain(null), -1, ObjectWrites.MOST_BYTES, ChecksumClaim.of(headers, false), Set.of(),
                encryption.cover());
        StoredObject object = objects.put(gate.bucket(), key, attributes, body, new Precondition(false, null, null));
        call.note().wrote(object.digests().etag(), object.bytes());
        ObjectHeaders.writeVersion(gate.bucket(), object.version(), call.reply());
        encryption.tell(call.reply());
        answer(call, fields, object);
    }

    /// Whose key signed the policy.
    private @Nullable Customer signer(Map<String, String> fields, String policy) throws S3Fault {
        boolean old = fields.containsKey("awsaccesskeyid") || fields.containsKey("signature");
        String signature = fields.get(old ? "signature" : "x-amz-signature");
        String credential = fields.get(old ? "awsaccesskeyid" : "x-amz-credential");
        if (signature == null || credential == null) {
            throw S3Fault.invalidArgument(signature == null ? "signature" : "AWSAccessKeyId", "", "Bucket POST must contain a field "
                    + "named '" + (signature == null ? "signature" : "AWSAccessKeyId") + "'.");
        }
        String[] scope = credential.split("/", -1);
        if (!old && (scope.length != 5 || !scope[2].equals(region) && !scope[2].equals(Authentication.UNTOLD) || !scope[3].equals("s3")
                || !scope[4].equals("aws4_request") || !Claim.ALGORITHM.equals(fields.get("x-amz-algorithm")))) {
            throw S3Fault.invalidArgument("x-amz-credential", credential, "The credential or the algorithm of the form is malformed.");
        }
        AccessKey key = customers.findKey(old ? credential : scope[0]).orElseThrow(() -> S3Error.INVALID_ACCESS_KEY_ID.because(
                "The AWS Access Key Id you provided does not exist in our records."));
        String right = old ? hmacSha1(key.secret(), policy)
                : new SigningKey(key.secret(), scope[1], scope[2], fields.getOrDefault("x-amz-date", "")).sign(policy);
        if (!SigningKey.same(right, signature.strip())) {
            throw S3Error.SIGNATURE_DOES_NOT_MATCH.because("The request signature we calculated does not match the signature you "
                    + "provided. Check your key and signing method.");
        }
        return customers.find(key.customerId()).filter(customer -> customer.is(Role.USER))
                .orElseThrow(() -> S3Error.ACCESS_DENIED.because("Access Denied"));
    }

    /// The fields that stand for headers of a PUT, as such headers.
    private static HttpFields headers(HttpFields request, Map<String, String> fields) throws S3Fault {
        HttpFields.Mutable headers = HttpFields.build();
        for (String kept : new String[] {"host", "user-agent", "referer", "x-amz-expected-bucket-owner"}) {
            String value = request.get(kept);
            if (value != null) {
                headers.put(kept, value);
            }
        }
        for (Map.Entry<String, String> field : fields.entrySet()) {
            String name = field.getKey();
            String header = switch (name) {
                case "acl" -> "x-amz-acl";
                case "content-type", "cache-control", "content-disposition", "content-encoding", "content-language", "expires" -> name;
                default -> name.startsWith("x-amz-") && !Set.of("x-amz-signature", "x-amz-credential", "x-amz-algorithm", "x-amz-date")
                        .contains(name) ? name : "";
            };
            if (!header.isEmpty()) {
                if (field.getValue().chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
                    throw S3Fault.invalidArgument(name, field.getValue(), "This field cannot hold control characters.");
                }
                headers.put(header, field.getValue());
            }
        }
        String tagging = fields.get("tagging");
        if (tagging != null) {
            headers.put("x-amz-tagging", Tags.of(Call.parse(tagging.getBytes(StandardCharsets.UTF_8), "Tagging"), Tags.MOST).entrySet()
                    .stream().map(tag -> Percent.encode(tag.getKey(), false) + "=" + Percent.encode(tag.getValue(), false))
                    .collect(Collectors.joining("&")));
        }
        return headers.asImmutable();
    }

    private static void answer(Call call, Map<String, String> fields, StoredObject object) throws IOException {
        String etag = ObjectHeaders.quoted(object.digests().etag());
        String location = "/" + call.target().bucket() + "/" + Percent.encode(call.key(), true);
        call.reply().put(HttpHeader.ETAG, etag);
        call.reply().put(HttpHeader.LOCATION, location);
        String redirect = fields.getOrDefault("success_action_redirect", fields.getOrDefault("redirect", ""));
        if (redirect.startsWith("http://") || redirect.startsWith("https://")) {
            String query = "bucket=" + Percent.encode(call.target().bucket(), false) + "&key=" + Percent.encode(call.key(), false)
                    + "&etag=" + Percent.encode(etag, false);
            call.reply().put(HttpHeader.LOCATION, redirect + (redirect.indexOf('?') < 0 ? "?" : "&") + query);
            call.answer(303);
            return;
        }
        switch (fields.getOrDefault("success_action_status", "204")) {
            case "200" -> call.answer(200);
            case "201" -> call.answer(201, Xml.bare("PostResponse").element("Location", location)
                    .element("Bucket", call.target().bucket()).element("Key", call.key()).element("ETag", etag));
            default -> call.answer(204);
        }
    }

    /// As the first signature version signs policies. It is asked for by forms made long ago; what it proves is the same.
    private static String hmacSha1(String secret, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
            return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("this Java has no HmacSHA1", broken);
        }
    }

    /// A file that must have so many bytes.
    private static final class Ranged extends InputStream {
        private final InputStream file;
        private final long least;
        private final long most;
        private long count;

        Ranged(InputStream file, long least, long most) {
            this.file = file;
            this.least = least;
            this.most = most;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int wanted) throws IOException {
            int read = file.read(bytes, offset, wanted);
            count += Math.max(0, read);
            if (count > most) {
                throw S3Error.ENTITY_TOO_LARGE.because("Your proposed upload exceeds the maximum allowed size of the form's policy")
                        .with("MaxSizeAllowed", Long.toString(most));
            }
            if (read < 0 && count < least) {
                throw S3Error.ENTITY_TOO_SMALL.because("Your proposed upload is smaller than the minimum allowed size of the form's "
                        + "policy").with("MinSizeAllowed", Long.toString(least));
            }
            return read;
        }
    }
}
