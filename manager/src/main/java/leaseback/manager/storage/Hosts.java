package leaseback.manager.storage;

import java.util.List;
import java.util.Optional;
import leaseback.manager.fleet.Fleet;
import leaseback.manager.fleet.Host;

/// What storage asks of the fleet.
public interface Hosts {
    /// Every host ever enrolled.
    List<Host> all();

    /// Hosts that can take a piece of `pieceBytes` now.
    List<Host> placeable(long pieceBytes);

    /// Hosts whose lease runs, reachable or not.
    int underLease();

    /// The host that stands behind a number in a segment's list.
    Optional<Host> byAlias(int alias);

    /// The real fleet.
    static Hosts of(Fleet fleet) {
        return new Hosts() {
            @Override
            public List<Host> all() {
                return fleet.all();
            }

            @Override
            public List<Host> placeable(long pieceBytes) {
                return fleet.placeable(pieceBytes);
            }

            @Override
            public int underLease() {
                return fleet.underLease();
            }

            @Override
            public Optional<Host> byAlias(int alias) {
                return fleet.byAlias(alias);
            }
        };
    }
}
