package leaseback.manager.fleet;

/// Where an enrolled machine stands.
public enum HostState {
    /// Its lease runs; it may hold pieces.
    ACTIVE,
    /// Leaving: nothing new is placed, what it holds is moved.
    LEAVING,
    /// Its certificate is refused.
    REVOKED
}
