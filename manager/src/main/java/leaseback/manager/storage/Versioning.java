package leaseback.manager.storage;

/// What happens in a bucket to an object that is overwritten or deleted: it goes, it becomes a version, or, while suspended, it
/// becomes a version unless it came in a time without versions.
public enum Versioning { OFF, ENABLED, SUSPENDED }
