package leaseback.host.presence;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import leaseback.protocol.Battery;
import org.jspecify.annotations.Nullable;

/// The uninterruptible power supplies that a Network UPS Tools server tells of ([RFC 9271](https://www.rfc-editor.org/rfc/rfc9271)): most that
/// stand beside a computer are known to nobody else on it. Nothing is asked that needs a password.
///
/// @param patience in which all of it must be said: the manager waits for the report meanwhile
public record Upsd(InetSocketAddress server, Duration patience) {
    public static final Upsd OF_THIS_MACHINE = new Upsd(new InetSocketAddress(InetAddress.getLoopbackAddress(), 3493), Duration.ofMillis(800));
    private static final int MOST_SUPPLIES = 16;
    private static final int MOST_CHARACTERS = 200_000;
    private static final Pattern WORD = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s\"]+)");

    /// Those that say how they are; none where no server answers.
    public List<Battery> look() {
        try (Socket socket = new Socket()) {
            Talk talk = new Talk(socket, System.nanoTime() + patience.toNanos());
            socket.connect(server, talk.left());
            List<Battery> found = new ArrayList<>();
            for (List<String> supply : talk.list("UPS")) {
                if (supply.size() >= 2 && found.size() < MOST_SUPPLIES) {
                    Map<String, String> values = new HashMap<>();
                    talk.list("VAR " + supply.get(1)).stream().filter(words -> words.size() == 4).forEach(words -> values.put(words.get(2), words.get(3)));
                    battery(values).ifPresent(found::add);
                }
            }
            return found;
        } catch (IOException none) {
            return List.of();
        }
    }

    /// One that does not say how full it is is taken for full while the mains feeds it, and for empty while not.
    private static Optional<Battery> battery(Map<String, String> values) {
        List<String> status = List.of(values.getOrDefault("ups.status", "").toUpperCase(Locale.ROOT).strip().split("\\s+", 20));
        boolean discharging = status.contains("OB");
        if (!discharging && !status.contains("OL")) {
            return Optional.empty();
        }
        Integer seconds = number(values.get("battery.runtime"));
        Integer charge = number(values.get("battery.charge"));
        return Optional.of(new Battery(charge == null ? discharging ? 0 : 100 : Math.clamp(charge, 0, 100), discharging,
                seconds == null ? null : Math.clamp(seconds / 60, 0, Battery.MOST_MINUTES), null));
    }

    /// Whole part; null for what is no number.
    private static @Nullable Integer number(@Nullable String word) {
        return word != null && word.matches("-?[0-9]{1,9}(\\.[0-9]{0,9})?") ? Integer.valueOf(word.replaceFirst("\\..*", "")) : null;
    }

    /// Words of a line, quotes undone.
    private static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(line);
        while (matcher.find()) {
            words.add(matcher.group(1) == null ? matcher.group(2) : matcher.group(1).replaceAll("\\\\(.)", "$1"));
        }
        return words;
    }

    /// One conversation, over by a deadline and bounded in what is heard.
    private static final class Talk {
        private final Socket socket;
        private final long deadline;
        private @Nullable BufferedReader in;
        private int heard;

        Talk(Socket socket, long deadline) {
            this.socket = socket;
            this.deadline = deadline;
        }

        /// Milliseconds, at least one.
        int left() throws IOException {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new IOException("too slow");
            }
            return (int) left;
        }

        /// Lines between BEGIN and END.
        List<List<String>> list(String what) throws IOException {
            socket.getOutputStream().write(("LIST " + what + "\n").getBytes(StandardCharsets.UTF_8));
            if (!line().equals("BEGIN LIST " + what)) {
                throw new IOException("not a list");
            }
            List<List<String>> lines = new ArrayList<>();
            for (String line = line(); !line.equals("END LIST " + what); line = line()) {
                lines.add(words(line));
            }
            return lines;
        }

        private String line() throws IOException {
            BufferedReader reader = in;
            if (reader == null) {
                reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
                in = reader;
            }
            StringBuilder line = new StringBuilder();
            while (true) {
                socket.setSoTimeout(left());
                int next = reader.read();
                if (next < 0 || ++heard > MOST_CHARACTERS) {
                    throw new IOException(next < 0 ? "hung up" : "too long");
                }
                if (next == '\n') {
                    return line.toString();
                }
                line.append((char) next);
            }
        }
    }
}
