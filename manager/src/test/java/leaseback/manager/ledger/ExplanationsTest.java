package leaseback.manager.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.catalog.Money;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.database.Database;
import leaseback.manager.database.TestDatabase;
import leaseback.manager.order.MovableClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ExplanationsTest {
    private final TestDatabase test = TestDatabase.fresh();
    private final Database database = test.database();
    private final Ledger ledger = new Ledger(new MovableClock(Instant.parse("2027-02-01T00:00:00Z")));

    @AfterEach
    void close() {
        test.close();
    }

    @Test
    void aLegLeadsThroughItsBillToReadingsAndTerms() {
        DocumentLine third = new DocumentLine("bill", "B-7", 3);
        DocumentLine reading = DocumentLine.whole("reading", new UUID(1, 2));
        DocumentLine terms = new DocumentLine("terms", "L-ABCD", 2);
        Explanations explanations = new Explanations(ledger)
                .and("bill", (handle, line) -> line.equals(third)
                        ? Optional.of(new Explanation("1 GiB-month at 2 cents", List.of(reading, terms))) : Optional.empty())
                .and("reading", (handle, line) -> Optional.of(new Explanation("730 GiB-hours", List.of())))
                .and("terms", (handle, line) -> Optional.of(new Explanation("2 cents for each GiB-month", List.of())));
        UUID id = UUID.randomUUID();
        database.transact(handle -> ledger.post(handle, new Transfer(id, "bill", "January", LocalDate.of(2027, 1, 31),
                List.of(new Leg(Chart.BANK.account(), Chart.REVENUE.of("storage"), new Money(2, "EUR"), third)))));
        DocumentLine leg = Transfer.line(id, 1);

        List<Explanations.Step> fromTheLeg = database.read(handle -> explanations.explain(handle, leg));
        assertThat(fromTheLeg).extracting(step -> step.depth() + " " + step.line())
                .containsExactly("0 " + leg, "1 " + third, "2 " + reading, "2 " + terms);
        assertThat(fromTheLeg.getFirst().words()).startsWith("EUR 0.02 from revenue:storage to assets:bank; bill of 2027-01-31");
        List<Explanations.Step> fromTheBill = database.read(handle -> explanations.explain(handle, third));
        assertThat(fromTheBill).extracting(step -> step.depth() + " " + step.line())
                .containsExactly("0 " + third, "1 " + reading, "1 " + terms, "1 " + leg);
        assertThatThrownBy(() -> database.read(handle -> explanations.explain(handle, new DocumentLine("bill", "B-8", 1))))
                .isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> explanations.and("bill", (handle, line) -> Optional.empty())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void documentsThatNameEachOtherOrTooManyComeToAnEnd() {
        Explanations explanations = new Explanations(ledger).and("loop", (handle, line) -> Optional.of(new Explanation("again",
                List.of(new DocumentLine("loop", "x", (line.line() + 1) % 5)))))
                .and("many", (handle, line) -> {
                    List<DocumentLine> because = new ArrayList<>();
                    for (int i = 1; i <= 100; i++) {
                        because.add(new DocumentLine("many", line.id() + "." + i, 0));
                    }
                    return Optional.of(new Explanation("more", because));
                });
        assertThat(database.read(handle -> explanations.explain(handle, new DocumentLine("loop", "x", 0))).size()).isEqualTo(5);
        List<Explanations.Step> many = database.read(handle -> explanations.explain(handle, new DocumentLine("many", "m", 0)));
        assertThat(many).hasSize(501);
        assertThat(many.getLast().words()).contains("more than 500 lines");
    }

    @Test
    void linesAreReadAsTheyAreWritten() {
        for (DocumentLine line : List.of(new DocumentLine("bill", "B-2027-0007", 3), DocumentLine.whole("reading", new UUID(3, 4)))) {
            assertThat(DocumentLine.parse(line.toString())).isEqualTo(line);
        }
        for (String wrong : List.of("bill", "bill:", ":7", "Bill:7/1", "bill:7/x", "bill:7/1/2", "bill:a b/1", "bill:7/99999999")) {
            assertThatThrownBy(() -> DocumentLine.parse(wrong)).as(wrong).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
