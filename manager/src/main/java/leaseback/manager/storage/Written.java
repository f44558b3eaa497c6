package leaseback.manager.storage;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A content whose bytes are safe, before anything holds it.
///
/// @param streamed whether its pieces lie on hosts under an intent; else its bytes are all in `inline`
/// @param inline   at most one segment, still to be inserted
/// @param storageClass name of what is promised for it
/// @param staged   for whom it waits in its row to be packed; null when it stays where it is
record Written(UUID contentId, long bytes, Digests digests, boolean streamed, List<Segment> inline, String storageClass,
        @Nullable Tenancy staged) {}
