package leaseback.manager.web;

import java.time.Instant;
import java.util.Locale;
import leaseback.manager.lease.Lease;
import leaseback.manager.lease.LeaseState;

/// One agreement in a word or two.
///
/// @param customer its owner's name
public record LeaseLine(Lease lease, String customer, Instant now) {
    public String state() {
        return lease.state().step().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /// `up`, `missed`, `wait` or `down`: the mark's shape and colour.
    public String mark() {
        return switch (lease.state()) {
            case LeaseState.Active active -> "up";
            case LeaseState.Warned warned -> "missed";
            case LeaseState.Suspended suspended -> "missed";
            case LeaseState.Offered offered -> "wait";
            case LeaseState.Accepted accepted -> "wait";
            case LeaseState.Owned owned -> "wait";
            case LeaseState.Configured configured -> "wait";
            case LeaseState.Delivered delivered -> "wait";
            case LeaseState.Paused paused -> "wait";
            case LeaseState.StandingDown leaving -> "wait";
            case LeaseState.Released released -> "down";
            case LeaseState.Withdrawn withdrawn -> "down";
            case LeaseState.Declined declined -> "down";
            case LeaseState.Lapsed lapsed -> "down";
        };
    }

    /// What comes next, and when.
    public String next() {
        return switch (lease.state()) {
            case LeaseState.Active active -> "term ends " + Figures.day(active.term().to(), lease.zone());
            case LeaseState.Warned warned -> words(warned.provision()) + ": to be cured by " + Figures.day(warned.cureBy(), lease.zone());
            case LeaseState.Suspended suspended -> words(suspended.provision()) + ": ends on " + Figures.day(suspended.endsAt(), lease.zone());
            case LeaseState.Paused paused -> "paused until " + Figures.day(paused.until(), lease.zone()) + " by the "
                    + paused.by().name().toLowerCase(Locale.ROOT);
            case LeaseState.Offered offered -> "open until " + Figures.day(offered.expiresAt(), lease.zone());
            case LeaseState.Accepted accepted -> "the factory makes it";
            case LeaseState.Owned owned -> "is set up at the customer’s";
            case LeaseState.Configured configured -> "to be handed over";
            case LeaseState.Delivered delivered -> "waits for its first start";
            case LeaseState.StandingDown leaving -> "is emptied, then released";
            case LeaseState.Released released -> "ended: " + released.ending().name().toLowerCase(Locale.ROOT).replace('_', ' ');
            case LeaseState.Withdrawn withdrawn -> "–";
            case LeaseState.Declined declined -> "–";
            case LeaseState.Lapsed lapsed -> "–";
        };
    }

    private static String words(String provision) {
        return provision.toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
