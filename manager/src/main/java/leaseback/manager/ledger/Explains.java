package leaseback.manager.ledger;

import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// Says of the lines of one kind of document how their figures came about. Each package that writes documents has one;
/// they are handed to [Explanations] where the manager is built.
@FunctionalInterface
public interface Explains {
    /// Empty when there is no such line. In the caller's transaction.
    Optional<Explanation> explain(Handle handle, DocumentLine line);
}
