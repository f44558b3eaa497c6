package leaseback.manager.s3;

import java.io.IOException;
import java.util.Map;
import leaseback.manager.s3.rights.Action;
import leaseback.manager.storage.StorageFault;
import leaseback.manager.storage.StoredObject;
import leaseback.manager.storage.Versions;

/// Tags of objects and of their versions.
final class TagOperations {
    private final Finder finder;
    private final Versions versions;

    TagOperations(Finder finder, Versions versions) {
        this.finder = finder;
        this.versions = versions;
    }

    void get(Call call) throws IOException, StorageFault {
        call.noBody();
        Found found = finder.find(call, Action.GET_OBJECT_TAGGING, Action.GET_OBJECT_VERSION_TAGGING);
        ObjectHeaders.writeVersion(found.bucket(), found.object().version(), call.reply());
        call.answer(Tags.document(found.object().attributes().tags()));
    }

    void put(Call call) throws IOException, StorageFault {
        Found found = finder.find(call, Action.PUT_OBJECT_TAGGING, Action.PUT_OBJECT_VERSION_TAGGING);
        Map<String, String> tags = Tags.of(call.document("Tagging"), Tags.MOST);
        finder.requireBringing(call, tags, Finder.version(call) == null ? Action.PUT_OBJECT_TAGGING
                : Action.PUT_OBJECT_VERSION_TAGGING, found.object());
        change(call, found, tags);
        call.answer(200);
    }

    void delete(Call call) throws IOException, StorageFault {
        call.noBody();
        change(call, finder.find(call, Action.DELETE_OBJECT_TAGGING, Action.DELETE_OBJECT_VERSION_TAGGING), Map.of());
        call.answer(204);
    }

    private void change(Call call, Found found, Map<String, String> tags) throws S3Fault, StorageFault {
        StoredObject object = versions.retag(found.bucket(), call.key(), Finder.version(call), tags);
        ObjectHeaders.writeVersion(found.bucket(), object.version(), call.reply());
    }
}
