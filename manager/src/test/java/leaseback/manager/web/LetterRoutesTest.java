package leaseback.manager.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.UUID;
import leaseback.manager.letter.Letters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Letters, as those they are written to find them.
final class LetterRoutesTest {
    @TempDir Path folder;

    @Test
    void aLetterIsWrittenOnceAndShownToWhomItIsTo() throws Exception {
        try (ApiWorld world = new ApiWorld(folder)) {
            UUID ada = world.customer("ada");
            UUID bob = world.customer("bob");
            Letters letters = new Letters(world.clock);
            for (int turn = 0; turn < 2; turn++) {
                boolean fresh = world.database.transact(handle -> letters.write(handle, ada, "lease:1:warned", "Your computer is missed",
                        "It was on for 3 of 7 hours."));
                assertThat(fresh).isEqualTo(turn == 0);
            }
            assertThat(world.get(world.tokenOf(ada), "/api/letter").is(200).json()).hasSize(1);
            assertThat(world.get(world.tokenOf(ada), "/api/letter?customer=" + bob).is(200).json().at("/0/subject").asString())
                    .isEqualTo("Your computer is missed");
            assertThat(world.get(world.tokenOf(bob), "/api/letter?customer=" + ada).is(200).json()).isEmpty();
            assertThat(world.get(world.operator, "/api/letter?customer=" + ada).is(200).json()).hasSize(1);
            assertThat(world.get(world.operator, "/api/letter?customer=ada").is(400).text("/detail")).contains("id of a customer");
        }
    }
}
