package leaseback.manager.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import leaseback.manager.fleet.Host;
import leaseback.manager.fleet.HostState;
import leaseback.protocol.Calendar;
import leaseback.protocol.LeaseTerms;
import org.junit.jupiter.api.Test;

class RedundancyTest {
    @Test
    void sixHostsKeepWhatAnyTwoGiveBackAndFiveHaveStored() {
        assertThat(Redundancy.of(6)).isEqualTo(new Redundancy(2, 6, 5));
        assertThat(Redundancy.of(3)).isEqualTo(new Redundancy(1, 3, 2));
        assertThat(Redundancy.of(12)).isEqualTo(new Redundancy(4, 12, 10));
        assertThat(Redundancy.of(5000)).isEqualTo(Redundancy.of(12));
    }

    @Test
    void halfOfTheHostsMayBeLostAfterEveryAcknowledgedPut() {
        for (int hosts = Redundancy.FEWEST_HOSTS; hosts < 20; hosts++) {
            Redundancy redundancy = Redundancy.of(hosts);
            int mayBeLost = Math.min(redundancy.n() / 2, redundancy.n() - redundancy.k());
            assertThat(redundancy.needed() - redundancy.k()).isEqualTo(mayBeLost);
        }
    }

    @Test
    void piecesAreAsLongAsTheirCells() {
        Redundancy redundancy = Redundancy.of(6);
        assertThat(redundancy.pieceBytes(1)).isEqualTo(1 + 16);
        assertThat(redundancy.pieceBytes(2 * 65536)).isEqualTo(65536 + 16);
        assertThat(redundancy.pieceBytes(2 * 65536 + 3)).isEqualTo(65536 + 16 + 2 + 16);
    }

    @Test
    void roomDecidesHowOftenAHostIsChosenAndOwnersComeOnceFirst() {
        List<Host> hosts = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            hosts.add(host(i, i < 6 ? 1 : i, i == 11 ? 50_000 : 1000));
        }
        Random random = new Random(7);
        int roomy = 0;
        for (int round = 0; round < 1000; round++) {
            List<Host> chosen = Placement.choose(hosts, 3, random);
            assertThat(chosen.stream().map(Host::ownerId).distinct()).hasSize(3);
            roomy += chosen.stream().anyMatch(host -> host.alias() == 11) ? 1 : 0;
        }
        assertThat(roomy).isGreaterThan(900);
        assertThat(Placement.choose(hosts, 12, random)).containsExactlyInAnyOrderElementsOf(hosts);
        assertThat(Placement.choose(hosts.subList(0, 2), 6, random)).hasSize(2);
    }

    private static Host host(int alias, int owner, long leased) {
        Calendar always = Calendar.always(ZoneOffset.UTC);
        LeaseTerms terms = new LeaseTerms(new UUID(0, alias), 1, leased, always, always, 0, "EUR", "");
        return new Host(new UUID(1, alias), alias, "LB-" + alias, new UUID(2, owner), HostState.ACTIVE, terms, 0, 1, true, null);
    }
}
