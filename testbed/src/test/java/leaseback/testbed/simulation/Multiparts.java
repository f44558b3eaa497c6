package leaseback.testbed.simulation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.FutureTask;
import leaseback.manager.storage.Attributes;
import leaseback.manager.storage.Digests;
import leaseback.manager.storage.Part;
import leaseback.manager.storage.Precondition;
import leaseback.manager.storage.StorageFault;
import leaseback.manager.storage.Upload;
import leaseback.testbed.simulation.Twin.Place;
import leaseback.testbed.simulation.Twin.Outcome;

/// Uploads in parts, begun, filled, completed, given up, and raced for.
final class Multiparts {
    private static final int MOST_OPEN = 3;
    private final Simulation world;
    private final List<Open> open = new ArrayList<>();

    Multiparts(Simulation world) {
        this.world = world;
    }

    void act(ManagerProcess manager, Random random) throws InterruptedException {
        int dice = random.nextInt(10);
        int which = random.nextInt(MOST_OPEN);
        if (open.size() <= which || dice == 0 && open.size() < MOST_OPEN) {
            begin(manager, random);
        } else if (dice < 6) {
            part(manager, open.get(which), random);
        } else if (dice < 8) {
            complete(manager, open.get(which), random);
        } else if (dice == 8) {
            abort(manager, open.get(which));
        } else {
            race(open.get(which), random);
        }
    }

    private void begin(ManagerProcess manager, Random random) {
        Place key = world.key(random);
        String etag = Simulation.etag(random);
        world.history.say("begin an upload to " + key);
        world.outcome(manager, () -> {
            Upload upload = manager.uploads.begin(world.bucket(key), key.name(), new Attributes(Map.of(), Map.of("etag", etag)),
                    Map.of());
            open.add(new Open(upload, key, etag, new TreeMap<>()));
            return new Outcome.Done(true);
        });
    }

    private void part(ManagerProcess manager, Open upload, Random random) {
        int number = 1 + random.nextInt(4);
        Value value = world.value(random);
        Sender sender = new Sender(value, random.nextInt(3) == 0, random.nextInt(400_000), world.event(manager, random));
        world.history.say("part " + number + " of " + upload.key() + " " + value);
        Outcome outcome = world.outcome(manager, () -> {
            manager.uploads.put(upload.upload(), number, sender);
            return new Outcome.Done(true);
        });
        Set<Optional<Value>> before = upload.parts().getOrDefault(number, Set.of(Optional.empty()));
        switch (outcome) {
            case Outcome.Done done -> upload.parts().put(number, Set.of(Optional.of(value)));
            case Outcome.Unknown unknown -> {
                Set<Optional<Value>> either = new HashSet<>(before);
                either.add(Optional.of(value));
                upload.parts().put(number, either);
            }
            case Outcome.Gone gone -> { }
            case Outcome.Refused(StorageFault.Reason reason) -> {
                if (reason != StorageFault.Reason.NOT_ENOUGH_HOSTS) {
                    throw new Violation("a part was refused: " + reason);
                }
            }
        }
    }

    private void complete(ManagerProcess manager, Open upload, Random random) {
        List<Part> parts = chosen(upload, random);
        Precondition precondition = world.precondition(upload.key(), random);
        Value value = whole(upload, parts);
        world.history.say("complete " + upload.key() + " of " + parts.size() + " parts as " + value);
        Outcome outcome = completion(manager, upload, parts, value, precondition);
        settle(upload, value, precondition, outcome);
    }

    private Outcome completion(ManagerProcess manager, Open upload, List<Part> parts, Value value, Precondition precondition) {
        return world.outcome(manager, () -> {
            manager.uploads.complete(upload.upload(), parts, new Digests(value.etag(), Map.of()), precondition);
            return new Outcome.Done(true);
        });
    }

    /// Both at once: one of them finds no upload.
    private void race(Open upload, Random random) throws InterruptedException {
        List<Part> parts = chosen(upload, random);
        Value value = whole(upload, parts);
        boolean twice = random.nextBoolean();
        world.history.say((twice ? "complete twice " : "complete and abort ") + upload.key() + " as " + value);
        ManagerProcess one = world.managers().getFirst();
        ManagerProcess other = world.managers().getLast();
        FutureTask<Outcome> first = new FutureTask<>(() -> completion(one, upload, parts, value, Precondition.NONE));
        FutureTask<Outcome> second = new FutureTask<>(() -> twice ? completion(other, upload, parts, value, Precondition.NONE)
                : abortion(other, upload));
        Thread.ofVirtual().start(first);
        Thread.ofVirtual().start(second);
        Outcome completed = Simulation.ended(first);
        Outcome rival = Simulation.ended(second);
        if (completed instanceof Outcome.Done && rival instanceof Outcome.Done) {
            throw new Violation("an upload was ended twice: " + upload);
        }
        boolean surely = completed instanceof Outcome.Done || twice && rival instanceof Outcome.Done;
        boolean never = !surely && (completed instanceof Outcome.Refused && (!twice || rival instanceof Outcome.Refused)
                || !twice && rival instanceof Outcome.Done);
        settle(upload, value, Precondition.NONE, surely ? new Outcome.Done(true)
                : never ? new Outcome.Refused(StorageFault.Reason.NO_SUCH_UPLOAD) : new Outcome.Unknown("race"));
    }

    private void abort(ManagerProcess manager, Open upload) {
        world.history.say("abort " + upload.key());
        abortion(manager, upload);
        if (gone(upload)) {
            open.remove(upload);
        }
    }

    private Outcome abortion(ManagerProcess manager, Open upload) {
        return world.outcome(manager, () -> {
            manager.uploads.abort(upload.upload());
            return new Outcome.Done(true);
        });
    }

    /// An upload that is gone without an abort was completed, and one that is there was not.
    private void settle(Open upload, Value value, Precondition precondition, Outcome outcome) {
        boolean gone = gone(upload);
        switch (outcome) {
            case Outcome.Done done -> {
                require(gone, upload, "was completed and is still there");
                world.twin.take(upload.key(), List.of(new Twin.Act(value, precondition, outcome)));
            }
            case Outcome.Unknown unknown ->
                world.twin.take(upload.key(), List.of(new Twin.Act(value, precondition,
                        gone ? outcome : new Outcome.Gone())));
            case Outcome.Refused refused -> {
                if (refused.reason() == StorageFault.Reason.NO_SUCH_UPLOAD) {
                    require(gone, upload, "is there although none was found");
                } else {
                    require(!gone, upload, "is gone although completing it was refused");
                    world.twin.take(upload.key(), List.of(new Twin.Act(value, precondition, outcome)));
                }
            }
            case Outcome.Gone never -> throw new IllegalStateException();
        }
        if (gone) {
            open.remove(upload);
        }
    }

    private static void require(boolean well, Open upload, String otherwise) {
        if (!well) {
            throw new Violation("upload " + upload + " " + otherwise);
        }
    }

    private boolean gone(Open upload) {
        try {
            world.calm().uploads.find(world.bucket(upload.key()), upload.key().name(), upload.upload().id());
            return false;
        } catch (StorageFault none) {
            return true;
        }
    }

    /// Some of the parts that are listed, each checked against what was acknowledged.
    private List<Part> chosen(Open upload, Random random) {
        List<Part> listed = world.calm().uploads.parts(upload.upload(), 0, 1000);
        for (int number = 1; number <= 4; number++) {
            int at = number;
            String etag = listed.stream().filter(part -> part.number() == at).map(part -> part.digests().etag()).findFirst().orElse(null);
            Set<Optional<Value>> possible = upload.parts().getOrDefault(number, Set.of(Optional.empty()));
            Optional<Value> seen = possible.stream()
                    .filter(state -> etag == null ? state.isEmpty() : state.filter(value -> value.etag().equals(etag)).isPresent())
                    .findFirst().orElseThrow(() -> new Violation("part " + at + " is " + etag + "; acknowledged was " + possible));
            upload.parts().put(number, Set.of(seen));
        }
        boolean[] wanted = {random.nextInt(5) > 0, random.nextInt(5) > 0, random.nextInt(5) > 0, random.nextInt(5) > 0};
        return listed.stream().filter(part -> wanted[part.number() - 1]).toList();
    }

    private static Value whole(Open upload, List<Part> parts) {
        List<Value.Run> runs = new ArrayList<>();
        for (Part part : parts) {
            runs.addAll(upload.parts().getOrDefault(part.number(), Set.of()).iterator().next().orElseThrow().runs());
        }
        return new Value(upload.etag(), runs);
    }

    /// @param parts what may be stored under each number
    record Open(Upload upload, Place key, String etag, TreeMap<Integer, Set<Optional<Value>>> parts) {}
}
