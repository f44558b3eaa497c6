package leaseback.manager.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import leaseback.manager.metering.Meter;
import org.junit.jupiter.api.Test;

class LedgerPageTest {
    @Test
    void docsNameEveryAccountOfTheChartAndEveryMeterWithItsUnit() throws IOException {
        String page = Files.readString(Path.of("../docs/ledger.md"));
        for (Chart entry : Chart.values()) {
            assertThat(page).contains("`" + entry.template() + "`");
        }
        for (Meter meter : Meter.values()) {
            assertThat(page).containsPattern("`" + meter.word() + "`[^;.]*\\(" + meter.unit() + "\\)");
        }
    }
}
