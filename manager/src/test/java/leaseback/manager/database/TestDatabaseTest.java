package leaseback.manager.database;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TestDatabaseTest {
    @Test
    void eachTestHasItsOwnMigratedTables() {
        try (TestDatabase one = TestDatabase.fresh(); TestDatabase other = TestDatabase.fresh()) {
            one.database().transact(handle -> handle.execute("create table only_here (number int)"));

            assertThat(has(one, "customer")).isTrue();
            assertThat(has(one, "only_here")).isTrue();
            assertThat(has(other, "customer")).isTrue();
            assertThat(has(other, "only_here")).isFalse();
        }
    }

    private static boolean has(TestDatabase database, String table) {
        return database.database().read(handle -> handle.createQuery("select to_regclass(:table) is not null")
                .bind("table", table).mapTo(Boolean.class).one());
    }
}
