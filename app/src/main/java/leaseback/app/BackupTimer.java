package leaseback.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The nightly run: a systemd timer of the user, or of the system for root; a line for cron where there is no systemd.
final class BackupTimer {
    private static final String NAME = "leaseback-backup";
    private final Path units;
    private final boolean system;
    private final boolean systemd;

    private BackupTimer(Path units, boolean system, boolean systemd) {
        this.units = units;
        this.system = system;
        this.systemd = systemd;
    }

    /// As this machine has it.
    static BackupTimer here() {
        boolean root = System.getProperty("user.name", "").equals("root");
        boolean running = Files.isDirectory(Path.of("/run/systemd/system"));
        return new BackupTimer(root ? Path.of("/etc/systemd/system")
                : Path.of(System.getProperty("user.home"), ".config/systemd/user"), root, running);
    }

    /// Writes the units only, for whoever installs them: an image, a package, a test.
    static BackupTimer into(Path units) {
        return new BackupTimer(units, true, false);
    }

    /// Writes units of users for a machine's image, `/usr/lib/systemd/user`: they do nothing until the user has set a backup up.
    void image() throws IOException {
        String home = "%h/.config/leaseback/backup";
        write("ConditionPathExists=" + home + "/backup.json\n", "leaseback backup run --home " + home);
    }

    /// @param home      of the plan
    /// @param elsewhere whether the units are not for this machine
    /// @return what was done, for a person
    String install(Path home, boolean elsewhere) throws IOException {
        String program = String.join(" ", program().stream().map(BackupTimer::quoted).toList());
        String run = program + " backup run --home " + quoted(home.toString());
        if (!systemd && !elsewhere) {
            return "this machine has no systemd; for a nightly run put this line into crontab -e:\n  17 2 * * *  " + run;
        }
        write("", run);
        if (elsewhere) {
            return "units written to " + units;
        }
        systemctl("daemon-reload");
        systemctl("enable", "--now", NAME + ".timer");
        return "every night at 2 by the systemd timer " + NAME + (system ? "" : " of this user (loginctl enable-linger keeps it when signed out)");
    }

    private void write(String conditions, String run) throws IOException {
        Files.createDirectories(units);
        Files.writeString(units.resolve(NAME + ".service"), """
                [Unit]
                Description=Leaseback backup
                Wants=network-online.target
                After=network-online.target
                %s

                [Service]
                Type=oneshot
                ExecStart=%s
                Nice=10
                IOSchedulingClass=idle
                """.formatted(conditions, run));
        Files.writeString(units.resolve(NAME + ".timer"), """
                [Unit]
                Description=Leaseback backup, every night

                [Timer]
                OnCalendar=*-*-* 02:00:00
                RandomizedDelaySec=1h
                Persistent=true

                [Install]
                WantedBy=timers.target
                """);
    }

    private void systemctl(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(system ? List.of("systemctl") : List.of("systemctl", "--user"));
        command.addAll(List.of(arguments));
        try {
            int status = new ProcessBuilder(command).inheritIO().start().waitFor();
            if (status != 0) {
                throw new IOException(String.join(" ", command) + " ended with status " + status
                        + "; the backup itself is set up: run it with `leaseback backup run`, or from cron");
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while installing the timer", stopped);
        }
    }

    /// How this program was started: the script, or else this very Java with its class path.
    private static List<String> program() {
        String script = System.getenv("LEASEBACK_PROGRAM");
        return script != null ? List.of(script)
                : List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx64m",
                        "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"), Main.class.getName());
    }

    private static String quoted(String word) {
        return word.matches("[A-Za-z0-9_./:=@+-]+") ? word : "\"" + word.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
