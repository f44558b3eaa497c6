package leaseback.manager.s3;

import java.util.HashMap;
import java.util.Map;
import leaseback.manager.storage.Attributes;
import leaseback.manager.storage.Cover;
import leaseback.manager.storage.Digests;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;

/// How one object is encrypted: sealed as all are, or besides under a key that its client brings, or under one that the bucket's
/// owner has by name. It is noted among the object's headers under a name that no header can have.
sealed interface Encryption {
    String NOTE = ":sse";
    String HEADER = "x-amz-server-side-encryption";
    String AES = "AES256";
    String KMS = "aws:kms";

    /// As all objects are.
    static Encryption sealed() {
        return new Sealed();
    }

    /// The key under which its bytes are; null when only the manager's seal is on them.
    default @Nullable Cover cover() {
        return null;
    }

    /// What is noted with the object; null for nothing.
    @Nullable String note();

    /// Says so in an answer.
    void tell(HttpFields.Mutable reply);

    /// With its note, in place of another.
    default Attributes on(Attributes attributes) {
        Map<String, String> headers = new HashMap<>(attributes.headers());
        String note = note();
        if (note == null) {
            headers.remove(NOTE);
        } else {
            headers.put(NOTE, note);
        }
        return attributes.withHeaders(headers);
    }

    /// The digests as they may be told to one who has shown the key.
    default Digests show(Digests digests) {
        Cover cover = cover();
        return cover == null ? digests : cover.show(digests);
    }

    /// Only the manager's seal.
    record Sealed() implements Encryption {
        @Override
        public @Nullable String note() {
            return null;
        }

        @Override
        public void tell(HttpFields.Mutable reply) {
            ObjectHeaders.sealed(reply);
        }
    }

    /// Under a key that comes with each request about it (SSE-C).
    ///
    /// @param md5   of the key, in Base64, as the client gave it
    /// @param proof by which the key is recognized later
    record Brought(Cover cover, String md5, String proof) implements Encryption {
        static final String MARK = "C ";

        @Override
        public String note() {
            return MARK + proof;
        }

        @Override
        public void tell(HttpFields.Mutable reply) {
            reply.remove(HEADER);
            reply.put(Encryptions.BROUGHT + "algorithm", AES);
            reply.put(Encryptions.BROUGHT + "key-MD5", md5);
        }
    }

    /// Under a named key of the bucket's owner (SSE-KMS).
    record Named(Cover cover, String name) implements Encryption {
        static final String MARK = "K ";

        @Override
        public String note() {
            return MARK + name;
        }

        @Override
        public void tell(HttpFields.Mutable reply) {
            reply.put(HEADER, KMS);
            reply.put(Encryptions.KEY_ID, name);
        }
    }
}
