package leaseback.protocol;

import org.jspecify.annotations.Nullable;

/// What would keep a machine on when the mains fails: its own battery, a bridge battery, an uninterruptible power supply.
///
/// @param percent        full, 0 to 100
/// @param discharging    whether the machine lives on it now
/// @param minutes        that it lasts at the present draw, by its own word, [#MOST_MINUTES] at most; null while it does not say
/// @param milliwattHours that are in it, [#MOST_MILLIWATT_HOURS] at most; null when it does not say
public record Battery(int percent, boolean discharging, @Nullable Integer minutes, @Nullable Long milliwattHours) {
    /// Thirty days.
    public static final int MOST_MINUTES = 60 * 24 * 30;
    /// One megawatt hour.
    public static final long MOST_MILLIWATT_HOURS = 1_000_000_000;

    public Battery {
        if (percent < 0 || percent > 100 || minutes != null && (minutes < 0 || minutes > MOST_MINUTES)
                || milliwattHours != null && (milliwattHours < 0 || milliwattHours > MOST_MILLIWATT_HOURS)) {
            throw new IllegalArgumentException("no battery is " + percent + " percent full, lasts " + minutes + " minutes and holds "
                    + milliwattHours + " mWh");
        }
    }
}
