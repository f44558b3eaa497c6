package leaseback.manager.storage;

import java.time.Duration;

/// How long storage waits for what.
///
/// @param write     for a host to take the next cell, or to answer that a piece is on its disk
/// @param straggler for the slower hosts once enough have answered
/// @param read      for a host to give the next cell, before another is asked
/// @param grace     before the pieces of a deleted or overwritten object go: someone may be reading it
/// @param intent    until a content whose writer shows no life is given up
public record Patience(Duration write, Duration straggler, Duration read, Duration grace, Duration intent) {
    public static final Patience NORMAL = new Patience(Duration.ofSeconds(10), Duration.ofSeconds(3), Duration.ofSeconds(4),
            Duration.ofMinutes(1), Duration.ofMinutes(10));

    /// The same with another grace.
    public Patience withGrace(Duration other) {
        return new Patience(write, straggler, read, other, intent);
    }
}
