package leaseback.manager.s3;

import java.util.Map;
import leaseback.manager.s3.rights.Action;
import leaseback.manager.storage.ObjectStore;
import leaseback.manager.storage.StorageFault;
import leaseback.manager.storage.StoredObject;
import leaseback.manager.storage.Version;
import leaseback.manager.storage.Versions;
import org.jspecify.annotations.Nullable;

/// Finds the object, or the version of it, that a call names, and what S3 says where there is none.
final class Finder {
    private final Access access;
    private final ObjectStore objects;
    private final Versions versions;

    Finder(Access access, ObjectStore objects, Versions versions) {
        this.access = access;
        this.objects = objects;
        this.versions = versions;
    }

    /// @param plain     what the call does to what is current
    /// @param versioned what it does to a version that it names
    Found find(Call call, Action plain, Action versioned) throws S3Fault, StorageFault {
        String version = version(call);
        return find(access.gate(call), version == null ? plain : versioned, call.key(), version);
    }

    /// As `find`, for a call that wants the bytes too.
    Found look(Call call, Action plain, Action versioned) throws S3Fault, StorageFault {
        if (version(call) != null) {
            return find(call, plain, versioned);
        }
        Gate gate = access.gate(call);
        ObjectStore.Sight sight = objects.look(gate.bucket(), call.key()).orElseThrow(() -> missing(gate, plain, call.key()));
        gate.require(plain, sight.object());
        return new Found(gate.bucket(), sight.object(), sight);
    }

    /// Once more, now that the tags are known that the request brings: the policy may ask for them.
    void requireBringing(Call call, Map<String, String> tags, Action action, StoredObject object) throws S3Fault, StorageFault {
        access.gate(call).bringing(tags).require(action, object);
    }

    /// The source of a copy.
    Found source(Call call, String bucket, String key, @Nullable String version) throws S3Fault, StorageFault {
        Gate gate = access.gate(call, bucket, "x-amz-source-expected-bucket-owner");
        return find(gate, version == null ? Action.GET_OBJECT : Action.GET_OBJECT_VERSION, key, version);
    }

    private Found find(Gate gate, Action action, String key, @Nullable String version) throws S3Fault {
        StoredObject object = version == null ? current(gate, action, key) : versioned(gate, action, key, version);
        gate.require(action, object);
        return new Found(gate.bucket(), object);
    }

    private StoredObject current(Gate gate, Action action, String key) throws S3Fault {
        return objects.find(gate.bucket(), key).orElseThrow(() -> missing(gate, action, key));
    }

    private S3Fault missing(Gate gate, Action action, String key) {
        S3Fault missing = gate.noSuchKey(action, key);
        versions.marker(gate.bucket(), key).filter(marker -> missing.error() == S3Error.NO_SUCH_KEY)
                .ifPresent(marker -> missing.header("x-amz-delete-marker", "true")
                        .header("x-amz-version-id", marker.object().version()));
        return missing;
    }

    private StoredObject versioned(Gate gate, Action action, String key, String name) throws S3Fault {
        Version version = versions.find(gate.bucket(), key, name).orElseThrow(() -> {
            S3Fault missing = gate.noSuchKey(action, key);
            return missing.error() == S3Error.NO_SUCH_KEY ? S3Error.NO_SUCH_VERSION.because("The specified version does not exist.")
                    .with("Key", key).with("VersionId", name) : missing;
        });
        if (version.marker()) {
            gate.require(action, key);
            throw S3Error.METHOD_NOT_ALLOWED.because("The specified method is not allowed against this resource: it is a delete "
                    + "marker.").with("Method", "GET").with("ResourceType", "DeleteMarker").header("x-amz-delete-marker", "true")
                    .header("x-amz-version-id", name).header("Allow", "DELETE");
        }
        return version.object();
    }

    /// The version that a call names; null for what is current.
    static @Nullable String version(Call call) throws S3Fault {
        String version = call.query().get("versionId");
        if (version != null && (version.isEmpty() || version.length() > 64)) {
            throw S3Fault.invalidArgument("versionId", version, "Invalid version id specified");
        }
        return version;
    }
}
