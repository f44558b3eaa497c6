package leaseback.manager.web;

import java.math.BigDecimal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import leaseback.manager.catalog.Money;
import org.jspecify.annotations.Nullable;

/// How numbers and instants are written on the console's pages.
public final class Figures {
    private static final DateTimeFormatter FULL = DateTimeFormatter.ofPattern("d MMM yyyy HH:mm:ss 'UTC'", Locale.ENGLISH);
    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("d MMM yyyy HH:mm 'UTC'", Locale.ENGLISH);
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("d MMM yyyy HH:mm", Locale.ENGLISH);
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMM yyyy", Locale.ENGLISH);
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("EEE HH:mm", Locale.ENGLISH);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm", Locale.ENGLISH);
    private static final DateTimeFormatter ISO = DateTimeFormatter.ISO_INSTANT;

    private Figures() {}

    /// `12 345`, with thin spaces between the thousands.
    public static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number).replace(',', '\u202f');
    }

    /// `1 host`, `6 hosts`.
    public static String count(long number, String noun) {
        return count(number) + " " + noun + (number == 1 ? "" : "s");
    }

    /// `1.5 TB`: powers of ten as on a drive's label, three digits that matter.
    public static String bytes(long bytes) {
        String[] units = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
        int unit = 0;
        double size = bytes;
        while (size >= 999.5 && unit < units.length - 1) {
            size /= 1000;
            unit++;
        }
        int digits = unit == 0 || size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
        String text = String.format(Locale.ROOT, "%." + digits + "f", size);
        if (digits > 0) {
            text = text.replaceFirst("\\.?0+$", "");
        }
        return text + "\u00a0" + units[unit];
    }

    /// `17 %`; something that is not nothing is never called 0 %, and what is not all never 100 %.
    public static String percent(long part, long whole) {
        if (whole <= 0) {
            return "–";
        }
        if (part > 0 && part * 100.0 / whole < 0.5) {
            return "<\u20091\u202f%";
        }
        long rounded = Math.round(part * 100.0 / whole);
        return (part < whole ? Math.min(99, rounded) : rounded) + "\u202f%";
    }

    /// Down to the second.
    public static String instant(@Nullable Instant instant) {
        return instant == null ? "never" : FULL.format(instant.atOffset(ZoneOffset.UTC));
    }

    /// Down to the minute.
    public static String minute(@Nullable Instant instant) {
        return instant == null ? "never" : MINUTE.format(instant.atOffset(ZoneOffset.UTC));
    }

    /// Down to the minute, where a heading says UTC.
    public static String date(Instant instant) {
        return DATE.format(instant.atOffset(ZoneOffset.UTC));
    }

    /// `1 May 2027` on the calendar of `zone`.
    public static String day(Instant instant, ZoneId zone) {
        return DAY.format(instant.atZone(zone));
    }

    /// `EUR 1 234.50`, with thin spaces between the thousands.
    public static String money(Money money) {
        BigDecimal amount = money.amount();
        String digits = String.format(Locale.ROOT, "%,." + amount.scale() + "f", amount).replace(',', '\u202f');
        return money.currency() + "\u00a0" + digits.replace('-', '\u2212');
    }

    /// For a `time` element's `datetime`.
    public static String machine(@Nullable Instant instant) {
        return instant == null ? "" : ISO.format(instant);
    }

    /// `Tue 05:00` on the wall clock of `zone`; the day is left out when it is today's there.
    public static String clock(Instant instant, ZoneId zone, Instant now) {
        boolean today = instant.atZone(zone).toLocalDate().equals(now.atZone(zone).toLocalDate());
        return (today ? TIME : CLOCK).format(instant.atZone(zone));
    }

    /// How long ago, in steps coarse enough that a page which nothing happened to stays as it is.
    public static String ago(@Nullable Instant instant, Instant now) {
        if (instant == null) {
            return "never";
        }
        long seconds = Duration.between(instant, now).toSeconds();
        if (seconds < 15) {
            return "just now";
        }
        if (seconds < 60) {
            return seconds / 15 * 15 + " s ago";
        }
        return span(Duration.ofSeconds(seconds)) + " ago";
    }

    /// `25 min`, `3 h`, `12 days`.
    public static String span(Duration length) {
        long minutes = Math.max(0, length.toMinutes());
        if (minutes < 120) {
            return minutes + "\u00a0min";
        }
        return length.toHours() < 48 ? length.toHours() + "\u00a0h" : length.toDays() + "\u00a0days";
    }

    /// `25 min`, `143 h`.
    public static String hours(long minutes) {
        return minutes < 120 ? minutes + "\u00a0min" : count(minutes / 60) + "\u00a0h";
    }

    /// For a query string.
    public static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
