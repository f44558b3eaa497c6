package leaseback.manager.fleet;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// The enrolled machines, what they promised and how they are.
public final class Fleet {
    /// Every host ever enrolled, by serial number.
    public List<Host> all() {
        throw new UnsupportedOperationException();
    }

    public Optional<Host> find(UUID id) {
        throw new UnsupportedOperationException();
    }

    public Optional<Host> byAlias(int alias) {
        throw new UnsupportedOperationException();
    }

    /// Hosts that can take a piece of `pieceBytes` now: lease runs, line up, serving window open, room left.
    public List<Host> placeable(long pieceBytes) {
        throw new UnsupportedOperationException();
    }

    /// Hosts whose lease runs, reachable or not: what redundancy is reckoned from.
    public int underLease() {
        throw new UnsupportedOperationException();
    }
}
