package leaseback.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartyTest {
    private static final UUID ID = UUID.fromString("0f3b8a52-6c1d-4e7f-9a2b-3c4d5e6f7a8b");

    @Test
    void aPartysNameReadsBack() {
        assertThat(Party.named("spiffe://leaseback/host/" + ID)).contains(new Party.Host(ID));
        assertThat(Party.named("spiffe://leaseback/manager/" + ID)).contains(new Party.Manager(ID));
        assertThat(new Party.Host(ID).uri()).isEqualTo("spiffe://leaseback/host/" + ID);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "spiffe://leaseback/", "spiffe://leaseback/host", "spiffe://leaseback/host/", "spiffe://leaseback/host/1-1-1-1-1",
        "spiffe://leaseback/host/0F3B8A52-6C1D-4E7F-9A2B-3C4D5E6F7A8B",
                "spiffe://leaseback/user/0f3b8a52-6c1d-4e7f-9a2b-3c4d5e6f7a8b",
        "spiffe://elsewhere/host/0f3b8a52-6c1d-4e7f-9a2b-3c4d5e6f7a8b",
                "spiffe://leaseback/host/0f3b8a52-6c1d-4e7f-9a2b-3c4d5e6f7a8b/x"})
    void whatIsSpeltOtherwiseIsNobody(String name) {
        assertThat(Party.named(name)).isEmpty();
    }
}
