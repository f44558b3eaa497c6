package leaseback.manager.storage;

/// What passed through this manager's storage since it started, and what went wrong.
///
/// @param writtenBytes  plain bytes taken in
/// @param readBytes     plain bytes given out
/// @param refusedWrites contents refused because too few hosts took their pieces
/// @param refusedReads  reads that ended because too few pieces could be read
/// @param rebuiltCells  data cells made from others because their host was away or wrong
/// @param wrongCells    cells whose tag said that they are not what was stored: a failing disk, or a dishonest host
/// @param unpromised    segments stored as well as could be, since the promise of their class could not be kept then
/// @param hedgedReads   times that further hosts were asked because those asked first were late
public record StorageCounts(
        long writtenBytes, long readBytes, long refusedWrites, long refusedReads, long rebuiltCells, long wrongCells,
        long unpromised, long hedgedReads) {}
