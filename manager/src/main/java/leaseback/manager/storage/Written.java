package leaseback.manager.storage;

import java.util.List;
import java.util.UUID;

/// A content whose bytes are safe, before anything holds it.
///
/// @param streamed whether its pieces lie on hosts under an intent; else its bytes are all in `inline`
/// @param inline   at most one segment, still to be inserted
record Written(UUID contentId, long bytes, Digests digests, boolean streamed, List<Segment> inline) {}
