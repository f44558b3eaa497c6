package leaseback.testbed.simulation;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import leaseback.manager.storage.StorageFault;
import leaseback.manager.storage.Upload;
import leaseback.testbed.simulation.Twin.Place;

/// Everyone is well again and time passes: now nothing may be missing, and nothing be left over.
final class Ending {
    private static final int ROUNDS = 12;
    private final Simulation world;

    Ending(Simulation world) {
        this.world = world;
    }

    void run() throws IOException, InterruptedException {
        world.settle();
        for (SimulatedHost host : world.setting.hosts()) {
            host.mood(Mood.WELL);
            host.stayOn();
            host.report();
        }
        world.history.say("everyone is well");
        ManagerProcess manager = world.calm();
        readAll(manager);
        giveUpUploads(manager);
        sweepAll(manager);
        exactly();
        manager.packer.run();
        repairAll(manager);
        sweepAll(manager);
        exactly();
        readAll(manager);
        for (Place key : world.allKeys()) {
            boolean existed = manager.store.delete(world.bucket(key), key.name());
            world.twin.take(key, List.of(new Twin.Act(null, leaseback.manager.storage.Precondition.NONE,
                    new Twin.Outcome.Done(existed))));
        }
        sweepAll(manager);
        // The sweep made holes of what was packed; packs of nothing but holes go now.
        manager.packer.run();
        sweepAll(manager);
        exactly();
        for (String table : List.of("segment", "object", "part", "upload", "staged", "pack")) {
            require(world.books.count(table) == 0, "rows are left in " + table + " although everything was deleted");
        }
    }

    private void readAll(ManagerProcess manager) {
        Reading reading = new Reading(world);
        Random random = new Random(1);
        for (Place key : world.allKeys()) {
            reading.read(manager, key, random);
        }
        reading.list(manager, random);
    }

    private void giveUpUploads(ManagerProcess manager) {
        for (var bucket : world.buckets) {
            for (Upload upload : manager.uploads.list(bucket, "", null, null, 1000)) {
                try {
                    manager.uploads.abort(upload);
                } catch (StorageFault fault) {
                    throw new Violation("an upload that is listed cannot be given up", fault);
                }
            }
        }
    }

    /// What was lost is made again, as far as there are hosts with room.
    private void repairAll(ManagerProcess manager) {
        for (int round = 0; round < ROUNDS; round++) {
            world.clock.pass(Duration.ofHours(9));
            manager.upkeep.walk();
            manager.upkeep.repairAll();
        }
        for (Books.Entry entry : world.books.held()) {
            require(entry.good(world.setting.hosts(), SimulatedHost::keeps) >= entry.k(), "repair made segment " + entry.root()
                    + " unreadable");
        }
    }

    private void sweepAll(ManagerProcess manager) {
        for (int round = 0; round < ROUNDS; round++) {
            world.clock.pass(Duration.ofMinutes(11));
            manager.sweep.run();
            if (world.books.count("garbage") + world.books.count("leftover") == 0) {
                return;
            }
        }
        throw new Violation(world.books.count("garbage") + " contents and " + world.books.count("leftover")
                + " pieces of garbage are left after " + ROUNDS + " rounds");
    }

    /// Hosts hold what segments name and nothing else.
    private void exactly() throws IOException {
        require(world.books.orphans().isEmpty(), "segments belong to nothing: " + world.books.orphans());
        Map<Integer, Set<UUID>> named = world.books.named();
        for (SimulatedHost host : world.setting.hosts()) {
            Set<UUID> held = host.held();
            Set<UUID> extra = new HashSet<>(held);
            extra.removeAll(named.getOrDefault(host.alias(), Set.of()));
            extra.removeAll(host.strays());
            require(extra.isEmpty(), host.serial() + " keeps pieces that nothing names: " + extra);
            Set<UUID> missing = new HashSet<>(named.getOrDefault(host.alias(), Set.of()));
            missing.removeAll(held);
            require(missing.isEmpty() || world.setting.lies(host), host.serial() + " lacks pieces: " + missing);
            require(host.usedBytes() == host.recounted(), host.serial() + " counts " + host.usedBytes() + " bytes, and there are "
                    + host.recounted());
        }
    }

    private static void require(boolean well, String otherwise) {
        if (!well) {
            throw new Violation(otherwise);
        }
    }
}
