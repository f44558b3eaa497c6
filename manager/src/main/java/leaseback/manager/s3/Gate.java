package leaseback.manager.s3;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import leaseback.manager.s3.rights.Action;
import leaseback.manager.s3.rights.Question;
import leaseback.manager.s3.rights.Rights;
import leaseback.manager.storage.Bucket;
import leaseback.manager.storage.StoredObject;
import org.jspecify.annotations.Nullable;

/// What the caller of one request may do in one bucket. An operation asks it before it does or tells anything.
final class Gate {
    private static final String ARN = "arn:aws:s3:::";
    private final Bucket bucket;
    private final Rights rights;
    private final @Nullable UUID caller;
    private final Map<String, List<String>> facts;
    private final LogNote note;
    private final Map<String, String> settings;

    /// @param facts    of the request, by the names of policies' condition keys
    /// @param settings of the bucket
    Gate(Bucket bucket, Rights rights, @Nullable UUID caller, Map<String, List<String>> facts, LogNote note,
            Map<String, String> settings) {
        this.bucket = bucket;
        this.rights = rights;
        this.caller = caller;
        this.facts = Map.copyOf(facts);
        this.note = note;
        this.settings = Map.copyOf(settings);
    }

    Bucket bucket() {
        return bucket;
    }

    /// What the bucket is set to under this name; null for nothing.
    @Nullable String setting(String name) {
        return settings.get(name);
    }

    Rights rights() {
        return rights;
    }

    @Nullable UUID caller() {
        return caller;
    }

    /// The same, for a request that brings these tags in its body.
    Gate bringing(Map<String, String> tags) {
        Map<String, List<String>> more = new HashMap<>(facts);
        Facts.addTags(more, "s3:requestobjecttag/", tags);
        more.put("s3:requestobjecttagkeys", List.copyOf(tags.keySet()));
        return new Gate(bucket, rights, caller, more, note, settings);
    }

    /// Whether the caller may do this to the bucket.
    boolean allows(Action action) {
        return rights.allows(question(action));
    }

    /// Whether the caller may do this to the key, whatever object it may name.
    boolean allows(Action action, String key) {
        return rights.allows(question(action, key));
    }

    /// Whether the caller may do this to the object, whose ACL and tags count too.
    boolean allows(Action action, StoredObject object) {
        return rights.allows(question(action, object));
    }

    /// Whether the policy forbids it in so many words.
    boolean forbids(Action action, String key) {
        return rights.forbids(question(action, key));
    }

    private Question question(Action action) {
        return new Question(caller, action, ARN + bucket.name(), null, facts);
    }

    private Question question(Action action, StoredObject object) {
        return new Question(caller, action, ARN + bucket.name() + "/" + object.key(), ObjectAcls.rights(object, bucket.ownerId()),
                Facts.of(facts, object));
    }

    private Question question(Action action, String key) {
        return new Question(caller, action, ARN + bucket.name() + "/" + key, null, facts);
    }

    /// @throws S3Fault AccessDenied
    void require(Action action) throws S3Fault {
        require(action, question(action));
    }

    /// @throws S3Fault AccessDenied
    void require(Action action, String key) throws S3Fault {
        require(action, question(action, key));
    }

    /// @throws S3Fault AccessDenied
    void require(Action action, StoredObject object) throws S3Fault {
        require(action, question(action, object));
    }

    private void require(Action action, Question question) throws S3Fault {
        if (!rights.allows(question)) {
            throw denied(action);
        }
        if (note.isKept() && rights.opensByAclAlone(question)) {
            note.byAcl();
        }
    }

    /// That there is no such object: told only to those who may list the bucket.
    S3Fault noSuchKey(Action action, String key) {
        return mayList(key) ? ObjectReads.noSuchKey(key) : denied(action);
    }

    /// A listing of all that begins with the key would tell of it.
    private boolean mayList(String key) {
        Map<String, List<String>> more = new HashMap<>(facts);
        more.putIfAbsent("s3:prefix", List.of(key));
        return rights.allows(new Question(caller, Action.LIST_BUCKET, ARN + bucket.name(), null, more));
    }

    S3Fault denied(Action action) {
        return S3Error.ACCESS_DENIED.because("Access Denied. " + action.wireName() + " in the bucket " + bucket.name()
                + " is not allowed to " + (caller == null ? "anonymous callers" : "this account") + ".");
    }
}
