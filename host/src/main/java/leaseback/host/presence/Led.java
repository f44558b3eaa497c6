package leaseback.host.presence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A light as Linux shows it, a folder below `/sys/class/leds`: whatever stands in `brightness` is how brightly it shines, of what
/// `max_brightness` says.
///
/// @param folder such as `/sys/class/leds/input3::scrolllock`
public record Led(Path folder) implements Indicator {
    @Override
    public void show(boolean on) throws IOException {
        // Never makes the file: where there is none, there is no light.
        Files.writeString(folder.resolve("brightness"), on ? brightest() : "0", StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
    }

    private String brightest() throws IOException {
        try {
            String most = Files.readString(folder.resolve("max_brightness")).strip();
            return most.matches("[1-9][0-9]{0,8}") ? most : "1";
        } catch (NoSuchFileException untold) {
            return "1";
        }
    }
}
