package leaseback.manager;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.random.RandomGenerator;
import leaseback.manager.s3.Limits;
import org.jspecify.annotations.Nullable;

/// What a manager is started with.
///
/// @param folder    its own folder: embedded database, keys, logs
/// @param database  where the truth is; null for the embedded PostgreSQL in `folder`
/// @param masterKey the file that all managers of one database share
/// @param kms       describes the key service that takes the file's place (`KmsSettings`); null for the file alone
/// @param address   the address to listen on; plain HTTP is offered on loopback only, whatever this is
/// @param names     further DNS names and addresses under which hosts and clients reach this manager
/// @param ports     where to listen
/// @param region    the S3 region clients sign for
/// @param pulse     how often each host is asked for its report
/// @param limits    what one customer may take of this manager's S3 face
/// @param tenantBytes one customer may store, plain
/// @param clock     the time
/// @param random    chance for placement and jitter; secrets are drawn from their own strong source
/// @param lifecycleDay how long a day of a bucket's lifecycle rules lasts: 24 hours, but in trials
/// @param pretendBank  payouts are confirmed at once and move no money: for trials alone
/// @param publicUrl where strangers reach the web face, as labels of machines say it; null for this manager's own HTTPS address
public record ManagerSettings(
        Path folder,
        @Nullable DatabaseAddress database,
        Path masterKey,
        @Nullable Path kms,
        String address,
        List<String> names,
        Ports ports,
        String region,
        Duration pulse,
        Limits limits,
        long tenantBytes,
        InstantSource clock,
        RandomGenerator random,
        Duration lifecycleDay,
        boolean pretendBank,
        @Nullable URI publicUrl) {
    private static final Duration DAY = Duration.ofDays(1);

    public ManagerSettings {
        names = List.copyOf(names);
        if (publicUrl != null && !publicUrl.toString().matches("https?://[^/?#@]+(/[^?#]*[^/?#])?")) {
            throw new IllegalArgumentException("the public address is like https://lease.example.org, without a slash at its end; not " + publicUrl);
        }
    }

    /// With days of 24 hours.
    public ManagerSettings(Path folder, @Nullable DatabaseAddress database, Path masterKey, @Nullable Path kms, String address,
            List<String> names, Ports ports, String region, Duration pulse, Limits limits, long tenantBytes, InstantSource clock,
            RandomGenerator random) {
        this(folder, database, masterKey, kms, address, names, ports, region, pulse, limits, tenantBytes, clock, random, DAY, false, null);
    }

    /// For trials of lifecycle rules: their days last so long.
    public ManagerSettings withLifecycleDay(Duration day) {
        return new ManagerSettings(folder, database, masterKey, kms, address, names, ports, region, pulse, limits, tenantBytes, clock,
                random, day, pretendBank, publicUrl);
    }

    /// For trials: a bank that pays at once and moves no money.
    public ManagerSettings withPretendBank() {
        return new ManagerSettings(folder, database, masterKey, kms, address, names, ports, region, pulse, limits, tenantBytes, clock,
                random, lifecycleDay, true, publicUrl);
    }

    /// With labels of machines that lead there.
    public ManagerSettings withPublicUrl(URI url) {
        return new ManagerSettings(folder, database, masterKey, kms, address, names, ports, region, pulse, limits, tenantBytes, clock,
                random, lifecycleDay, pretendBank, url);
    }

    /// With the master key in its file, and the usual limits.
    public ManagerSettings(Path folder, @Nullable DatabaseAddress database, Path masterKey, String address, List<String> names,
            Ports ports, String region, Duration pulse, InstantSource clock, RandomGenerator random) {
        this(folder, database, masterKey, null, address, names, ports, region, pulse, Limits.NORMAL, Long.MAX_VALUE, clock,
                random);
    }

    /// A PostgreSQL of the operator's own.
    public record DatabaseAddress(String jdbcUrl, String user, String password) {
        @Override
        public String toString() {
            return jdbcUrl + " as " + user;
        }
    }

    /// TCP ports; 0 takes any free one.
    public record Ports(int web, int webTls, int s3, int s3Tls, int line) {
        public static final Ports ANY = new Ports(0, 0, 0, 0, 0);
    }
}
