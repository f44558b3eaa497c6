package leaseback.manager.fleet;

/// Where an enrolled machine stands.
public enum HostState {
    /// Its lease runs; it may hold pieces.
    ACTIVE,
    /// Leaving: nothing new is placed, what it holds is moved.
    LEAVING,
    /// Its certificate is refused.
    REVOKED,
    /// Its lease has ended and it holds nothing; it is its owner's alone.
    RELEASED;

    /// Whether it is no host of ours any more.
    public boolean gone() {
        return this == REVOKED || this == RELEASED;
    }
}
