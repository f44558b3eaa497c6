package leaseback.manager.storage;

import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import leaseback.manager.fleet.Host;

/// Which hosts may hold something.
///
/// @param places    time zones in which a host may stand, such as `Europe/Berlin`, or their beginnings up to a slash, such as
///                  `Europe/`; empty for anywhere. The zone is the one of the host's lease: where it was delivered to
/// @param notOwners customers whose hosts may hold nothing of it
public record Constraint(Set<String> places, Set<UUID> notOwners) {
    public static final Constraint NONE = new Constraint(Set.of(), Set.of());
    private static final int MOST = 100;

    public Constraint {
        places = Set.copyOf(places);
        notOwners = Set.copyOf(notOwners);
        if (places.size() > MOST || notOwners.size() > MOST) {
            throw new IllegalArgumentException("a constraint names at most " + MOST + " places and " + MOST + " owners");
        }
        for (String place : places) {
            if (!place.matches("[A-Za-z_]+(/[A-Za-z0-9_+-]+)*/?")) {
                throw new IllegalArgumentException("a place is a time zone such as Europe/Berlin, or its beginning such as Europe/, not "
                        + place);
            }
        }
    }

    boolean isNone() {
        return places.isEmpty() && notOwners.isEmpty();
    }

    boolean allows(Host host) {
        return allows(host.terms().serving().zone().getId(), host.ownerId());
    }

    boolean allows(String zone, UUID owner) {
        return !notOwners.contains(owner)
                && (places.isEmpty() || places.stream().anyMatch(place -> place.endsWith("/") ? zone.startsWith(place) : zone.equals(place)));
    }

    @Override
    public String toString() {
        String where = places.isEmpty() ? "anywhere" : "in " + places.stream().sorted().collect(Collectors.joining(", "));
        return notOwners.isEmpty() ? where : where + ", not on hosts of " + notOwners.size() + " owners";
    }
}
