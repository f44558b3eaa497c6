package leaseback.manager.storage;

import java.util.List;
import java.util.Optional;
import leaseback.manager.fleet.Host;
import leaseback.manager.placement.Placer;
import leaseback.manager.placement.StorageClass;
import leaseback.manager.placement.StorageClasses;
import leaseback.manager.placement.Wear;

/// What storage asks of the fleet.
public interface Hosts {
    /// Every host ever enrolled.
    List<Host> all();

    /// Hosts that can take a piece of `pieceBytes` now.
    List<Host> placeable(long pieceBytes);

    /// The host, if it can take a piece of `pieceBytes` now.
    default Optional<Host> placeable(int alias, long pieceBytes) {
        return placeable(pieceBytes).stream().filter(host -> host.alias() == alias).findFirst();
    }

    /// Hosts whose lease runs, reachable or not.
    int underLease();

    /// The host that stands behind a number in a segment's list.
    Optional<Host> byAlias(int alias);

    /// Chooses among the hosts under lease; over none where nothing is known of their hours, and then nothing is promised of hours.
    default Placer placer() {
        return Placer.over(List.of(), Wear.ASSUMED);
    }

    /// What is promised under this name; empty when there is no such class.
    default Optional<StorageClass> storageClass(String name) {
        return StorageClasses.first().stream().filter(known -> known.name().equals(name)).findFirst();
    }

    /// Refuses while no more should be sold, saying at which hour of the week the hosts do not suffice.
    default void requireHeadroom() throws StorageFault {
        // Where nothing is known of hours, nothing is promised of them.
    }

    /// Refuses a name that stands for nothing.
    default void requireStorageClass(String name) throws StorageFault {
        if (storageClass(name).isEmpty()) {
            throw new StorageFault(StorageFault.Reason.INVALID_STORAGE_CLASS, "The storage class you specified is not valid: " + name);
        }
    }
}
