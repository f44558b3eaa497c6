package leaseback.manager.hub;

import java.util.List;
import leaseback.manager.audit.Audit;
import org.jdbi.v3.core.Handle;

/// Says an act in the words of those who listen.
@FunctionalInterface
public interface Telling {
    /// The events that the act is, in their order; none for most acts. Reads only.
    List<Told> tell(Handle handle, Audit.Entry entry);
}
