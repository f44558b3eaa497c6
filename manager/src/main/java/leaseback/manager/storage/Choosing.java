package leaseback.manager.storage;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import leaseback.manager.fleet.Host;
import leaseback.manager.placement.Candidate;
import leaseback.manager.placement.Code;
import leaseback.manager.placement.Placer;
import leaseback.manager.placement.StorageClass;
import leaseback.manager.placement.StorageClasses;
import leaseback.manager.placement.Verdict;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Chooses code and hosts for one content, so that the promise of its class holds; refuses where it must and cannot.
final class Choosing {
    private static final Logger LOG = LoggerFactory.getLogger(Choosing.class);
    private final Hosts hosts;
    private final UUID dataOwner;
    private final RandomGenerator random;
    private final Tally tally;
    private final Placer placer;
    private final StorageClass asked;

    private Choosing(Hosts hosts, UUID dataOwner, RandomGenerator random, Tally tally, Placer placer, StorageClass asked) {
        this.hosts = hosts;
        this.dataOwner = dataOwner;
        this.random = random;
        this.tally = tally;
        this.placer = placer;
        this.asked = asked;
    }

    static Choosing of(ObjectStore.Means means, Tenancy tenancy) {
        StorageClass asked = means.hosts().storageClass(tenancy.storageClass()).orElse(StorageClasses.STANDARD);
        return new Choosing(means.hosts(), tenancy.tenantId(), means.random(), means.tally(), means.hosts().placer(), asked);
    }

    /// @param leased hosts under lease, at least [Redundancy#FEWEST_HOSTS]
    Redundancy redundancy(int leased) throws StorageFault {
        if (placer.hosts() == 0) {
            return Redundancy.of(leased);
        }
        if (asked.strict() && placer.promise(asked, random) instanceof Verdict.CannotPromise refused) {
            throw new StorageFault(StorageFault.Reason.NOT_ENOUGH_HOSTS, refused.reason());
        }
        Code code = placer.code(asked, random);
        return new Redundancy(code.k(), code.n(), code.needed());
    }

    /// @param failed hosts that failed in an earlier segment: only if there are not enough others
    /// @return at least as many as are needed, at most as many as there are pieces
    List<Host> hosts(Redundancy redundancy, long pieceBytes, Set<UUID> failed) throws StorageFault {
        if (placer.hosts() == 0) {
            List<Host> placeable = hosts.placeable(pieceBytes);
            List<Host> proven = placeable.stream().filter(host -> !failed.contains(host.id())).toList();
            return Placement.choose(proven.size() < redundancy.needed() ? placeable : proven, redundancy.n(), random);
        }
        Map<Integer, Host> usable = new HashMap<>();
        Predicate<Candidate> proven = candidate -> usable(candidate, pieceBytes, usable)
                .filter(host -> !failed.contains(host.id())).isPresent();
        Verdict verdict = placer.place(asked, dataOwner, proven, random);
        if (verdict instanceof Verdict.CannotPromise && !failed.isEmpty()) {
            verdict = placer.place(asked, dataOwner, candidate -> usable(candidate, pieceBytes, usable).isPresent(), random);
        }
        return switch (verdict) {
            case Verdict.Placed placed -> placed.hosts().stream().map(host -> usable.get(host.alias())).toList();
            case Verdict.CannotPromise refused when asked.strict() ->
                throw new StorageFault(StorageFault.Reason.NOT_ENOUGH_HOSTS, refused.reason());
            case Verdict.CannotPromise refused -> {
                tally.unpromised.add(1);
                LOG.debug("stored without its promise: {}", refused.reason());
                List<Candidate> nearest = placer.nearest(asked, dataOwner, proven, random);
                if (nearest.isEmpty() && !failed.isEmpty()) {
                    nearest = placer.nearest(asked, dataOwner, candidate -> usable(candidate, pieceBytes, usable).isPresent(), random);
                }
                // Too few: all there are, so that the refusal can say how many.
                yield nearest.isEmpty() ? List.copyOf(usable.values()).subList(0, Math.min(usable.size(), redundancy.needed() - 1))
                        : nearest.stream().map(host -> usable.get(host.alias())).toList();
            }
        };
    }

    private Optional<Host> usable(Candidate candidate, long pieceBytes, Map<Integer, Host> usable) {
        Host known = usable.get(candidate.alias());
        if (known != null) {
            return Optional.of(known);
        }
        Optional<Host> host = hosts.placeable(candidate.alias(), pieceBytes);
        host.ifPresent(found -> usable.put(candidate.alias(), found));
        return host;
    }
}
