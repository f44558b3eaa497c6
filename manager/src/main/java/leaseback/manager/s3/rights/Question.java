package leaseback.manager.s3.rights;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What a caller wants to do.
///
/// @param caller   null for an anonymous one
/// @param resource the ARN that policies know it by: `arn:aws:s3:::bucket` or `arn:aws:s3:::bucket/key`
/// @param object   the object's own rights; null when there is none, or the action is not about one
/// @param facts    values of condition keys, by name in lower case; a key that is not there has no value
public record Question(@Nullable UUID caller, Action action, String resource, @Nullable ObjectRights object,
        Map<String, List<String>> facts) {
    /// @param owner whose the object is
    public record ObjectRights(UUID owner, Acl acl) {}
}
