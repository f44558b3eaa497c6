package leaseback.app;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Amounts of bytes as people write and read them.
final class Size {
    private static final Pattern WRITTEN = Pattern.compile("\\s*(\\d+(?:\\.\\d+)?)\\s*([A-Za-z]*)\\s*");
    private static final Map<String, Long> UNITS = Map.of(
            "", 1L, "b", 1L, "kb", 1_000L, "mb", 1_000_000L, "gb", 1_000_000_000L, "tb", 1_000_000_000_000L,
            "kib", 1L << 10, "mib", 1L << 20, "gib", 1L << 30, "tib", 1L << 40);

    private Size() {}

    /// @throws IllegalArgumentException saying how to write it
    static long parse(String text) {
        Matcher written = WRITTEN.matcher(text);
        Long unit = written.matches() ? UNITS.get(written.group(2).toLowerCase(Locale.ROOT)) : null;
        if (unit == null) {
            throw new IllegalArgumentException("'" + text + "' is not a size; write a number and B, kB, MB, GB, TB, KiB, MiB, GiB or TiB, such as 20GB");
        }
        try {
            return new BigDecimal(written.group(1)).multiply(BigDecimal.valueOf(unit)).longValueExact();
        } catch (ArithmeticException uneven) {
            throw new IllegalArgumentException("'" + text + "' is not a whole number of bytes, or too many", uneven);
        }
    }

    /// Three digits and a decimal unit: `1.23 GB`.
    static String shown(long bytes) {
        if (bytes < 1000) {
            return bytes + " B";
        }
        double value = bytes;
        String[] units = {"kB", "MB", "GB", "TB", "PB"};
        int unit = -1;
        do {
            value /= 1000;
            unit++;
        } while (value >= 999.5 && unit < units.length - 1);
        int digits = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
        return String.format(Locale.ROOT, "%." + digits + "f %s", value, units[unit]);
    }
}
