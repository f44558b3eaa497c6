package leaseback.manager.web;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.UUID;
import leaseback.manager.fleet.Host;
import leaseback.manager.fleet.HostFacts;
import leaseback.manager.fleet.HostState;
import leaseback.protocol.Calendar;
import org.jspecify.annotations.Nullable;

/// One host as the operator sees it at an instant.
///
/// @param owner       the lender's name
/// @param facts       null when the host vanished from the records between two looks
public record HostLine(Host host, String owner, @Nullable HostFacts facts, Instant now) {
    private static final Duration SILENT = Duration.ofMinutes(2);

    /// Whether its promised hours run now.
    public boolean open() {
        return host.state() == HostState.ACTIVE && host.terms().serving().isOpen(now);
    }

    /// Whether it is not there although it promised to be.
    public boolean missed() {
        return open() && !host.reachable();
    }

    /// `up`, `missed` or `down`: the mark's shape and colour.
    public String mark() {
        return host.reachable() ? "up" : missed() ? "missed" : "down";
    }

    public String line() {
        if (host.reachable()) {
            return "Up";
        }
        return host.state() == HostState.RELEASED ? "Released" : host.state() == HostState.REVOKED ? "Shut out" : missed() ? "Missing" : "Down";
    }

    /// Since when the line is as it is; of one that is down we know when it last spoke.
    public @Nullable Instant since() {
        return host.reachable() && facts != null ? facts.lineSince() : host.reportedAt();
    }

    public String sinceWords() {
        Instant since = since();
        if (since == null) {
            return host.reachable() ? "" : "never seen";
        }
        return (host.reachable() ? "since " : "since about ") + Figures.clock(since, ZoneOffset.UTC, now) + " UTC";
    }

    public ZoneId zone() {
        return host.terms().serving().zone();
    }

    /// `Open until 05:00` on the owner's wall clock.
    public String window() {
        return window(host.terms().serving(), zone());
    }

    /// The same instant in UTC.
    public String windowUtc() {
        return until(host.terms().serving(), ZoneOffset.UTC) + " UTC";
    }

    /// Whether the window ever changes.
    public boolean windowChanges() {
        return !host.terms().serving().nextChange(now).equals(Instant.MAX);
    }

    public boolean processorOpen() {
        return host.terms().processor().isOpen(now);
    }

    public String processor() {
        return window(host.terms().processor(), zone());
    }

    /// Its promised hours, short: `Mon–Fri 18:00–08:00, Sat–Sun all day`.
    public String servingHours() {
        return PromisedHours.words(host.terms().serving());
    }

    public String processorHours() {
        return PromisedHours.words(host.terms().processor());
    }

    public String used() {
        return Figures.bytes(host.usedBytes());
    }

    public String leased() {
        return Figures.bytes(host.terms().leasedBytes());
    }

    public String usedShare() {
        return Figures.percent(host.usedBytes(), host.terms().leasedBytes());
    }

    /// 0 to 100, for the bar.
    public String usedWidth() {
        long leased = host.terms().leasedBytes();
        return String.valueOf(leased == 0 ? 0 : Math.min(100.0, Math.round(host.usedBytes() * 1000.0 / leased) / 10.0));
    }

    /// Of this month's promised minutes so far, those in which it answered; a dash before the first.
    public String presence() {
        if (facts == null) {
            return "–";
        }
        YearMonth month = month();
        return Figures.percent(Math.min(present(month), promised(month)), promised(month));
    }

    /// The figures behind [#presence].
    public String presenceWords() {
        return Figures.hours(present(month())) + " of " + Figures.hours(promised(month())) + " promised";
    }

    public String reported() {
        return Figures.ago(host.reportedAt(), now);
    }

    /// Whether it is said to be up and has not reported for longer than it should.
    public boolean silent() {
        return host.reachable() && host.reportedAt() != null && host.reportedAt().isBefore(now.minus(SILENT));
    }

    boolean matches(String text) {
        String all = String.join(" ", host.serial(), owner, leaseNumber(), line(), host.state().name(), open() ? "open" : "shut",
                host.id().toString(), zone().getId());
        return all.toLowerCase(Locale.ROOT).contains(text.toLowerCase(Locale.ROOT));
    }

    /// The lease's number, as people call it.
    public String leaseNumber() {
        return facts == null ? "" : facts.leaseNumber();
    }

    UUID id() {
        return host.id();
    }

    /// 0 to 1; -1 when nothing has been promised yet.
    double presenceShare() {
        long promised = promised(month());
        return promised == 0 ? -1 : Math.min(1.0, (double) present(month()) / promised);
    }

    private String window(Calendar calendar, ZoneId zone) {
        boolean open = calendar.isOpen(now);
        String until = until(calendar, zone);
        return until.isEmpty() ? open ? "Always open" : "Never open" : (open ? "Open until " : "Shut until ") + until;
    }

    private String until(Calendar calendar, ZoneId zone) {
        Instant change = calendar.nextChange(now);
        return change.equals(Instant.MAX) ? "" : Figures.clock(change, zone, now);
    }

    private YearMonth month() {
        return YearMonth.from(now.atZone(zone()));
    }

    private long present(YearMonth month) {
        return facts == null ? 0 : facts.minutesPresent().getOrDefault(month, 0L);
    }

    private long promised(YearMonth month) {
        if (facts == null) {
            return 0;
        }
        LocalDate first = month.atDay(1);
        Instant start = first.atStartOfDay(zone()).toInstant();
        Instant from = facts.enrolledAt().isAfter(start) ? facts.enrolledAt() : start;
        // With the present minute, which a host that is there has been counted for already.
        Instant to = now.truncatedTo(ChronoUnit.MINUTES).plus(1, ChronoUnit.MINUTES);
        return from.isBefore(to) ? host.terms().serving().minutesOpen(from, to) : 0;
    }
}
