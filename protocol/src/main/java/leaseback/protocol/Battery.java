package leaseback.protocol;

import org.jspecify.annotations.Nullable;

/// What would keep a machine on when the mains fails: its own battery, a bridge battery, an uninterruptible power supply.
///
/// @param percent        full, 0 to 100
/// @param discharging    whether the machine lives on it now
/// @param minutes        that it lasts at the present draw, by its own word; null while it does not say
/// @param milliwattHours that are in it; null when it does not say
public record Battery(int percent, boolean discharging, @Nullable Integer minutes, @Nullable Long milliwattHours) {
    public Battery {
        if (percent < 0 || percent > 100 || minutes != null && minutes < 0 || milliwattHours != null && milliwattHours < 0) {
            throw new IllegalArgumentException("a battery is 0 to 100 percent full and lasts no less than nothing: " + percent + " %, " + minutes
                    + " min, " + milliwattHours + " mWh");
        }
    }
}
