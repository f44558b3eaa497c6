package leaseback.manager.storage;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.audit.Audit;
import leaseback.manager.database.Database;
import leaseback.manager.fleet.Host;
import leaseback.manager.fleet.HostAddresses;
import org.jspecify.annotations.Nullable;

/// Where the pieces of an object, or of all objects under a prefix, are: on which hosts, and from which addresses those were last
/// seen. Who asks, and for what, is written to the audit in the same transaction.
public final class Whereabouts {
    private final Database database;
    private final Hosts hosts;
    private final HostAddresses addresses;
    private final InstantSource clock;

    public Whereabouts(Database database, Hosts hosts, HostAddresses addresses, InstantSource clock) {
        this.database = database;
        this.hosts = hosts;
        this.addresses = addresses;
        this.clock = clock;
    }

    /// @param objects  found, older versions included
    /// @param segments of them
    /// @param inline   of those segments, the ones whose bytes lie in the manager's database
    public record Found(long objects, long bytes, long segments, long inline, List<Holder> holders) {}

    /// One host that keeps pieces.
    ///
    /// @param host      its id; for the owner of the data a name that tells them nothing and is another for each owner
    /// @param serial    for the operator only
    /// @param place     the time zone it stands in
    /// @param address   of its line; null when it was not asked for, or never seen
    /// @param since     from when on its line came from there
    /// @param lastSeen  when its line last came up from there
    public record Holder(String host, @Nullable String serial, String place, boolean reachable, long pieces, @Nullable String address,
            @Nullable Integer port, @Nullable Instant since, @Nullable Instant lastSeen) {}

    /// Whose question it is.
    ///
    /// @param actor      for the audit
    /// @param operator   may learn which machine it is
    /// @param addresses  whether addresses were asked for
    public record Question(String actor, boolean operator, boolean addresses) {}

    /// @param key of one object
    public Found object(Bucket bucket, String key, Question question) {
        return find(bucket, "o.key = :key", key, "s3://" + bucket.name() + "/" + key, question);
    }

    /// @param prefix of objects' keys; empty for the whole bucket
    public Found prefix(Bucket bucket, String prefix, Question question) {
        return find(bucket, "starts_with(o.key, :key)", prefix, "s3://" + bucket.name() + "/" + prefix + "*", question);
    }

    private Found find(Bucket bucket, String which, String key, String subject, Question question) {
        record Counted(long objects, long bytes, long segments, long inline, Map<Integer, Long> pieces) {}

        Counted counted = database.transact(handle -> {
            Audit.write(handle, clock.instant().truncatedTo(ChronoUnit.MILLIS), question.actor(), "ask whereabouts", subject,
                    question.addresses() ? "with addresses" : "without addresses");
            String contents = CONTENTS.replace("WHICH", which);
            Map<Integer, Long> pieces = new HashMap<>();
            handle.createQuery(contents + """
                     select host, count(*) as pieces
                    from (select unnest(s.hosts) as host from content c join segment s on s.content_id = c.id) as held
                    where host >= 0 group by host""")
                    .bind("bucket", bucket.id()).bind("key", key)
                    .map((row, context) -> Map.entry(row.getInt(1), row.getLong(2)))
                    .forEach(entry -> pieces.put(entry.getKey(), entry.getValue()));
            return handle.createQuery(contents + """
                     select count(*), coalesce(sum(c.bytes), 0),
                      (select count(*) from content d join segment s on s.content_id = d.id),
                      (select count(*) from content d join segment s on s.content_id = d.id where s.inline is not null) from content c""")
                    .bind("bucket", bucket.id()).bind("key", key)
                    .map((row, context) -> new Counted(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4), pieces)).one();
        });
        return new Found(counted.objects(), counted.bytes(), counted.segments(), counted.inline(),
                holders(counted.pieces(), bucket.ownerId(), question));
    }

    private List<Holder> holders(Map<Integer, Long> pieces, UUID owner, Question question) {
        Map<Integer, Host> known = new HashMap<>();
        pieces.keySet().forEach(alias -> hosts.byAlias(alias).ifPresent(host -> known.put(alias, host)));
        Map<UUID, HostAddresses.Seen> seen = question.addresses()
                ? addresses.latest(known.values().stream().map(Host::id).toList()) : Map.of();
        List<Holder> holders = new ArrayList<>();
        pieces.keySet().stream().sorted().forEach(alias -> Optional.ofNullable(known.get(alias)).ifPresent(host -> {
            HostAddresses.Seen from = seen.get(host.id());
            holders.add(new Holder(question.operator() ? host.id().toString() : pseudonym(owner, host.id()),
                    question.operator() ? host.serial() : null, host.terms().serving().zone().getId(), host.reachable(),
                    pieces.getOrDefault(alias, 0L), from == null ? null : from.address(), from == null ? null : from.port(),
                    from == null ? null : from.since(), from == null ? null : from.seenAt()));
        }));
        return holders;
    }

    /// Hosts' ids are random, so this cannot be undone by trying.
    private static String pseudonym(UUID owner, UUID host) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update("leaseback/whereabouts".getBytes(StandardCharsets.UTF_8));
            for (UUID id : List.of(owner, host)) {
                digest.update(ByteBuffer.allocate(16).putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits()).array());
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (NoSuchAlgorithmException broken) {
            throw new IllegalStateException("this JVM has no SHA-256", broken);
        }
    }

    private static final String CONTENTS = """
            with content as (select o.id, o.bytes from object o where o.bucket_id = :bucket and WHICH
             union all select o.id, o.bytes from version o where o.bucket_id = :bucket and not o.marker and WHICH)""";
}
