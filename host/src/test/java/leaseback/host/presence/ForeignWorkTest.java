package leaseback.host.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import leaseback.host.link.Routes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// When the light of a machine is on. Nothing runs by itself here: `look` is called by hand, and the clock stands still between.
class ForeignWorkTest {
    @TempDir
    private Path folder;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2027-03-01T22:00:00Z"));
    private ForeignWork work = new ForeignWork(Indicator.NONE, now::get);

    @BeforeEach
    void light() throws IOException {
        Files.writeString(folder.resolve("brightness"), "3");
        work = new ForeignWork(new Led(folder), now::get);
    }

    @Test
    void aLightLeftOnByACrashGoesOutAtTheStart() throws IOException {
        work.look();
        assertThat(brightness()).isEqualTo("0");
        assertThat(work.working()).isFalse();
    }

    @Test
    void theLightIsOnDuringWorkAndOutWithinTwoSecondsOfItsEnd() throws IOException {
        work.look();
        serve(() -> {
            work.look();
            assertThat(brightness()).isEqualTo("1");
            assertThat(work.exchanges()).isEqualTo(1);
            pass(Duration.ofHours(3));
            work.look();
            assertThat(brightness()).as("for as long as it takes").isEqualTo("1");
        });
        assertThat(work.exchanges()).isZero();
        Duration again = work.look();
        assertThat(brightness()).as("so that the shortest is seen").isEqualTo("1");
        Duration longest = ForeignWork.AFTERGLOW.plus(again);
        assertThat(longest).isLessThan(Duration.ofSeconds(2));
        pass(longest);
        work.look();
        assertThat(brightness()).isEqualTo("0");
    }

    @Test
    void workThatBeganAndEndedBetweenTwoLooksIsSeen() throws IOException {
        work.look();
        serve(() -> {});
        work.look();
        assertThat(brightness()).isEqualTo("1");
        assertThat(work.working()).as("the page says the same").isTrue();
    }

    @Test
    void theLightStaysOnUntilTheLastOfSeveralHasEnded() throws IOException {
        serve(() -> {
            serve(() -> pass(Duration.ofSeconds(5)));
            pass(Duration.ofSeconds(5));
            work.look();
            assertThat(brightness()).isEqualTo("1");
        });
        pass(ForeignWork.AFTERGLOW);
        work.look();
        assertThat(brightness()).isEqualTo("0");
    }

    @Test
    void workThatFailsEndsTheLightToo() throws IOException {
        assertThatThrownBy(() -> serve(() -> {
            throw new IOException("the line broke");
        })).hasMessage("the line broke");
        assertThat(work.exchanges()).isZero();
        pass(ForeignWork.AFTERGLOW);
        work.look();
        assertThat(brightness()).isEqualTo("0");
    }

    @Test
    void aClockThatIsSetBackDoesNotKeepItOn() throws IOException {
        serve(() -> {});
        pass(Duration.ofDays(-1));
        work.look();
        assertThat(brightness()).isEqualTo("0");
    }

    @Test
    void theLightShinesAsBrightlyAsItCan() throws IOException {
        Files.writeString(folder.resolve("max_brightness"), "255\n");
        serve(work::look);
        assertThat(brightness()).isEqualTo("255");
        Files.writeString(folder.resolve("max_brightness"), "very\n");
        pass(Duration.ofMinutes(1));
        work.look();
        serve(work::look);
        assertThat(brightness()).isEqualTo("1");
    }

    @Test
    void aLightThatIsNotThereDisturbsNothingAndIsTriedAgain() throws IOException {
        Files.delete(folder.resolve("brightness"));
        serve(work::look);
        assertThat(folder.resolve("brightness")).as("never made").doesNotExist();
        assertThat(work.working()).isTrue();
        Files.writeString(folder.resolve("brightness"), "0");
        work.look();
        assertThat(brightness()).isEqualTo("1");
    }

    @Test
    void whoIsClosedLeavesItDark() throws IOException {
        work.start();
        serve(() -> work.close());
        assertThat(brightness()).isEqualTo("0");
    }

    private String brightness() throws IOException {
        return Files.readString(folder.resolve("brightness"));
    }

    private void pass(Duration time) {
        now.updateAndGet(instant -> instant.plus(time));
    }

    private interface During {
        void run() throws IOException;
    }

    private void serve(During during) throws IOException {
        Routes.Answerer<String> answerer = request -> {
            during.run();
            return "served";
        };
        assertThat(work.during(answerer).answer("a piece")).isEqualTo("served");
    }
}
