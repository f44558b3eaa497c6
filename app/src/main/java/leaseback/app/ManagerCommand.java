package leaseback.app;

import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import leaseback.manager.Manager;
import leaseback.manager.ManagerSettings;
import leaseback.manager.ManagerSettings.DatabaseAddress;
import leaseback.manager.ManagerSettings.Ports;
import leaseback.manager.clock.SettableClock;
import leaseback.manager.s3.Limits;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "manager",
        description = "Runs the system manager until it is told to stop.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ManagerCommand implements Callable<Integer> {
    @Option(names = "--data", paramLabel = "DIR", description = "Its folder: embedded database, keys (default: ${DEFAULT-VALUE}).",
            defaultValue = "leaseback-manager")
    private Path folder = Path.of("leaseback-manager");

    @Option(names = "--database", paramLabel = "URL",
            description = "A PostgreSQL of your own, jdbc:postgresql://HOST:PORT/NAME; without it an embedded one is started in the data folder.")
    private @Nullable String database;

    @Option(names = "--database-user", paramLabel = "NAME", description = "With --database (default: ${DEFAULT-VALUE}).", defaultValue = "leaseback")
    private String databaseUser = "leaseback";

    @Option(names = "--database-password-file", paramLabel = "FILE",
            description = "With --database: a file that holds the password; else the variable LEASEBACK_DATABASE_PASSWORD is read.")
    private @Nullable Path databasePasswordFile;

    @Option(names = "--master-key", paramLabel = "FILE",
            description = "The key all managers of one database share (default: master.key in the data folder, made when missing). Back it up.")
    private @Nullable Path masterKey;

    @Option(names = "--kms", paramLabel = "FILE",
            description = "Describes a Vault transit key that takes the master key file's place (docs/keys.md).")
    private @Nullable Path kms;

    @Option(names = "--address", paramLabel = "IP", description = "Address to listen on; plain HTTP is offered on loopback only (default: ${DEFAULT-VALUE}).",
            defaultValue = "127.0.0.1")
    private String address = "127.0.0.1";

    @Option(names = "--name", paramLabel = "NAME", description = "A DNS name or address under which hosts and clients reach this manager; may be repeated.")
    private List<String> names = List.of();

    @Option(names = "--public-url", paramLabel = "URL",
            description = "Where strangers reach the web face, such as https://lease.example.org: labels of machines lead there"
                    + " (default: this manager's own HTTPS address).")
    private @Nullable URI publicUrl;

    @Option(names = "--web-port", defaultValue = "8080", description = "Console and API over HTTP, loopback (default: ${DEFAULT-VALUE}; 0: any).")
    private int web;

    @Option(names = "--web-tls-port", defaultValue = "8443", description = "Console, API and enrolment over HTTPS (default: ${DEFAULT-VALUE}).")
    private int webTls;

    @Option(names = "--s3-port", defaultValue = "9000", description = "S3 over HTTP, loopback (default: ${DEFAULT-VALUE}).")
    private int s3;

    @Option(names = "--s3-tls-port", defaultValue = "9443", description = "S3 over HTTPS (default: ${DEFAULT-VALUE}).")
    private int s3Tls;

    @Option(names = "--line-port", defaultValue = "7443", description = "Where hosts dial in (default: ${DEFAULT-VALUE}).")
    private int line;

    @Option(names = "--region", defaultValue = "leaseback-1", description = "S3 region (default: ${DEFAULT-VALUE}).")
    private String region = "leaseback-1";

    @Option(names = "--customer-requests", defaultValue = "5000", paramLabel = "NUMBER",
            description = "S3 requests a second that one customer may make; twice as many at once (default: ${DEFAULT-VALUE}).")
    private int requests;

    @Option(names = "--customer-buckets", defaultValue = "1000", paramLabel = "NUMBER",
            description = "Buckets that one customer may have (default: ${DEFAULT-VALUE}).")
    private int buckets;

    @Option(names = "--customer-bytes", paramLabel = "NUMBER", description = "Bytes that one customer may store (default: no end).")
    private @Nullable Long bytes;

    @Option(names = "--clock", paramLabel = "INSTANT", hidden = true,
            description = "Live by a clock that stands still at this instant until it is set with POST /api/clock: for trials.")
    private @Nullable Instant start;

    /// How payouts leave.
    enum Bank {
        FILES,
        PRETEND
    }

    @Option(names = "--bank", paramLabel = "BANK", defaultValue = "files",
            description = "files: payouts go to the bank as files; pretend: they are confirmed at once and move no money, for trials"
                    + " (default: ${DEFAULT-VALUE}).")
    private Bank bank = Bank.FILES;

    @Override
    public Integer call() throws Exception {
        Path key = masterKey == null ? folder.resolve("master.key") : masterKey;
        ManagerSettings settings = new ManagerSettings(folder, databaseAddress(), key, kms, address, names,
                new Ports(web, webTls, s3, s3Tls, line), region, Duration.ofSeconds(2),
                new Limits(requests, Math.multiplyExact(2, requests), buckets, Limits.NORMAL.slowestBytes()),
                bytes == null ? Long.MAX_VALUE : bytes, start == null ? InstantSource.system() : new SettableClock(start), new SecureRandom());
        settings = switch (bank) {
            case FILES -> settings;
            case PRETEND -> settings.withPretendBank();
        };
        if (publicUrl != null) {
            settings = settings.withPublicUrl(publicUrl);
        }
        CountDownLatch stopped = new CountDownLatch(1);
        Manager manager = Manager.start(settings);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> {
            manager.close();
            stopped.countDown();
        }));
        stopped.await();
        return 0;
    }

    private @Nullable DatabaseAddress databaseAddress() throws java.io.IOException {
        if (database == null) {
            return null;
        }
        String password = databasePasswordFile != null
                ? java.nio.file.Files.readString(databasePasswordFile).strip()
                : System.getenv().getOrDefault("LEASEBACK_DATABASE_PASSWORD", "");
        return new DatabaseAddress(database, databaseUser, password);
    }
}
