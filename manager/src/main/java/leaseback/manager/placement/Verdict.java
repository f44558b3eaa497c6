package leaseback.manager.placement;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What placement says.
public sealed interface Verdict {
    /// Hosts with which the promise holds, as soon as any `code.needed()` of them have their piece on disk.
    ///
    /// @param hosts    `code.needed()` to `code.n()`, in the order of the pieces
    /// @param readable chance that it can be read at the worst hour of the week
    /// @param hour     the worst hour
    /// @param broken   rules that this fleet does not allow to be kept
    record Placed(Code code, List<Candidate> hosts, double readable, int hour, Set<Rule> broken) implements Verdict {
        public Placed {
            hosts = List.copyOf(hosts);
            broken = Set.copyOf(broken);
        }
    }

    /// The promise cannot be made.
    ///
    /// @param hour   of the week in which it fails; null when it is not a matter of hours
    /// @param reason in plain words, and what would do
    record CannotPromise(StorageClass asked, @Nullable Integer hour, String reason) implements Verdict {}
}
