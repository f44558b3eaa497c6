package leaseback.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One backup: its bucket, its restic repository, and what is done with them.
///
/// The bucket's default lock holds each object for some days from its writing. Old packs are still needed by new snapshots, so each
/// run puts the locks off again once half of those days have passed.
final class Backup {
    private static final Pattern KEY = Pattern.compile("<Key>(.*?)</Key>");
    private static final Pattern NEXT = Pattern.compile("<NextContinuationToken>(.*?)</NextContinuationToken>");
    private static final String LOCKS = "locks/";
    private static final Duration PRUNE = Duration.ofDays(7);
    private final Path home;
    private final BackupPlan plan;
    private final Restic restic;
    private final InstantSource clock;

    Backup(Path home, BackupPlan plan, InstantSource clock) throws IOException {
        this.home = home;
        this.plan = plan;
        this.restic = new Restic(home, plan);
        this.clock = clock;
    }

    /// With versioning and a lock from its first object on; one of that name that is ours already is taken as it is.
    void makeBucket() throws IOException {
        try (SignedS3 s3 = s3()) {
            boolean locked = plan.lockDays() > 0;
            SignedS3.Reply made = s3.call("PUT", "/" + plan.bucket(), Map.of(),
                    locked ? Map.of("x-amz-bucket-object-lock-enabled", "true") : Map.of(), "");
            if (!made.good() && !made.body().contains("BucketAlreadyOwnedByYou")) {
                throw new IOException("the bucket " + plan.bucket() + " could not be made: " + made.said()
                        + (made.status() == 501 ? "; without object lock: --lock-days 0" : ""));
            }
            if (locked) {
                lock(s3);
            }
        }
    }

    private void lock(SignedS3 s3) throws IOException {
        must(s3.call("PUT", "/" + plan.bucket(), Map.of("object-lock", ""), Map.of(), """
                <ObjectLockConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><ObjectLockEnabled>Enabled</ObjectLockEnabled>\
                <Rule><DefaultRetention><Mode>COMPLIANCE</Mode><Days>%d</Days></DefaultRetention></Rule>\
                </ObjectLockConfiguration>""".formatted(plan.lockDays())), "locking the bucket");
        // What restic deletes is only hidden; this takes it away once its lock has ended.
        must(s3.call("PUT", "/" + plan.bucket(), Map.of("lifecycle", ""), Map.of(), """
                <LifecycleConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Rule><ID>hidden</ID><Filter><Prefix></Prefix></Filter>\
                <Status>Enabled</Status><NoncurrentVersionExpiration><NoncurrentDays>%d</NoncurrentDays></NoncurrentVersionExpiration>\
                </Rule></LifecycleConfiguration>""".formatted(plan.lockDays())), "setting the bucket's lifecycle");
    }

    /// Puts the bucket back to what it showed then, whoever changed it since with this key or another; so that `restore` finds the snapshots of then.
    void putBack(Instant then, PrintWriter out) throws IOException {
        if (plan.lockDays() == 0) {
            throw new IOException("the bucket " + plan.bucket() + " keeps no older versions: the backup was set up with --lock-days 0");
        }
        try (SignedS3 s3 = s3()) {
            lock(s3);
            BucketHistory.Outcome done = new BucketHistory(s3, plan.bucket()).putBack(then, LOCKS);
            out.println("put back to " + then + ": " + done.broughtBack() + " objects brought back, " + done.hidden() + " that came later hidden");
            out.flush();
        }
        restic.mustRun("taking away the locks of runs that are gone", "unlock", "--remove-all");
    }

    void makeRepository() throws IOException {
        if (restic.ask("cat", "config").isEmpty()) {
            restic.mustRun("making the repository", "init");
        }
    }

    /// Exit status 0 when all went well, 3 when some files could not be read.
    int run(PrintWriter out) throws IOException {
        Instant begun = clock.instant();
        List<String> arguments = new ArrayList<>(List.of("backup", "--tag", "leaseback"));
        arguments.addAll(plan.folders());
        int status = restic.run(arguments.toArray(String[]::new));
        note("last-run", begun + " " + status);
        if (status == 0 && due("last-prune", PRUNE, begun)) {
            restic.mustRun("thinning out", "forget", "--keep-daily", "30", "--keep-weekly", "12", "--keep-monthly", "24", "--prune");
            note("last-prune", begun.toString());
        }
        if (plan.lockDays() > 0 && due("last-lock", Duration.ofDays(plan.lockDays()).dividedBy(2), begun)) {
            out.println("locks put off for " + lockAgain(begun.plus(plan.lockDays(), ChronoUnit.DAYS)) + " objects");
            out.flush();
            note("last-lock", begun.toString());
        }
        return status;
    }

    int status(PrintWriter out) throws IOException {
        String last = Files.exists(home.resolve("last-run")) ? Files.readString(home.resolve("last-run")).strip() : "never";
        out.println("backs up     " + String.join(", ", plan.folders()));
        out.println("into         bucket " + plan.bucket() + " at " + plan.endpoint());
        out.println("lock         " + (plan.lockDays() > 0 ? plan.lockDays() + " days" : "none"));
        out.println("last run     " + last.replaceFirst(" 0$", ", went well").replaceFirst(" ([0-9]+)$", ", restic ended with status $1"));
        out.flush();
        return restic.run("snapshots", "--compact", "--no-lock");
    }

    int check() throws IOException {
        return restic.run("check", "--read-data");
    }

    void restore(String snapshot, Path target) throws IOException {
        restic.mustRun("restoring", "restore", snapshot, "--target", target.toString());
    }

    /// restic's own `locks/` come and go, and are left alone.
    private int lockAgain(Instant until) throws IOException {
        int locked = 0;
        try (SignedS3 s3 = s3()) {
            Map<String, String> query = new HashMap<>(Map.of("list-type", "2", "max-keys", "1000"));
            while (true) {
                SignedS3.Reply page = must(s3.call("GET", "/" + plan.bucket(), query, Map.of(), ""), "listing the bucket");
                Matcher keys = KEY.matcher(page.body());
                while (keys.find()) {
                    if (!keys.group(1).startsWith(LOCKS)) {
                        must(s3.call("PUT", "/" + plan.bucket() + "/" + keys.group(1), Map.of("retention", ""), Map.of(), """
                                <Retention xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Mode>COMPLIANCE</Mode>\
                                <RetainUntilDate>%s</RetainUntilDate></Retention>""".formatted(until.truncatedTo(ChronoUnit.SECONDS))),
                                "locking " + keys.group(1));
                        locked++;
                    }
                }
                Matcher next = NEXT.matcher(page.body());
                if (!next.find()) {
                    return locked;
                }
                query.put("continuation-token", next.group(1));
            }
        }
    }

    private boolean due(String name, Duration every, Instant now) throws IOException {
        Path file = home.resolve(name);
        if (!Files.exists(file)) {
            // Counted from the first run.
            note(name, now.toString());
            return false;
        }
        try {
            return !now.isBefore(Instant.parse(Files.readString(file).strip()).plus(every));
        } catch (DateTimeParseException broken) {
            return true;
        }
    }

    private void note(String name, String text) throws IOException {
        BackupPlan.keep(home.resolve(name), text + "\n");
    }

    private SignedS3 s3() throws IOException {
        Properties credentials = new Properties();
        try (var text = Files.newBufferedReader(home.resolve("credentials"))) {
            credentials.load(text);
        }
        return new SignedS3(plan.address(), plan.region(), credentials.getProperty("aws_access_key_id", ""),
                credentials.getProperty("aws_secret_access_key", ""), plan.ca() == null ? null : Path.of(plan.ca()), clock);
    }

    private static SignedS3.Reply must(SignedS3.Reply reply, String what) throws IOException {
        if (!reply.good()) {
            throw new IOException(what + " was refused: " + reply.said());
        }
        return reply;
    }
}
