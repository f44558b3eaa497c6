package leaseback.manager.web;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import leaseback.manager.lease.LeaseBook;
import leaseback.manager.lease.LeaseStep;

/// The agreements: what wants attention first.
///
/// @param filter text that number or owner contain; empty for all
public record LeasesPage(Map<LeaseStep, Long> counts, LeaseBook.Shelf shelf, String filter, List<LeaseLine> leases, int most, Instant now) {
    /// How many are in one of these states.
    public long in(LeaseStep... steps) {
        long sum = 0;
        for (LeaseStep step : steps) {
            sum += counts.getOrDefault(step, 0L);
        }
        return sum;
    }

    public long running() {
        return in(LeaseStep.ACTIVE, LeaseStep.PAUSED, LeaseStep.WARNED, LeaseStep.SUSPENDED);
    }

    public boolean none() {
        return counts.isEmpty();
    }

    /// This page, as it is.
    public String address() {
        return address(shelf);
    }

    /// The same search on another shelf.
    public String address(LeaseBook.Shelf other) {
        return "/leases?show=" + key(other) + (filter.isEmpty() ? "" : "&q=" + Figures.encoded(filter));
    }

    /// As it stands in addresses.
    public static String key(LeaseBook.Shelf shelf) {
        return switch (shelf) {
            case ALL -> "all";
            case RUNNING -> "running";
            case NOT_KEPT -> "not-kept";
            case COMING -> "coming";
            case ENDED -> "ended";
        };
    }

    /// As a person calls it.
    public static String name(LeaseBook.Shelf shelf) {
        return switch (shelf) {
            case ALL -> "All";
            case RUNNING -> "Running";
            case NOT_KEPT -> "Not kept";
            case COMING -> "On their way";
            case ENDED -> "Ended";
        };
    }
}
