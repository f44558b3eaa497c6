package leaseback.manager.s3;

import java.security.MessageDigest;
import java.util.Base64;
import java.util.Set;
import leaseback.manager.s3.checksum.Algorithm;
import leaseback.manager.s3.xml.Element;
import leaseback.manager.storage.Attributes;
import leaseback.manager.storage.Bucket;
import leaseback.manager.storage.Cover;
import leaseback.manager.storage.Covers;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;

/// What requests say of encryption, and what is noted of it with objects.
///
/// Keys that clients bring are taken over plain HTTP too: whether there is TLS before the manager, only its operator knows.
final class Encryptions {
    static final String BROUGHT = "x-amz-server-side-encryption-customer-";
    static final String BROUGHT_SOURCE = "x-amz-copy-source-server-side-encryption-customer-";
    static final String KEY_ID = "x-amz-server-side-encryption-aws-kms-key-id";
    /// The bucket's default: [Encryption#AES], or [Encryption#KMS], a blank, and the key's name.
    private static final Set<String> RULE = Set.of("ApplyServerSideEncryptionByDefault", "BucketKeyEnabled");
    static final String SETTING = "encryption";
    private final Covers covers;

    Encryptions(Covers covers) {
        this.covers = covers;
    }

    /// What a new object or upload is to have: what the request asks for, else what the bucket is set to.
    Encryption asked(Call call, Gate gate) throws S3Fault {
        HttpFields headers = call.headers();
        String kind = headers.get(Encryption.HEADER);
        String name = headers.get(KEY_ID);
        Encryption.Brought brought = brought(headers, BROUGHT);
        if (brought != null) {
            if (kind != null || name != null) {
                throw S3Fault.invalidArgument(Encryption.HEADER, String.valueOf(kind), "Server Side Encryption with Customer "
                        + "provided key is incompatible with the encryption method specified");
            }
            return brought;
        }
        String byDefault = gate.setting(SETTING);
        String defaultName = byDefault != null && byDefault.startsWith(Encryption.KMS)
                ? byDefault.substring(Encryption.KMS.length() + 1) : null;
        if (kind == null) {
            if (name != null) {
                throw S3Fault.invalidArgument(KEY_ID, name, "A key's name was given without " + Encryption.HEADER + ": "
                        + Encryption.KMS);
            }
            return defaultName == null ? Encryption.sealed() : named(gate.bucket(), defaultName);
        }
        return switch (kind) {
            case Encryption.AES -> {
                if (name != null) {
                    throw S3Fault.invalidArgument(KEY_ID, name, "A key's name goes with " + Encryption.HEADER + ": " + Encryption.KMS
                            + " only.");
                }
                yield Encryption.sealed();
            }
            case Encryption.KMS -> {
                String wanted = name == null ? defaultName : name;
                if (wanted == null) {
                    throw S3Fault.invalidArgument(KEY_ID, "", "There is no default key: name one of the bucket owner's in " + KEY_ID);
                }
                yield named(gate.bucket(), wanted);
            }
            case "aws:kms:dsse" -> throw S3Fault.notImplemented(Encryption.HEADER + " with the value " + kind);
            default -> throw S3Fault.invalidArgument(Encryption.HEADER, kind, "The encryption method specified is not supported");
        };
    }

    /// Of a stored object, to one who reads it: the key must come with the request where one was brought to store it.
    ///
    /// @param prefix of the headers that bring the key
    Encryption stored(HttpFields headers, String prefix, Bucket bucket, Attributes attributes) throws S3Fault {
        Encryption.Brought brought = brought(headers, prefix);
        String note = attributes.headers().get(Encryption.NOTE);
        if (note == null || note.startsWith(Encryption.Named.MARK)) {
            if (brought != null) {
                throw S3Error.INVALID_REQUEST.because("The encryption parameters are not applicable to this object.");
            }
            return note == null ? Encryption.sealed() : named(bucket, note.substring(Encryption.Named.MARK.length()));
        }
        if (brought == null) {
            throw S3Error.INVALID_REQUEST.because("The object was stored using a form of Server Side Encryption. The correct "
                    + "parameters must be provided to retrieve the object.");
        }
        String proof = note.substring(Encryption.Brought.MARK.length());
        if (!brought.cover().proves(proof)) {
            throw S3Error.INVALID_REQUEST.because("The object was stored under another key than the one that was provided.");
        }
        return new Encryption.Brought(brought.cover(), brought.md5(), proof);
    }

    /// As `stored`, on a request that may leave the key out, since it does not need it; null then.
    @Nullable Encryption storedIfShown(HttpFields headers, Bucket bucket, Attributes attributes) throws S3Fault {
        String note = attributes.headers().get(Encryption.NOTE);
        boolean shown = headers.contains(BROUGHT + "key") || note == null || !note.startsWith(Encryption.Brought.MARK);
        return shown ? stored(headers, BROUGHT, bucket, attributes) : null;
    }

    /// @throws S3Fault when a request that only reads asks for encryption
    static void refuse(HttpFields headers) throws S3Fault {
        for (String name : new String[] {Encryption.HEADER, KEY_ID}) {
            String value = headers.get(name);
            if (value != null) {
                throw S3Fault.invalidArgument(name, value, name + " is not supported for this operation.");
            }
        }
    }

    Encryption named(Bucket bucket, String name) throws S3Fault {
        Cover cover = covers.named(bucket, name).orElseThrow(() -> S3Error.KMS_NOT_FOUND_EXCEPTION.because("The bucket's owner has no "
                + "key '" + name + "', or it was destroyed."));
        return new Encryption.Named(cover, name);
    }

    /// What a bucket's rule is kept as.
    String rule(Bucket bucket, Element rule) throws S3Fault {
        for (Element child : rule.children()) {
            boolean costly = child.name().equals("BucketKeyEnabled") && child.text().strip().equalsIgnoreCase("true");
            if (costly || !RULE.contains(child.name())) {
                throw S3Fault.notImplemented("A rule of encryption with " + child.name());
            }
        }
        Element byDefault = rule.child("ApplyServerSideEncryptionByDefault").orElseThrow(Call::malformedXml);
        String kind = byDefault.childText("SSEAlgorithm").map(String::strip).orElseThrow(Call::malformedXml);
        String name = byDefault.childText("KMSMasterKeyID").map(String::strip).orElse("");
        return switch (kind) {
            case Encryption.AES -> {
                if (!name.isEmpty()) {
                    throw S3Fault.invalidArgument("KMSMasterKeyID", name, "a KMSMasterKeyID is not applicable if the default sse "
                            + "algorithm is not aws:kms");
                }
                yield kind;
            }
            case Encryption.KMS -> {
                if (name.isEmpty()) {
                    throw S3Fault.invalidArgument("KMSMasterKeyID", "", "There is no default key: name one of the bucket owner's.");
                }
                named(bucket, name);
                yield kind + " " + name;
            }
            case "aws:kms:dsse" -> throw S3Fault.notImplemented("The SSEAlgorithm " + kind);
            default -> throw Call.malformedXml();
        };
    }

    private Encryption.@Nullable Brought brought(HttpFields headers, String prefix) throws S3Fault {
        String algorithm = headers.get(prefix + "algorithm");
        String text = headers.get(prefix + "key");
        String md5 = headers.get(prefix + "key-md5");
        if (algorithm == null && text == null && md5 == null) {
            return null;
        }
        if (algorithm == null) {
            throw S3Fault.invalidArgument(prefix + "algorithm", "", "Requests specifying Server Side Encryption with Customer "
                    + "provided keys must provide a valid encryption algorithm.");
        }
        if (!algorithm.equals(Encryption.AES)) {
            throw S3Error.INVALID_ENCRYPTION_ALGORITHM_ERROR.because("The encryption request you specified is not valid: " + algorithm
                    + ". Supported value: " + Encryption.AES + ".");
        }
        byte[] key = decoded(text);
        if (key.length != Cover.KEY_BYTES) {
            throw S3Fault.invalidArgument(prefix + "key", "", "Requests specifying Server Side Encryption with Customer provided keys "
                    + "must provide an appropriate secret key: " + Cover.KEY_BYTES + " bytes in Base64.");
        }
        if (md5 == null) {
            throw S3Fault.invalidArgument(prefix + "key-MD5", "", "Requests specifying Server Side Encryption with Customer provided "
                    + "keys must provide the client calculated MD5 of the secret key.");
        }
        if (!MessageDigest.isEqual(Algorithm.digest("MD5").digest(key), decoded(md5))) {
            throw S3Fault.invalidArgument(prefix + "key-MD5", md5, "The calculated MD5 hash of the key did not match the hash that "
                    + "was provided.");
        }
        Cover cover = covers.brought(key);
        return new Encryption.Brought(cover, md5.strip(), cover.proof());
    }

    private static byte[] decoded(@Nullable String text) {
        try {
            return text == null ? new byte[0] : Base64.getDecoder().decode(text.strip());
        } catch (IllegalArgumentException notBase64) {
            return new byte[0];
        }
    }
}
