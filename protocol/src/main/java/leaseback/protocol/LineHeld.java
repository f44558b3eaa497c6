package leaseback.protocol;

import java.util.List;
import java.util.UUID;

/// The manager's answer to a new control line (`PUT /v1/line`): it has claimed the line and holds it.
///
/// @param managerId which process holds it
/// @param epoch     grows with every claim of this host's line; an agent closes lines of smaller epochs
/// @param managers  line addresses (`host:port`) of all managers alive, this one first: where to redial when the line breaks
public record LineHeld(UUID managerId, long epoch, List<String> managers) {
    public LineHeld {
        managers = List.copyOf(managers);
    }
}
