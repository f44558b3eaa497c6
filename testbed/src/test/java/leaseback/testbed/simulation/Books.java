package leaseback.testbed.simulation;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import leaseback.manager.database.Database;

/// What the database says lies on which host, read past the code that is tested.
final class Books {
    private final Database database;

    Books(Database database) {
        this.database = database;
    }

    /// Segments that an object, a part or a pack holds, those kept in the row left out.
    List<Entry> held() {
        return entries("""
                where k > 0 and (exists (select 1 from object o where o.id = s.content_id)
                  or exists (select 1 from part p where p.content_id = s.content_id)
                  or exists (select 1 from pack a where a.id = s.content_id))""");
    }

    /// Segments on hosts that the content is read from: its own, or those of the packs it lies in.
    List<Entry> of(UUID contentId) {
        return entries("where k > 0 and (s.content_id = '" + contentId + "' or s.content_id in "
                + "(select pack_id from segment where content_id = '" + contentId + "'))");
    }

    /// Segments that nothing holds and that are on no list of garbage: they would stay for ever.
    List<Entry> orphans() {
        return entries("""
                where not exists (select 1 from object o where o.id = s.content_id)
                  and not exists (select 1 from part p where p.content_id = s.content_id)
                  and not exists (select 1 from pack a where a.id = s.content_id)
                  and not exists (select 1 from garbage g where g.content_id = s.content_id)""");
    }

    /// All pieces that a row of segments names, by the host's alias.
    Map<Integer, Set<UUID>> named() {
        Map<Integer, Set<UUID>> named = new HashMap<>();
        for (Entry entry : entries("where k > 0")) {
            for (int piece = 0; piece < entry.hosts().length; piece++) {
                if (entry.hosts()[piece] >= 0) {
                    named.computeIfAbsent(entry.hosts()[piece], alias -> new HashSet<>()).add(entry.piece(piece));
                }
            }
        }
        return named;
    }

    long count(String table) {
        return database.read(handle -> handle.createQuery("select count(*) from " + table).mapTo(Long.class).one());
    }

    private List<Entry> entries(String where) {
        return database.read(handle -> handle.createQuery("select content_id, root, k, hosts from segment s " + where
                        + " order by content_id, start")
                .map((row, context) -> {
                    Integer[] hosts = (Integer[]) row.getArray("hosts").getArray();
                    return new Entry(row.getObject("content_id", UUID.class), row.getObject("root", UUID.class), row.getInt("k"),
                            Arrays.stream(hosts).mapToInt(Integer::intValue).toArray());
                }).list());
    }

    /// One segment.
    record Entry(UUID contentId, UUID root, int k, int[] hosts) {
        /// As the storage names pieces; written down a second time so that a change there is noticed.
        UUID piece(int index) {
            return UUID.nameUUIDFromBytes(ByteBuffer.allocate(20).putLong(root.getMostSignificantBits())
                    .putLong(root.getLeastSignificantBits()).putInt(index).array());
        }

        /// How many of its pieces pass the test.
        int good(List<SimulatedHost> all, PieceTest test) {
            List<Integer> good = new ArrayList<>();
            for (int index = 0; index < hosts.length; index++) {
                int alias = hosts[index];
                UUID piece = piece(index);
                if (all.stream().anyMatch(host -> host.alias() == alias && test.passes(host, piece))) {
                    good.add(index);
                }
            }
            return good.size();
        }
    }

    /// Something asked of a piece on a host.
    interface PieceTest {
        boolean passes(SimulatedHost host, UUID piece);
    }
}
