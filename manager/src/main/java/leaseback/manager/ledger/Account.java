package leaseback.manager.ledger;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/// One account of the [Chart], by its path: `liabilities:host:6f1c...:payable`. It exists by being in the chart; nothing is opened.
public record Account(String path) implements Comparable<Account> {
    /// @throws IllegalArgumentException when the chart has no such account
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public Account {
        if (path == null || Chart.holding(path).isEmpty()) {
            throw new IllegalArgumentException("the chart of accounts has no \"" + path + "\"; see docs/ledger.md for those it has");
        }
    }

    public AccountKind kind() {
        return AccountKind.of(path);
    }

    @Override
    public int compareTo(Account other) {
        return path.compareTo(other.path);
    }

    @JsonValue
    @Override
    public String toString() {
        return path;
    }
}
