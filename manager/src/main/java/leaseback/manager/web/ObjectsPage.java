package leaseback.manager.web;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import leaseback.manager.storage.Bucket;
import leaseback.manager.storage.Census;
import leaseback.manager.storage.Listing;
import leaseback.manager.storage.StoredObject;
import org.jspecify.annotations.Nullable;

/// One page of a bucket: folders first, then objects. No content is shown, here or anywhere.
///
/// @param prefix  the folder one is in; empty at the top
/// @param after   where the page begins; empty at the start
/// @param reaches by object id
public record ObjectsPage(Bucket bucket, String owner, String prefix, String after, Listing listing, Map<UUID, Census.Reach> reaches, Instant now) {
    /// A folder on the way down.
    public record Crumb(String name, String address) {}

    /// One object with how well it can be reached; null when it has no segments.
    public record Row(StoredObject object, String name, Census.@Nullable Reach reach) {
        /// `2/6` and the like; words where there are no pieces.
        public String pieces() {
            if (reach == null) {
                return "empty";
            }
            return reach.pieces() == 0 ? "inline" : reach.reached() + "/" + reach.pieces();
        }

        /// `up` with all pieces at hand, `wait` with fewer, `missed` when it cannot be read now.
        public String mark() {
            if (reach == null || reach.pieces() == 0 || reach.reached() == reach.pieces()) {
                return "up";
            }
            return reach.readable() ? "wait" : "missed";
        }

        public String words() {
            if (reach == null) {
                return "nothing to keep";
            }
            if (reach.pieces() == 0) {
                return "sealed in the manager’s database";
            }
            if (!reach.readable()) {
                return "not readable now: " + reach.needed() + " needed";
            }
            int spare = reach.reached() - reach.needed();
            return spare == 0 ? "readable, none to spare" : "readable, " + spare + " to spare";
        }

        public int segments() {
            return reach == null ? 0 : reach.segments();
        }
    }

    public List<Row> rows() {
        return listing.objects().stream()
                .map(object -> new Row(object, object.key().substring(prefix.length()), reaches.get(object.id()))).toList();
    }

    public boolean empty() {
        return listing.objects().isEmpty() && listing.prefixes().isEmpty();
    }

    public String address() {
        return address(prefix, after);
    }

    public String address(String folder, String from) {
        return "/buckets/" + bucket.name() + (folder.isEmpty() && from.isEmpty() ? "" : "?prefix=" + Figures.encoded(folder))
                + (from.isEmpty() ? "" : "&after=" + Figures.encoded(from));
    }

    /// The folder's own name.
    public String name(String folder) {
        return folder.substring(prefix.length());
    }

    public List<Crumb> crumbs() {
        List<Crumb> crumbs = new ArrayList<>();
        for (int slash = prefix.indexOf('/'), from = 0; slash >= 0; from = slash + 1, slash = prefix.indexOf('/', from)) {
            crumbs.add(new Crumb(prefix.substring(from, slash + 1), address(prefix.substring(0, slash + 1), "")));
        }
        return crumbs;
    }
}
