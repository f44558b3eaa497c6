package leaseback.manager.maintenance;

import java.util.Locale;

/// What of a machine can be exchanged.
public enum PartKind {
    DRIVE,
    MEMORY,
    PROCESSOR,
    MAINBOARD,
    POWER_SUPPLY,
    BATTERY,
    FAN,
    NETWORK,
    MODEM,
    DISPLAY,
    OTHER;

    /// Whether the key of the machine's agent may be on it.
    public boolean mayHoldTheKey() {
        return this == DRIVE || this == MAINBOARD;
    }

    /// In a sentence: `power supply`.
    String words() {
        return this == OTHER ? "part" : name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
