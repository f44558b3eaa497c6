package leaseback.manager.web;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import leaseback.manager.fleet.HostState;
import org.jspecify.annotations.Nullable;

/// The fleet at a glance.
///
/// @param all     every host
/// @param filter  text that rows must contain; empty for all
/// @param order   in which the rows stand
/// @param objects kept for users
/// @param bytes   of these, before coding
public record FleetPage(
        List<HostLine> all, String filter, Order order, boolean descending, long objects, long bytes, Safety safety, Instant now) {
    private static final int MOST_ROWS = 500;

    /// How the rows may be ordered.
    public enum Order {
        SERIAL("Host"),
        OWNER("Owner"),
        LINE("Line"),
        LEASE("Lease"),
        WINDOW("Window now"),
        USED("Used of leased"),
        PRESENCE("Presence"),
        REPORT("Last report");

        private final String heading;

        Order(String heading) {
            this.heading = heading;
        }

        /// What wants attention stands first.
        Comparator<HostLine> comparator() {
            return switch (this) {
                case SERIAL -> Comparator.comparing(row -> row.host().serial());
                case OWNER -> Comparator.comparing(row -> row.owner().toLowerCase(Locale.ROOT));
                case LINE -> Comparator.comparing(HostLine::missed).reversed().thenComparing(row -> row.host().reachable());
                case LEASE -> Comparator.comparing(HostLine::leaseNumber);
                case WINDOW -> Comparator.comparing(HostLine::open).reversed()
                        .thenComparing(row -> row.host().terms().serving().nextChange(row.now()));
                case USED -> Comparator.comparingLong((HostLine row) -> row.host().usedBytes()).reversed();
                case PRESENCE -> Comparator.comparingDouble(HostLine::presenceShare);
                case REPORT -> Comparator.comparing(row -> row.host().reportedAt() == null ? Instant.MIN : row.host().reportedAt());
            };
        }

        public String heading() {
            return heading;
        }

        /// What the column means, where its heading leaves that open; null elsewhere.
        public @Nullable String hint() {
            return this == PRESENCE ? "Of the minutes promised this month so far, those in which the host answered" : null;
        }

        /// As it stands in addresses.
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Order of(String key) {
            for (Order order : values()) {
                if (order.key().equals(key)) {
                    return order;
                }
            }
            return SERIAL;
        }
    }

    /// How many hosts a segment is spread over and how many of them may be lost.
    ///
    /// @param hosts  under lease
    /// @param fewest hosts with which anything is stored at all
    public record Safety(int hosts, int fewest, int needed, int pieces, int losable) {
        public boolean stores() {
            return hosts >= fewest;
        }
    }

    /// Those that match, in their order; at most 500.
    public List<HostLine> rows() {
        Comparator<HostLine> comparator = descending ? order.comparator().reversed() : order.comparator();
        return all.stream().filter(row -> row.matches(filter))
                .sorted(comparator.thenComparing(row -> row.host().serial()).thenComparing(HostLine::id)).limit(MOST_ROWS).toList();
    }

    /// How many more match.
    public long hidden() {
        return Math.max(0, all.stream().filter(row -> row.matches(filter)).count() - MOST_ROWS);
    }

    public long up() {
        return all.stream().filter(row -> row.host().reachable()).count();
    }

    public long open() {
        return all.stream().filter(HostLine::open).count();
    }

    /// Down although promised.
    public long missed() {
        return all.stream().filter(HostLine::missed).count();
    }

    public long leasedBytes() {
        return all.stream().filter(FleetPage::active).mapToLong(row -> row.host().terms().leasedBytes()).sum();
    }

    public long usedBytes() {
        return all.stream().filter(FleetPage::active).mapToLong(row -> row.host().usedBytes()).sum();
    }

    public long freeBytes() {
        return all.stream().filter(FleetPage::active).mapToLong(row -> row.host().freeBytes()).sum();
    }

    /// 0 to 100, for the bar.
    public String usedWidth() {
        return String.valueOf(leasedBytes() == 0 ? 0 : Math.min(100.0, Math.round(usedBytes() * 1000.0 / leasedBytes()) / 10.0));
    }

    /// This page, as it is.
    public String address() {
        return address(order, descending);
    }

    /// This page in another order: once more on the same heading turns it round.
    public String address(Order by) {
        return address(by, by == order && !descending);
    }

    /// For the heading's `aria-sort`; null where the rows do not follow it.
    public @Nullable String sorted(Order by) {
        return by != order ? null : descending ? "descending" : "ascending";
    }

    private String address(Order by, boolean turned) {
        return "/fleet?sort=" + by.key() + (turned ? "&down=1" : "") + (filter.isEmpty() ? "" : "&q=" + Figures.encoded(filter));
    }

    private static boolean active(HostLine row) {
        return row.host().state() == HostState.ACTIVE;
    }
}
