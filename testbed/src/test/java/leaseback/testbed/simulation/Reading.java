package leaseback.testbed.simulation;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import leaseback.manager.storage.Listing;
import leaseback.manager.storage.StorageFault;
import leaseback.manager.storage.StoredObject;
import leaseback.testbed.simulation.Twin.Place;

/// Looks at what is stored as a client does, and compares it with the twin.
final class Reading {
    private final Simulation world;

    Reading(Simulation world) {
        this.world = world;
    }

    Optional<Value> look(ManagerProcess manager, Place key) {
        return world.look(key, manager.store.find(world.bucket(key), key.name()));
    }

    /// The object, whole or a range of it. It may be refused only while too few of its pieces can be had.
    void read(ManagerProcess manager, Place key, Random random) {
        Optional<StoredObject> found = manager.store.find(world.bucket(key), key.name());
        Optional<Value> seen = world.look(key, found);
        boolean whole = random.nextBoolean();
        double begin = random.nextDouble();
        double share = random.nextDouble();
        if (seen.isEmpty() || found.isEmpty()) {
            return;
        }
        Value value = seen.get();
        long from = whole ? 0 : (long) (begin * value.length());
        long length = whole ? value.length() : (long) (share * (value.length() - from));
        Value.Comparison comparison = new Value.Comparison(value, from);
        boolean readable = world.books.of(found.get().id()).stream()
                .allMatch(entry -> entry.good(world.setting.hosts(),
                        (host, piece) -> host.serves(piece, world.clock.instant())) >= entry.k());
        try (var reader = manager.store.open(found.get(), from, length)) {
            reader.writeTo(comparison);
            if (comparison.taken() != length) {
                throw new Violation(key + ": " + comparison.taken() + " bytes came of " + length);
            }
        } catch (StorageFault fault) {
            if (readable || fault.reason() != StorageFault.Reason.NOT_ENOUGH_PIECES) {
                throw new Violation(key + ", " + value + ", could not be read: " + fault.reason() + " " + fault.getMessage());
            }
        } catch (IOException impossible) {
            throw new Violation(key + " could not be read", impossible);
        }
        if (comparison.wrongAt() >= 0) {
            throw new Violation(key + ", " + value + ", has a wrong byte at " + comparison.wrongAt());
        }
    }

    /// All pages of a bucket, with chance for their size; every key must be one that may be there, and none be missing.
    void list(ManagerProcess manager, Random random) {
        int bucket = random.nextInt(world.buckets.size());
        int most = 1 + random.nextInt(9);
        TreeMap<String, StoredObject> listed = new TreeMap<>();
        List<String> order = new ArrayList<>();
        String after = null;
        do {
            Listing page = manager.store.list(world.buckets.get(bucket), "", null, after, most);
            page.objects().forEach(object -> {
                listed.put(object.key(), object);
                order.add(object.key());
            });
            after = page.next();
        } while (after != null);
        if (listed.size() != order.size()) {
            throw new Violation("a key is listed twice: " + order);
        }
        for (Place key : world.allKeys()) {
            if (key.bucket() == bucket) {
                world.look(key, Optional.ofNullable(listed.remove(key.name())));
            }
        }
        if (!listed.isEmpty()) {
            throw new Violation("listed and never put: " + listed);
        }
    }
}
