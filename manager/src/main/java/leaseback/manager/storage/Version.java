package leaseback.manager.storage;

/// One version of an object, or a marker that says it was deleted.
///
/// @param object for a marker with no bytes, no digests and no attributes
/// @param latest whether it is what its key means without a version
public record Version(StoredObject object, boolean marker, boolean latest) {}
