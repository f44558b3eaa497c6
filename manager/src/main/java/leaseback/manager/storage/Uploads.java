package leaseback.manager.storage;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Multipart uploads.
public final class Uploads {
    public Upload begin(Bucket bucket, String key, Attributes attributes, Map<String, String> settings) {
        throw new UnsupportedOperationException();
    }

    public Upload find(Bucket bucket, String key, UUID uploadId) throws StorageFault {
        throw new UnsupportedOperationException();
    }

    /// A second part with the same number replaces the first.
    public Part put(Upload upload, int number, Content content) throws StorageFault, IOException {
        throw new UnsupportedOperationException();
    }

    /// By number, those behind `after`.
    public List<Part> parts(Upload upload, int after, int most) {
        throw new UnsupportedOperationException();
    }

    /// By key, then start; those behind the pair.
    public List<Upload> list(Bucket bucket, String prefix, @Nullable String afterKey, @Nullable UUID afterUpload, int most) {
        throw new UnsupportedOperationException();
    }

    /// Makes the parts, in this order, one object under the upload's key; other parts are dropped.
    ///
    /// @param parts   as `parts` gave them: INVALID_PART when one is no longer the stored one
    /// @param digests of the whole object
    public StoredObject complete(Upload upload, List<Part> parts, Digests digests, Precondition precondition) throws StorageFault {
        throw new UnsupportedOperationException();
    }

    public void abort(Upload upload) throws StorageFault {
        throw new UnsupportedOperationException();
    }
}
