package leaseback.manager.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import leaseback.manager.database.TestDatabase;
import leaseback.manager.order.MovableClock;
import leaseback.manager.web.Operators.SignIn;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class OperatorsTest {
    private static final String GOOD = "correct horse battery";
    private final MovableClock clock = new MovableClock(Instant.parse("2026-11-22T12:00:00Z"));
    private TestDatabase database;
    private Operators operators;

    @BeforeEach
    void open() {
        database = TestDatabase.fresh();
        operators = new Operators(database.database(), new Passwords(database.database(), clock, new SecureRandom()), clock);
        assertThat(operators.any()).isFalse();
        operators.add("olga", GOOD, "test");
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void onlyTheRightPasswordLetsIn() {
        assertThat(operators.any()).isTrue();
        assertThat(operators.verify("olga", GOOD)).isEqualTo(new SignIn.Welcome("olga"));
        assertThat(operators.verify("olga", GOOD + "x")).isEqualTo(new SignIn.Wrong());
        assertThat(operators.verify("oleg", GOOD)).isEqualTo(new SignIn.Wrong());
        assertThat(operators.verify("olga", "x".repeat(100_000))).isEqualTo(new SignIn.Wrong());
    }

    @Test
    void onlyAnArgon2idHashIsKept() {
        String hash = database.database()
                .read(handle -> handle.createQuery("select password_hash from operator").mapTo(String.class).one());
        assertThat(hash).startsWith("$argon2id$v=19$m=19456,t=3,p=1$").doesNotContain(GOOD);
    }

    @Test
    void whoGuessesWaitsLongerAndLonger() {
        for (int i = 0; i < Operators.FREE; i++) {
            assertThat(operators.verify("olga", "wrong wrong wrong")).isEqualTo(new SignIn.Wrong());
        }
        assertThat(operators.verify("olga", GOOD)).isEqualTo(new SignIn.Wait(clock.instant().plusSeconds(1)));
        clock.move(Duration.ofSeconds(1));
        assertThat(operators.verify("olga", "wrong wrong wrong")).isEqualTo(new SignIn.Wrong());
        assertThat(operators.verify("olga", GOOD)).isEqualTo(new SignIn.Wait(clock.instant().plusSeconds(2)));
        clock.move(Operators.LONGEST);
        assertThat(operators.verify("olga", GOOD)).isEqualTo(new SignIn.Welcome("olga"));
        assertThat(operators.verify("olga", "wrong wrong wrong")).isEqualTo(new SignIn.Wrong());
        assertThat(operators.verify("olga", GOOD)).isEqualTo(new SignIn.Welcome("olga"));
    }

    @Test
    void aChangedPasswordReplacesTheOldOne() {
        operators.change("olga", "another good one", "operator:olga");
        assertThat(operators.verify("olga", GOOD)).isEqualTo(new SignIn.Wrong());
        assertThat(operators.verify("olga", "another good one")).isEqualTo(new SignIn.Welcome("olga"));
        assertThatThrownBy(() -> operators.change("oleg", "another good one", "test")).hasMessageContaining("no operator oleg");
    }

    @Test
    void weakPasswordsAndTakenNamesAreRefused() {
        assertThatThrownBy(() -> operators.add("oleg", "short", "test")).hasMessageContaining("10 to 200 characters");
        assertThatThrownBy(() -> operators.add("Oleg!", GOOD, "test")).hasMessageContaining("name");
        assertThatThrownBy(() -> operators.add("olga", GOOD, "test")).hasMessageContaining("already");
    }
}
