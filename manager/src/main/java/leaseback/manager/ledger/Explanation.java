package leaseback.manager.ledger;

import java.util.List;

/// How one figure came about.
///
/// @param words   one line that a person can check: quantities, rates, dates
/// @param because the lines it was made from, which explain themselves in turn
public record Explanation(String words, List<DocumentLine> because) {
    public Explanation {
        because = List.copyOf(because);
    }
}
