package leaseback.manager.storage;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import leaseback.manager.fleet.Fleet;
import leaseback.manager.fleet.Host;
import leaseback.manager.fleet.HostWeek;
import leaseback.manager.fleet.HostWeeks;
import leaseback.manager.placement.Candidate;
import leaseback.manager.placement.Capacity;
import leaseback.manager.placement.Code;
import leaseback.manager.placement.Placer;
import leaseback.manager.placement.Reliability;
import leaseback.manager.placement.StorageClass;
import leaseback.manager.placement.StorageClasses;
import leaseback.manager.placement.Wear;
import leaseback.protocol.Calendar;
import org.jspecify.annotations.Nullable;

/// The real fleet, with the hours its hosts promised and kept. What is reckoned from all of them is reckoned anew each minute, and
/// when a host comes or goes.
public final class LeasedHosts implements Hosts {
    private static final Duration FRESH = Duration.ofMinutes(1);
    /// Until then a host gets a small share of what is placed.
    private static final Duration YOUNG = Duration.ofDays(14);
    private final Fleet fleet;
    private final HostWeeks weeks;
    private final Promises promises;
    private final InstantSource clock;
    private final ReentrantLock reckoning = new ReentrantLock();
    private volatile @Nullable Reckoned reckoned;

    public LeasedHosts(Fleet fleet, HostWeeks weeks, Promises promises, InstantSource clock) {
        this.fleet = fleet;
        this.weeks = weeks;
        this.promises = promises;
        this.clock = clock;
    }

    @Override
    public List<Host> all() {
        return fleet.all();
    }

    @Override
    public List<Host> placeable(long pieceBytes) {
        return fleet.placeable(pieceBytes);
    }

    @Override
    public Optional<Host> placeable(int alias, long pieceBytes) {
        return fleet.placeable(alias, pieceBytes);
    }

    @Override
    public int underLease() {
        return fleet.underLease();
    }

    @Override
    public Optional<Host> byAlias(int alias) {
        return fleet.byAlias(alias);
    }

    @Override
    public Optional<StorageClass> storageClass(String name) {
        return promises.find(name);
    }

    @Override
    public Placer placer() {
        return reckoned().placer();
    }

    /// Every host under lease, as placement sees it.
    public List<Candidate> candidates() {
        return reckoned().candidates();
    }

    /// What the leases give by hour of the week.
    public Capacity capacity() {
        Map<Integer, Candidate> known = new HashMap<>();
        candidates().forEach(candidate -> known.put(candidate.alias(), candidate));
        return Capacity.of(fleet.leased().stream().filter(host -> known.containsKey(host.alias()))
                .map(host -> new Capacity.Share(host.terms().leasedBytes(), host.usedBytes(),
                        Objects.requireNonNull(known.get(host.alias())).week())).toList());
    }

    @Override
    public void requireHeadroom() throws StorageFault {
        Optional<String> shortage = capacity().shortage();
        if (shortage.isPresent()) {
            throw new StorageFault(StorageFault.Reason.NOT_ENOUGH_HOSTS, "nobody new can be taken on for now: " + shortage.get());
        }
    }

    /// In which objects are stored that ask for no class; as with the habit where nothing is known of hours.
    ///
    /// @return empty while too few hosts are under lease
    public Optional<Redundancy> redundancy() {
        int hosts = underLease();
        if (hosts < Redundancy.FEWEST_HOSTS) {
            return Optional.empty();
        }
        if (placer().hosts() == 0) {
            return Optional.of(Redundancy.of(hosts));
        }
        Code code = placer().code(storageClass(StorageClasses.STANDARD.name()).orElse(StorageClasses.STANDARD), new SecureRandom());
        return Optional.of(new Redundancy(code.k(), code.n(), code.needed()));
    }

    private Reckoned reckoned() {
        Reckoned old = reckoned;
        if (old != null && fresh(old)) {
            return old;
        }
        reckoning.lock();
        try {
            Reckoned meanwhile = reckoned;
            if (meanwhile != null && fresh(meanwhile)) {
                return meanwhile;
            }
            Reckoned fresh = reckon();
            reckoned = fresh;
            return fresh;
        } finally {
            reckoning.unlock();
        }
    }

    private boolean fresh(Reckoned known) {
        return clock.instant().isBefore(known.at().plus(FRESH)) && fleet.underLease() == known.candidates().size();
    }

    private Reckoned reckon() {
        Instant now = clock.instant();
        Map<UUID, HostWeek> known = weeks.all();
        // Thousands of hosts share a handful of calendars.
        Map<Calendar, Reliability> promised = new HashMap<>();
        Set<UUID> young = new HashSet<>();
        List<Host> leased = fleet.leased();
        for (Host host : leased) {
            HostWeek week = known.get(host.id());
            if (week == null || week.enrolledAt().plus(YOUNG).isAfter(now)) {
                young.add(host.id());
            }
        }
        List<Candidate> candidates = new ArrayList<>();
        for (Host host : leased) {
            HostWeek week = known.get(host.id());
            Reliability promise = promised.computeIfAbsent(host.terms().serving().weekly(), calendar -> Reliability.promised(calendar, now));
            candidates.add(new Candidate(host.alias(), host.ownerId(), week == null ? "" : week.network(),
                    host.terms().serving().zone().getId(), week == null ? "" : week.lot(), promise.pattern(), host.freeBytes(),
                    promise.times(week == null ? HostWeeks.likely() : week.rates()), week != null && week.house(),
                    young.contains(host.id())));
        }
        return new Reckoned(now, List.copyOf(candidates), Placer.over(candidates, Wear.ASSUMED));
    }

    private record Reckoned(Instant at, List<Candidate> candidates, Placer placer) {}
}
