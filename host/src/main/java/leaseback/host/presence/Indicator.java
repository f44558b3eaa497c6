package leaseback.host.presence;

import java.io.IOException;

/// Something on the machine itself by which whoever stands before it sees that it works for others.
@FunctionalInterface
public interface Indicator {
    /// For machines without one.
    Indicator NONE = on -> {};

    /// Lit or dark from now on.
    ///
    /// @throws IOException when it cannot be reached
    void show(boolean on) throws IOException;
}
