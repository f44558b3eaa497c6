package leaseback.manager.storage;

import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import leaseback.manager.database.Database;
import leaseback.manager.fleet.Host;
import leaseback.manager.fleet.LineFault;
import leaseback.manager.fleet.Lines;
import leaseback.protocol.PieceRemoval;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/// The chore that takes garbage off the hosts: contents deleted, overwritten, given up, or left by a manager that died.
///
/// Any number of managers may run it: each claims what it works on by moving its due date. What an unreachable host
/// holds stays on the books until the host is back.
public final class Sweep {
    private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);
    /// A claim, and the pause before an unreachable host is tried again.
    private static final Duration AGAIN = Duration.ofMinutes(2);
    private static final Duration CALL = Duration.ofSeconds(5);
    private static final int CONTENTS = 100;
    private static final int SEGMENTS = 500;
    private static final int ROUNDS = 100;

    private final Database database;
    private final Hosts hosts;
    private final Lines lines;
    private final InstantSource clock;
    private final Contents contents;
    /// What this manager is reading now, with how many readers: it is let be until they have done.
    private final ConcurrentHashMap<UUID, Integer> readers = new ConcurrentHashMap<>();

    public Sweep(Database database, Hosts hosts, Lines lines, InstantSource clock) {
        this.database = database;
        this.hosts = hosts;
        this.lines = lines;
        this.clock = clock;
        this.contents = new Contents(database, clock, Patience.NORMAL);
    }

    /// Sweeps all that is due now, within bounds; how many pieces hosts were asked to delete and are rid of.
    public int run() {
        int pieces = 0;
        for (int round = 0; round < ROUNDS; round++) {
            List<UUID> claimed = claim();
            if (claimed.isEmpty()) {
                break;
            }
            // What is being read has been put off by the claim, and comes again.
            List<UUID> free = claimed.stream().filter(content -> !readers.containsKey(content)).toList();
            if (!free.isEmpty()) {
                pieces += sweep(free);
            }
        }
        pieces += sweepLeftovers();
        if (pieces > 0) {
            LOG.info("swept {} pieces off the hosts", pieces);
        }
        return pieces;
    }

    /// Deletes at once what can be deleted of a content that was given up. Its rows stay until `run` comes by.
    void now(UUID contentId) {
        long from = 0;
        for (List<Segment> page = contents.page(contentId, from, SEGMENTS); !page.isEmpty();
                page = contents.page(contentId, from, SEGMENTS)) {
            delete(targets(page), CALL);
            from = page.getLast().start() + 1;
        }
    }

    void readBegins(UUID contentId) {
        readers.merge(contentId, 1, Integer::sum);
    }

    void readEnds(UUID contentId) {
        readers.computeIfPresent(contentId, (content, count) -> count == 1 ? null : count - 1);
    }

    private List<UUID> claim() {
        Instant now = clock.instant();
        return database.transact(handle -> handle.createQuery("""
                update garbage set intent = false, due = :later where content_id in
                  (select content_id from garbage where due <= :now order by due limit :most for update skip locked)
                returning content_id""")
                .bind("later", now.plus(AGAIN)).bind("now", now).bind("most", CONTENTS).mapTo(UUID.class).list());
    }

    private int sweep(List<UUID> claimed) {
        // Most contents are one segment: those of all claimed ones go in one request a host.
        int pieces = sweepSegments(contents.firstOf(claimed));
        for (UUID contentId : claimed) {
            long from = 1;
            for (List<Segment> page = contents.page(contentId, from, SEGMENTS); !page.isEmpty();
                    page = contents.page(contentId, from, SEGMENTS)) {
                pieces += sweepSegments(page);
                from = page.getLast().start() + 1;
            }
        }
        database.transact(handle -> handle.createUpdate("""
                delete from garbage g where content_id in (<ids>) and not intent
                and not exists (select 1 from segment s where s.content_id = g.content_id)""")
                .bindList("ids", claimed).execute());
        return pieces;
    }

    private int sweepSegments(List<Segment> segments) {
        if (segments.isEmpty()) {
            return 0;
        }
        Set<Target> gone = delete(targets(segments), CALL.multipliedBy(8));
        record(segments, gone);
        return gone.size();
    }

    /// Takes off the books what is gone.
    private void record(List<Segment> segments, Set<Target> gone) {
        database.transact(handle -> {
            for (Segment segment : segments) {
                List<Target> left = targets(segment).stream().filter(target -> !gone.contains(target)).toList();
                if (left.isEmpty()) {
                    // A repair may have moved a piece since they were read: then the row stays, and comes again.
                    delete(handle, segment);
                } else if (left.size() < targets(segment).size()) {
                    keep(handle, segment, left);
                }
            }
            receipts(handle, segments, gone);
            return segments.size();
        });
    }

    private static void delete(Handle handle, Segment segment) {
        handle.createQuery("""
                delete from segment where content_id = :content and start = :start and hosts = :known returning *""")
                .bind("content", segment.contentId()).bind("start", segment.start())
                .bindBySqlType("known", Contents.ints(handle, segment.hosts()), Types.ARRAY)
                .map((row, context) -> Contents.segment(row)).findOne().map(Segment::packed)
                .ifPresent(packed -> Packer.hole(handle, packed.packId(), segment.bytes()));
        if (segment.k() == 0) {
            handle.createUpdate("delete from staged where content_id = :content").bind("content", segment.contentId()).execute();
        }
    }

    /// Hosts' answers about what belonged to erased tenants are kept.
    private void receipts(Handle handle, List<Segment> segments, Set<Target> gone) {
        Map<UUID, UUID> erasing = new HashMap<>();
        handle.createQuery("select content_id, erasure_id from garbage where content_id in (<ids>) and erasure_id is not null")
                .bindList("ids", segments.stream().map(Segment::contentId).distinct().toList())
                .map((row, context) -> Map.entry(row.getObject(1, UUID.class), row.getObject(2, UUID.class)))
                .forEach(entry -> erasing.put(entry.getKey(), entry.getValue()));
        Map<UUID, Map<Integer, Integer>> counts = new HashMap<>();
        for (Segment segment : segments) {
            UUID erasure = erasing.get(segment.contentId());
            if (erasure != null) {
                targets(segment).stream().filter(gone::contains).forEach(target ->
                        counts.computeIfAbsent(erasure, id -> new HashMap<>()).merge(target.alias(), 1, Integer::sum));
            }
        }
        counts.forEach((erasure, byHost) -> byHost.forEach((alias, pieces) -> {
            boolean heard = hosts.byAlias(alias).filter(host -> !host.state().gone()).isPresent();
            handle.createUpdate("""
                    insert into erasure_host (erasure_id, host, deleted, unheard, first_at, last_at)
                    values (:erasure, :host, :deleted, :unheard, :at, :at)
                    on conflict (erasure_id, host) do update set deleted = erasure_host.deleted + excluded.deleted,
                      unheard = erasure_host.unheard + excluded.unheard, last_at = excluded.last_at""")
                    .bind("erasure", erasure).bind("host", alias).bind("deleted", heard ? pieces : 0)
                    .bind("unheard", heard ? 0 : pieces).bind("at", clock.instant()).execute();
        }));
    }

    private static void keep(Handle handle, Segment segment, List<Target> left) {
        int[] aliases = new int[segment.n()];
        Arrays.fill(aliases, Segment.NO_HOST);
        left.forEach(target -> aliases[target.index()] = target.alias());
        handle.createUpdate("""
                update segment set hosts = :hosts where content_id = :content and start = :start and hosts = :known""")
                .bindBySqlType("hosts", Contents.ints(handle, aliases), Types.ARRAY)
                .bindBySqlType("known", Contents.ints(handle, segment.hosts()), Types.ARRAY)
                .bind("content", segment.contentId()).bind("start", segment.start()).execute();
    }

    private int sweepLeftovers() {
        Instant now = clock.instant();
        List<Target> claimed = database.transact(handle -> handle.createQuery("""
                update leftover set intent = false, due = :later where (root, piece, host) in
                  (select root, piece, host from leftover where due <= :now order by due limit :most for update skip locked)
                returning root, piece, host""")
                .bind("later", now.plus(AGAIN)).bind("now", now).bind("most", SEGMENTS)
                .map((row, context) -> new Target(row.getObject("root", UUID.class), row.getInt("piece"), row.getInt("host")))
                .list());
        Set<Target> gone = delete(claimed, CALL.multipliedBy(8));
        database.transact(handle -> {
            for (Target target : gone) {
                handle.createUpdate("delete from leftover where root = :root and piece = :piece and host = :host and not intent")
                        .bind("root", target.root()).bind("piece", target.index()).bind("host", target.alias()).execute();
            }
            return gone.size();
        });
        return gone.size();
    }

    private static List<Target> targets(List<Segment> segments) {
        return segments.stream().flatMap(segment -> targets(segment).stream()).toList();
    }

    private static List<Target> targets(Segment segment) {
        List<Target> targets = new ArrayList<>();
        for (int index = 0; index < segment.n(); index++) {
            if (segment.hosts()[index] != Segment.NO_HOST) {
                targets.add(new Target(segment.root(), index, segment.hosts()[index]));
            }
        }
        return targets;
    }

    /// Asks all hosts at the same time; what is certainly no longer there.
    private Set<Target> delete(List<Target> targets, Duration atMost) {
        Map<Integer, List<Target>> byHost = new HashMap<>();
        targets.forEach(target -> byHost.computeIfAbsent(target.alias(), alias -> new ArrayList<>()).add(target));
        Set<Target> gone = ConcurrentHashMap.newKeySet();
        List<Thread> asking = new ArrayList<>();
        byHost.forEach((alias, pieces) -> {
            Optional<Host> host = hosts.byAlias(alias);
            if (host.isEmpty() || host.get().state().gone()) {
                // It will never be heard again, and what it kept opens for no one.
                gone.addAll(pieces);
            } else if (lines.reachable(host.get().id())) {
                asking.add(Thread.ofVirtual().name("sweep " + host.get().serial()).start(() -> delete(host.get(), pieces, gone)));
            }
        });
        try {
            long deadline = System.nanoTime() + atMost.toNanos();
            for (Thread thread : asking) {
                thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        return new HashSet<>(gone);
    }

    private void delete(Host host, List<Target> pieces, Set<Target> gone) {
        try {
            for (int from = 0; from < pieces.size(); from += PieceRemoval.MOST) {
                List<Target> batch = pieces.subList(from, Math.min(pieces.size(), from + PieceRemoval.MOST));
                byte[] body = JsonMapper.shared().writeValueAsBytes(
                        batch.stream().map(target -> Segment.piece(target.root(), target.index())).toList());
                Lines.Reply reply = lines.call(host.id(), "POST", "/v1/pieces/delete", body, CALL);
                if (reply.status() != 200) {
                    LOG.info("host {} answered {} when asked to delete {} pieces", host.serial(), reply.status(), batch.size());
                    return;
                }
                gone.addAll(batch);
            }
        } catch (LineFault unreachable) {
            LOG.debug("host {} keeps {} pieces of garbage for now: {}", host.serial(), pieces.size(), unreachable.getMessage());
        }
    }

    /// One piece on one host.
    private record Target(UUID root, int index, int alias) {}
}
