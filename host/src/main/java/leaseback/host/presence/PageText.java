package leaseback.host.presence;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import leaseback.host.promise.Words;
import leaseback.protocol.Battery;
import leaseback.protocol.Earnings;
import leaseback.protocol.LeaseTerms;

/// The local page's texts.
final class PageText {
    private static final DateTimeFormatter WHEN = DateTimeFormatter.ofPattern("EEEE d MMMM, HH:mm", Locale.ENGLISH);

    private PageText() {}

    static String html(Standing now) {
        LeaseTerms terms = now.terms();
        ZoneId zone = terms.serving().zone();
        return """
                <!doctype html>
                <html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="5">
                <meta name="viewport" content="width=device-width"><title>Leaseback on this computer</title>
                <style>body{font:17px/1.5 system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem;color:#1b2430}
                h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:1.6rem}p{margin:.4rem 0}
                .note{color:#5a6675;font-size:.9rem}.trouble{background:#fff1e0;padding:.6rem .8rem;border-radius:.4rem}</style></head><body>
                <h1>What this computer does for Leaseback</h1>
                %s<h2>What is leased</h2>
                <p>%s</p>
                <h2>What runs now</h2>
                <p>%s</p>
                <h2>What it earned this month</h2>
                <p>%s</p>
                <p class="note">Host %s. Line: %s.%s Agent running since %s.
                Your own files are never read: what is kept here for others lies in its own folder and is encrypted.</p>
                </body></html>
                """.formatted(
                now.trouble() == null ? "" : "<p class=\"trouble\">" + escape(now.trouble()) + "</p>\n",
                leased(terms), running(now, zone), earned(now),
                now.hostId() == null ? "not enrolled yet" : now.hostId().toString(),
                now.lineAt().map(at -> "up, to the manager at " + escape(at)).orElse("down"),
                now.certificateUntil() == null ? "" : " Certificate good until " + when(now.certificateUntil(), zone) + ".",
                when(now.startedAt(), zone));
    }

    private static String leased(LeaseTerms terms) {
        if (terms.version() == 0) {
            return "Nothing yet: this computer has not received its lease.";
        }
        return "Up to <b>" + Words.bytes(terms.leasedBytes()) + "</b> (" + grouped(terms.leasedBytes())
                + " bytes) of this computer's disk, <b>"
                + escape(Words.hours(terms.serving())) + "</b>.</p>\n<p>" + escape(terms.summary());
    }

    private static String running(Standing now, ZoneId zone) {
        String window = now.serving() ? "The window is <b>open</b>" : "The window is <b>shut</b>";
        String until = now.nextChange().equals(Instant.MAX)
                ? (now.serving() ? ", day and night." : ".")
                : " until " + when(now.nextChange(), zone) + ".";
        long share = now.terms().leasedBytes() == 0 ? 0 : Math.round(100.0 * now.usedBytes() / now.terms().leasedBytes());
        String work = now.working() ? "<b>This computer is working for others now.</b> " : "";
        return work + onBattery(now) + window + until + " " + grouped(now.pieces()) + (now.pieces() == 1 ? " piece is" : " pieces are")
                + " kept here for others, "
                + Words.bytes(now.usedBytes()) + " in all (" + share + " % of what is leased). "
                + (now.exchanges() == 0 ? "Nothing is being sent or received at this moment."
                        : now.exchanges() + (now.exchanges() == 1 ? " piece is" : " pieces are")
                                + " being sent or received at this moment.");
    }

    private static String onBattery(Standing now) {
        Battery battery = now.battery();
        return battery == null || !battery.discharging() ? "" : "<b>The power is out</b>: this computer lives on its battery (" + battery.percent()
                + " % full" + (battery.minutes() == null ? "" : ", for some " + grouped(battery.minutes()) + " minutes")
                + "). Nothing new is put here until it is back. ";
    }

    private static String earned(Standing now) {
        Earnings earnings = now.earnings().orElse(null);
        if (earnings == null) {
            return "Nothing is known yet; the manager reports it within a minute or so once the line is up.";
        }
        return "<b>" + escape(Words.money(earnings.earned(), earnings.currency())) + "</b> of "
                + escape(Words.money(now.terms().monthlyPay(), now.terms().currency()))
                + " for a month kept in full. This computer was there for "
                + grouped(earnings.minutesPresent()) + " of the " + grouped(earnings.minutesPromised())
                + " minutes promised so far this month (as of " + when(earnings.asOf(), now.terms().serving().zone()) + ")." + drew(earnings);
    }

    private static String drew(Earnings earnings) {
        Earnings.Power power = earnings.power();
        return power == null ? "" : "</p>\n<p>For that it drew about <b>" + String.format(Locale.ROOT, "%.1f", power.wattHours() / 1000.0)
                + " kWh</b> (" + power.watts() + " W while on and idle), some " + escape(Words.money(power.cost(), earnings.currency()))
                + " at the price of electricity in your offer.";
    }

    static String metrics(Standing now) {
        StringBuilder text = new StringBuilder();
        gauge(text, "leaseback_host_enrolled", "1 once this machine has enrolled.", now.hostId() == null ? 0 : 1);
        gauge(text, "leaseback_host_line_up", "1 while a manager holds this machine's line.", now.lineAt().isPresent() ? 1 : 0);
        gauge(text, "leaseback_host_serving", "1 while the serving window is open.", now.serving() ? 1 : 0);
        gauge(text, "leaseback_host_leased_bytes", "The most this machine may hold.", now.terms().leasedBytes());
        gauge(text, "leaseback_host_used_bytes", "What it holds, unfinished pieces included.", now.usedBytes());
        gauge(text, "leaseback_host_pieces", "Whole pieces held.", now.pieces());
        gauge(text, "leaseback_host_exchanges", "Requests for pieces being answered.", now.exchanges());
        gauge(text, "leaseback_host_working", "1 while it works for others: what its light shows.", now.working() ? 1 : 0);
        gauge(text, "leaseback_host_on_battery", "1 while it lives on its battery, by its last report.",
                now.battery() != null && now.battery().discharging() ? 1 : 0);
        gauge(text, "leaseback_host_bulk_connections", "Bulk connections to gateways.", now.bulkConnections());
        gauge(text, "leaseback_host_terms_version", "Version of the terms it acts on.", now.terms().version());
        if (now.certificateUntil() != null) {
            gauge(text, "leaseback_host_certificate_seconds", "Time left until the certificate ends.",
                    Duration.between(now.now(), now.certificateUntil()).toSeconds());
        }
        now.earnings().ifPresent(earnings -> {
            gauge(text, "leaseback_host_minutes_present", "Minutes of the window in which it answered, this month.",
                    earnings.minutesPresent());
            gauge(text, "leaseback_host_minutes_promised", "Minutes of the window so far, this month.",
                    earnings.minutesPromised());
            Earnings.Power power = earnings.power();
            if (power != null) {
                gauge(text, "leaseback_host_watt_hours", "Estimate of what the minutes present drew, this month.", power.wattHours());
            }
        });
        Runtime runtime = Runtime.getRuntime();
        gauge(text, "leaseback_host_heap_used_bytes", "Java heap in use.", runtime.totalMemory() - runtime.freeMemory());
        gauge(text, "leaseback_host_heap_max_bytes", "Java heap at most.", runtime.maxMemory());
        gauge(text, "leaseback_host_uptime_seconds", "Since the agent started.",
                Duration.between(now.startedAt(), now.now()).toSeconds());
        return text.toString();
    }

    static String health(Standing now) {
        String reason = now.healthy() ? "" : now.trouble() == null ? "the line is down" : now.trouble();
        String quoted = reason.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\p{Cntrl}", " ");
        return "{\"healthy\":" + now.healthy() + ",\"reason\":\"" + quoted + "\"}\n";
    }

    private static void gauge(StringBuilder text, String name, String help, long value) {
        text.append("# HELP ").append(name).append(' ').append(help).append("\n# TYPE ").append(name).append(" gauge\n")
                .append(name).append(' ').append(value).append('\n');
    }

    private static String when(Instant instant, ZoneId zone) {
        return instant.atZone(zone).format(WHEN);
    }

    private static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }
}
