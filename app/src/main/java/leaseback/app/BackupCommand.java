package leaseback.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

@Command(
        name = "backup",
        description = "Backs folders up with restic, every night, into a bucket of their own in which nothing can be destroyed for a while.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class BackupCommand implements Callable<Integer> {
    private static final String LETTERS = "abcdefghijkmnpqrstuvwxyz23456789";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "FOLDER", arity = "0..*", description = "What to back up. Also: run, status, check, restore.")
    private List<Path> folders = new ArrayList<>();

    @Option(names = "--home", paramLabel = "DIR", scope = ScopeType.INHERIT,
            description = "Where the plan, the credentials and the password are kept (default: ~/.config/leaseback/backup).")
    private Path home = Path.of(System.getProperty("user.home"), ".config/leaseback/backup");

    @Option(names = "--data", paramLabel = "DIR", description = "Back up into the world made by `up` in this folder (default: ${DEFAULT-VALUE}).",
            defaultValue = UpCommand.FOLDER)
    private Path world = Path.of(UpCommand.FOLDER);

    @Option(names = "--endpoint", paramLabel = "URL",
            description = "An S3 endpoint instead; the key is taken from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.")
    private @Nullable URI endpoint;

    @Option(names = "--ca", paramLabel = "FILE", description = "With --endpoint: the CA certificate it must have.")
    private @Nullable Path ca;

    @Option(names = "--region", defaultValue = UpCommand.REGION, description = "With --endpoint (default: ${DEFAULT-VALUE}).")
    private String region = UpCommand.REGION;

    @Option(names = "--bucket", description = "Its name (default: a new one).")
    private @Nullable String bucket;

    @Option(names = "--lock-days", defaultValue = "30",
            description = "For how long nobody can destroy what was backed up, not even with the key (default: ${DEFAULT-VALUE}; 0: no lock).")
    private int lockDays = 30;

    @Option(names = "--no-timer", description = "No nightly run.")
    private boolean noTimer;

    @Option(names = "--units", paramLabel = "DIR", description = "Write the systemd units here instead of installing them.")
    private @Nullable Path units;

    @Override
    public Integer call() throws Exception {
        if (folders.isEmpty()) {
            throw new IOException("name a folder to back up, or one of: run, status, check, restore");
        }
        List<String> wanted = new ArrayList<>();
        for (Path folder : folders) {
            if (!Files.exists(folder)) {
                throw new IOException("there is no " + folder + " to back up");
            }
            wanted.add(folder.toRealPath().toString());
        }
        if (BackupPlan.exists(home)) {
            BackupPlan old = BackupPlan.read(home);
            BackupPlan plan = new BackupPlan(wanted, old.endpoint(), old.region(), old.bucket(), old.ca(), old.lockDays());
            plan.write(home);
            say("backs up " + String.join(", ", wanted) + " from now on, into the bucket " + plan.bucket() + " as before");
            return new Backup(home, plan, InstantSource.system()).run(spec.commandLine().getOut());
        }
        Files.createDirectories(home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        home = home.toRealPath();
        Place place = place();
        String name = bucket == null ? "backup-" + letters(16) : bucket;
        BackupPlan plan = new BackupPlan(wanted, place.endpoint(), place.region(), name, place.ca(), lockDays);
        Backup backup = new Backup(home, plan, InstantSource.system());
        BackupPlan.keep(home.resolve("credentials"), "[default]\naws_access_key_id = " + place.keyId() + "\naws_secret_access_key = "
                + place.secret() + "\n");
        backup.makeBucket();
        if (!Files.exists(home.resolve("password"))) {
            BackupPlan.keep(home.resolve("password"), letters(40) + "\n");
        }
        backup.makeRepository();
        plan.write(home);
        say("bucket       " + name + (lockDays > 0 ? ", in which nothing can be destroyed for " + lockDays + " days" : ", without object lock"));
        say("password     " + home.resolve("password"));
        say("             Keep a copy of this file, of " + home.resolve("credentials") + " and of " + home.resolve("backup.json"));
        say("             away from this machine: without the password nobody can read the backup, and nobody can reset it.");
        if (!noTimer) {
            say("schedule     " + (units == null ? BackupTimer.here().install(home, false) : BackupTimer.into(units).install(home, true)));
        }
        return backup.run(spec.commandLine().getOut());
    }

    @Command(name = "run", description = "Backs up now; for timers and cron.", mixinStandardHelpOptions = true)
    int run() throws IOException {
        return existing().run(spec.commandLine().getOut());
    }

    @Command(name = "status", description = "What is backed up, where to, and the last run.", mixinStandardHelpOptions = true)
    int status() throws IOException {
        return existing().status(spec.commandLine().getOut());
    }

    @Command(name = "check", description = "Reads everything back and checks it.", mixinStandardHelpOptions = true)
    int check() throws IOException {
        return existing().check();
    }

    @Command(name = "restore", description = "Restores a snapshot, beside what is there now.", mixinStandardHelpOptions = true)
    int restore(
            @Option(names = "--to", paramLabel = "DIR", description = "Where to (default: a new folder here).") @Nullable Path to,
            @Option(names = "--snapshot", paramLabel = "ID", defaultValue = "latest", description = "Which (default: ${DEFAULT-VALUE}).")
            String snapshot,
            @Option(names = "--as-of", paramLabel = "TIME", description = "First puts the bucket back to how it was then, such as "
                    + "2026-11-22T18:00:00Z: after somebody deleted or overwrote what is in it.") @Nullable String asOf) throws IOException {
        Path target = to != null ? to : Path.of("restored-" + DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT)
                .withZone(ZoneOffset.UTC).format(InstantSource.system().instant()));
        Backup backup = existing();
        if (asOf != null) {
            backup.putBack(instant(asOf), spec.commandLine().getOut());
        }
        backup.restore(snapshot, target);
        say("restored to " + target.toAbsolutePath());
        return 0;
    }

    private static Instant instant(String time) throws IOException {
        try {
            return OffsetDateTime.parse(time).toInstant();
        } catch (DateTimeParseException unfit) {
            throw new IOException("a time is like 2026-11-22T18:00:00Z or 2026-11-22T19:00:00+01:00, not " + time, unfit);
        }
    }

    private Backup existing() throws IOException {
        return new Backup(home.toAbsolutePath(), BackupPlan.read(home), InstantSource.system());
    }

    private record Place(String endpoint, String region, @Nullable String ca, String keyId, String secret) {}

    private Place place() throws IOException {
        if (endpoint != null) {
            String keyId = System.getenv("AWS_ACCESS_KEY_ID");
            String secret = System.getenv("AWS_SECRET_ACCESS_KEY");
            if (keyId == null || secret == null) {
                throw new IOException("--endpoint needs the key in the variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
            }
            return new Place(endpoint.toString().replaceAll("/+$", ""), region, ca == null ? null : ca.toRealPath().toString(), keyId, secret);
        }
        WorldFile file = WorldFile.existing(world);
        Sale.User user = file.user();
        if (user == null) {
            throw new IOException("the world in " + world + " is not ready yet: wait until `up` has printed its endpoints");
        }
        return new Place("https://127.0.0.1:" + file.ports().s3Tls(), UpCommand.REGION, world.resolve("ca.pem").toRealPath().toString(),
                user.accessKey(), user.secret());
    }

    private static String letters(int count) {
        SecureRandom random = new SecureRandom();
        StringBuilder text = new StringBuilder(count);
        for (int i = 0; i < count; i++) {
            text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return text.toString();
    }

    private void say(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }
}
