package leaseback.manager.ledger;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import leaseback.manager.catalog.Money;

/// What happened to one account in one currency. Amounts are positive where the account grows.
///
/// @param from    first instant covered
/// @param to      first instant no longer covered
/// @param opening before the first line
/// @param closing after the last: opening and all lines added up
public record Statement(Account account, Instant from, Instant to, Money opening, List<Line> lines, Money closing) {
    public Statement {
        lines = List.copyOf(lines);
    }

    /// One leg, seen from this account.
    ///
    /// @param line    the leg, as `explain` takes it
    /// @param other   the account at its other end
    /// @param balance after this line
    public record Line(UUID transfer, DocumentLine line, Instant at, LocalDate valueDate, String code, String description, Account other,
            Money amount, Money balance, DocumentLine source) {}
}
