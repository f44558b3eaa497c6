package leaseback.host.promise;

import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.format.TextStyle;
import java.util.Comparator;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import leaseback.protocol.Calendar;
import leaseback.protocol.Window;

/// A lease's figures as a person says them.
public final class Words {
    private static final String[] UNITS = {"bytes", "kB", "MB", "GB", "TB", "PB"};

    private Words() {}

    /// Such as `every day from 22:00 to 05:00 (Europe/Berlin)`.
    public static String hours(Calendar calendar) {
        List<Window> windows = calendar.windows();
        if (windows.isEmpty()) {
            return "at no time";
        }
        boolean everyDay = windows.size() == 7
                && windows.stream().map(Window::day).distinct().count() == 7
                && windows.stream().map(Words::times).distinct().count() == 1;
        String when = everyDay
                ? (wholeDay(windows.getFirst()) ? "day and night" : "every day " + times(windows.getFirst()))
                : windows.stream().sorted(Comparator.comparing(Window::day).thenComparing(Window::from))
                        .map(window -> day(window.day()) + " " + times(window)).collect(Collectors.joining(", "));
        int whole = calendar.wholeDays().size();
        return when + " (" + calendar.zone().getId() + ")" + (whole == 0 ? "" : ", and all day on holidays (" + whole + " are named)");
    }

    /// Such as `20.0 GB`; decimal units.
    public static String bytes(long bytes) {
        double amount = bytes;
        int unit = 0;
        while (amount >= 1000 && unit < UNITS.length - 1) {
            amount /= 1000;
            unit++;
        }
        return unit == 0 ? bytes + " bytes" : String.format(Locale.ROOT, "%.1f %s", amount, UNITS[unit]);
    }

    /// Such as `12.50 EUR`, from minor units.
    public static String money(long minor, String currency) {
        return BigDecimal.valueOf(minor, Math.max(0, Currency.getInstance(currency).getDefaultFractionDigits())).toPlainString()
                + " " + currency;
    }

    private static String times(Window window) {
        return wholeDay(window) ? "all day" : "from " + window.from() + " to " + window.to();
    }

    private static boolean wholeDay(Window window) {
        return window.from().equals(LocalTime.MIDNIGHT) && window.to().equals(LocalTime.MIDNIGHT);
    }

    private static String day(DayOfWeek day) {
        return day.getDisplayName(TextStyle.FULL, Locale.ENGLISH);
    }
}
