package leaseback.manager.fleet;

import org.jspecify.annotations.Nullable;

/// What keeps a host on when the mains fails, by its agent's last report.
///
/// @param percent        full
/// @param discharging    whether the machine lives on it now
/// @param runtimeMinutes that it lasts: by its own word, or from what is in it and what the machine draws while idle; null when neither is known
public record BackupPower(int percent, boolean discharging, @Nullable Integer runtimeMinutes) {}
