package leaseback.manager.order;

import java.util.List;
import leaseback.protocol.Window;
import org.jspecify.annotations.Nullable;

/// What a customer would rather lend than the plan says; null leaves it as it is.
///
/// @param leasedBytes of the drive
/// @param serving     when the machine is on
/// @param processor   when the processor may work for others; empty for never
public record Proposal(@Nullable Long leasedBytes, @Nullable List<Window> serving, @Nullable List<Window> processor) {
    private static final int MOST_WINDOWS = 70;

    public Proposal {
        serving = copy("serving", serving);
        processor = copy("processor", processor);
        if (leasedBytes == null && serving == null && processor == null) {
            throw new IllegalArgumentException("a proposal changes leasedBytes, serving or processor; give one of them at least");
        }
        if (serving != null && serving.isEmpty()) {
            throw new IllegalArgumentException("serving needs a window at least; decline the offer to lend nothing");
        }
    }

    /// This, and where it is silent, what was proposed before.
    Proposal over(@Nullable Proposal before) {
        return before == null ? this : new Proposal(leasedBytes == null ? before.leasedBytes : leasedBytes,
                serving == null ? before.serving : serving, processor == null ? before.processor : processor);
    }

    private static @Nullable List<Window> copy(String what, @Nullable List<Window> windows) {
        if (windows == null) {
            return null;
        }
        if (windows.size() > MOST_WINDOWS) {
            throw new IllegalArgumentException(what + " has at most " + MOST_WINDOWS + " windows, not " + windows.size());
        }
        return List.copyOf(windows);
    }
}
