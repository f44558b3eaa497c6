package leaseback.manager.catalog;

import java.math.BigDecimal;
import java.math.RoundingMode;

/// Byte counts as people read them on a drive's label: powers of ten.
public final class Sizes {
    private Sizes() {}

    /// `150 GB`, `1.5 TB`, `512 B`.
    public static String words(long bytes) {
        String[] units = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
        int unit = 0;
        BigDecimal size = BigDecimal.valueOf(bytes);
        while (size.compareTo(BigDecimal.valueOf(1000)) >= 0) {
            size = size.movePointLeft(3);
            unit++;
        }
        return size.setScale(2, RoundingMode.DOWN).stripTrailingZeros().toPlainString() + " " + units[unit];
    }
}
