package leaseback.manager.storage;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One page of a bucket, in the order of the keys' UTF-8 bytes.
///
/// @param objects  at most as many as asked for, together with `prefixes`
/// @param prefixes common prefixes up to and including the delimiter
/// @param next     the last key or prefix on this page when there is more behind it: pass it as `after`; else null
public record Listing(List<StoredObject> objects, List<String> prefixes, @Nullable String next) {}
