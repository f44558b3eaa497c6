package leaseback.host.presence;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import leaseback.protocol.Battery;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What keeps this machine on when the mains fails, as Linux shows it: folders with files of one number or word each
/// ([ABI](https://docs.kernel.org/power/power_supply_class.html)); and what the Network UPS Tools on it tell of. Those of mice and keyboards
/// do not count.
///
/// @param folder such as `/sys/class/power_supply`; where there is none, there is no battery
/// @param upsd   null for none
public record Batteries(Path folder, @Nullable Upsd upsd) {
    private static final Logger LOG = LoggerFactory.getLogger(Batteries.class);
    public static final Batteries OF_THIS_MACHINE = new Batteries(Path.of("/sys/class/power_supply"), Upsd.OF_THIS_MACHINE);
    /// For a machine that has none, or whose batteries are not the agent's to tell of.
    public static final Batteries NONE = new Batteries(Path.of("/nonexistent"), null);

    /// All of them as one; empty when there is none.
    public Optional<Battery> look() {
        List<Battery> all = new ArrayList<>(upsd == null ? List.of() : upsd.look());
        try (DirectoryStream<Path> supplies = Files.newDirectoryStream(folder)) {
            for (Path supply : supplies) {
                one(supply).ifPresent(all::add);
            }
        } catch (IOException | DirectoryIteratorException none) {
            LOG.trace("no power supplies below {}", folder, none);
        }
        if (all.isEmpty()) {
            return Optional.empty();
        }
        int percent = (int) Math.round(all.stream().mapToInt(Battery::percent).average().orElse(0));
        boolean telling = all.stream().map(Battery::milliwattHours).noneMatch(Objects::isNull);
        List<Integer> minutes = all.stream().map(Battery::minutes).filter(Objects::nonNull).toList();
        return Optional.of(new Battery(percent, all.stream().anyMatch(Battery::discharging),
                minutes.isEmpty() ? null : Math.min(minutes.stream().mapToInt(Integer::intValue).sum(), Battery.MOST_MINUTES),
                telling ? (Long) Math.min(all.stream().mapToLong(each -> Objects.requireNonNullElse(each.milliwattHours(), 0L)).sum(),
                        Battery.MOST_MILLIWATT_HOURS) : null));
    }

    private static Optional<Battery> one(Path supply) {
        String type = word(supply, "type");
        boolean ofADevice = word(supply, "scope").equals("Device");
        Long capacity = number(supply, "capacity");
        if (!type.equals("Battery") && !type.equals("UPS") || ofADevice || word(supply, "present").equals("0") || capacity == null) {
            return Optional.empty();
        }
        boolean discharging = word(supply, "status").equals("Discharging");
        return Optional.of(new Battery(Math.clamp(capacity, 0, 100), discharging, minutes(supply, discharging), energy(supply)));
    }

    /// By its own word, or from what is in it and what flows out.
    private static @Nullable Integer minutes(Path supply, boolean discharging) {
        Long seconds = number(supply, "time_to_empty_now");
        if (seconds == null) {
            seconds = number(supply, "time_to_empty_avg");
        }
        if (seconds == null && discharging) {
            seconds = seconds(number(supply, "energy_now"), number(supply, "power_now"));
            seconds = seconds == null ? seconds(number(supply, "charge_now"), number(supply, "current_now")) : seconds;
        }
        return seconds == null ? null : Math.clamp(seconds / 60, 0, Battery.MOST_MINUTES);
    }

    private static @Nullable Long seconds(@Nullable Long inside, @Nullable Long flow) {
        return inside == null || flow == null || flow == 0 ? null : Math.abs(Math.round(inside * 3600.0 / flow));
    }

    /// From microwatt hours, or from microampere hours at so many microvolts.
    private static @Nullable Long energy(Path supply) {
        Long energy = number(supply, "energy_now");
        if (energy != null) {
            return Math.clamp(energy / 1000, 0, Battery.MOST_MILLIWATT_HOURS);
        }
        Long charge = number(supply, "charge_now");
        Long volts = number(supply, "voltage_now");
        return charge == null || volts == null ? null : Math.clamp(Math.round(charge * (double) volts / 1e9), 0, Battery.MOST_MILLIWATT_HOURS);
    }

    private static @Nullable Long number(Path supply, String name) {
        String word = word(supply, name);
        return word.matches("-?[0-9]{1,15}") ? Long.valueOf(word) : null;
    }

    /// Empty where the kernel does not say.
    private static String word(Path supply, String name) {
        try {
            return Files.readString(supply.resolve(name)).strip();
        } catch (IOException unsaid) {
            return "";
        }
    }
}
