package leaseback.testbed.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The two stories, told as a person tells them: `./leaseback story family` and `./leaseback story shop`.
///
/// Nightly: each lives through more than four hundred days.
@Tag("nightly")
class StoryTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void aFamilyLendsNeglectsCuresRenewsDeclinesAndHasItsMachineBack() throws Exception {
        String told = Program.said("story", "family", "--data", folder.resolve("family").toString());
        assertThat(told).contains("15 % off, for the lease                                          EUR -179.85")
                .contains("Free upgrade, for the lease: Drive, 40 GB instead of 20 GB")
                .contains("Please look after your machine").contains("all is in order again")
                .contains("They renew, for the second incentive").contains("bonus for renewing                               EUR 40.00")
                .contains("Paid out by bank to Nordnetz AG: 18.00 EUR")
                .contains("They decline to renew").contains("The lease has ended (EXPIRED)").contains("The machine has signed its receipt")
                .contains("transfers are as they were").contains("hledger check --strict: passed");
        assertThat(told.lines().filter(line -> line.startsWith("--- The Berg family, statement for"))).hasSize(15);
    }

    @Test
    void aShopLendsAfterHoursIsPaidHostedInExchangeAndPaidMoreFromItsUpgradeOn() throws Exception {
        String told = Program.said("story", "shop", "--data", folder.resolve("shop").toString());
        assertThat(told).contains("WEB_HOSTING in exchange").contains("Scale: disk used by others").contains("public holidays")
                .contains("The shop asks for a larger drive").contains("from that day on more is paid")
                .contains("bonus, because this machine is upgraded")
                .contains("transfers are as they were").contains("hledger check --strict: passed");
        assertThat(told.lines().filter(line -> line.startsWith("--- Lindner Optics, statement for"))).hasSize(14);
    }
}
