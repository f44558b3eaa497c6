package leaseback.manager.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresServerTest {
    /// One folder for all tests that leave a stopped server behind: making it is most of the time.
    @TempDir
    private static Path data;

    @Test
    void itsSettingsKeepEachCommitAndLetOnlyThisMachineIn() throws Exception {
        PostgresServer server = running();

        assertThat(setting(server, "fsync")).isEqualTo("on");
        assertThat(setting(server, "synchronous_commit")).isEqualTo("on");
        assertThat(setting(server, "full_page_writes")).isEqualTo("on");
        assertThat(setting(server, "data_checksums")).isEqualTo("on");
        assertThat(setting(server, "password_encryption")).isEqualTo("scram-sha-256");
        assertThat(setting(server, "listen_addresses")).isEqualTo("127.0.0.1");
        assertThat(setting(server, "unix_socket_directories")).isEmpty();
        assertThat(setting(server, "is_superuser")).isEqualTo("off");
    }

    @Test
    void textIsOrderedByCodePointWhateverTheMachinesLanguage() throws Exception {
        assertThat(text(running(), "select string_agg(c, '' order by c) from unnest(array['b','B','a','ä','z']) c"))
                .isEqualTo("Babzä");
    }

    @Test
    void aWrongPasswordIsRefused() {
        PostgresServer server = running();

        assertThatThrownBy(() -> DriverManager.getConnection(server.jdbcUrl(), server.user(), "guess"))
                .isInstanceOf(SQLException.class).extracting(failed -> ((SQLException) failed).getSQLState()).isEqualTo("28P01");
    }

    @Test
    void onlyItsOwnerReadsThePasswordAndNoOtherFileHoldsIt() throws Exception {
        PostgresServer server = start();
        server.close();
        Path password = data.resolve("postgres/password");

        assertThat(Files.getPosixFilePermissions(password)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        try (var files = Files.walk(data)) {
            for (Path file : (Iterable<Path>) files.filter(each -> Files.isRegularFile(each)
                    && !each.equals(password))::iterator) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).as(file.toString())
                        .doesNotContain(server.password());
            }
        }
    }

    @Test
    void whatWasWrittenIsThereAfterAStopAndAStart() throws Exception {
        try (PostgresServer server = start()) {
            execute(server, "create table kept (number int)");
        }
        assertThat(data.resolve("postgres/cluster/postmaster.pid")).doesNotExist();
        try (PostgresServer server = start()) {
            assertThat(text(server, "select count(*) from kept")).isEqualTo("0");
        }
    }

    @Test
    void aServerThatOutlivedItsManagerIsTakenOver() throws Exception {
        Process manager = managerInAProcessOfItsOwn();
        String[] told;
        try (BufferedReader lines = manager.inputReader()) {
            told = lines.readLine().split(" ");

            assertThatThrownBy(PostgresServerTest::start).isInstanceOf(FolderLock.FolderInUse.class)
                    .hasMessageContaining("process " + manager.pid()).hasMessageContaining("choose another data folder");
        } finally {
            manager.destroyForcibly().waitFor(20, TimeUnit.SECONDS);
        }
        try (PostgresServer server = start()) {
            assertThat(server.pid()).isEqualTo(Long.parseLong(told[0]));
            assertThat(server.jdbcUrl()).isEqualTo(told[1]);
            assertThat(text(server, "select number from written_before")).isEqualTo("7");
        }
    }

    @Test
    void aProcessIdThatNowBelongsToAnotherProgramStopsNothing() throws Exception {
        start().close();
        Files.write(data.resolve("postgres/cluster/postmaster.pid"), List.of(Long.toString(ProcessHandle.current().pid()),
                data.resolve("postgres/cluster").toString(), "1700000000", "5432", "", "127.0.0.1", "", "ready"));

        try (PostgresServer server = start()) {
            assertThat(text(server, "select 1")).isEqualTo("1");
        }
    }

    @Test
    void aKilledServerComesBackOnItsPort() throws Exception {
        try (PostgresServer server = start()) {
            String before = server.jdbcUrl();
            assertThat(server.ensureRunning()).isFalse();

            kill(server);

            assertThat(server.ensureRunning()).isTrue();
            assertThat(server.jdbcUrl()).isEqualTo(before);
            assertThat(text(server, "select 1")).isEqualTo("1");
        }
    }

    @Test
    void theDataOfAnotherMajorVersionAreRefusedAndLeftAlone(@TempDir Path other) throws Exception {
        Path cluster = Files.createDirectories(other.resolve("cluster"));
        Files.writeString(cluster.resolve("PG_VERSION"), "14\n");

        assertThatThrownBy(() -> PostgresServer.start(other, TestDatabase.binaries())).isInstanceOf(IOException.class)
                .hasMessageContaining("PostgreSQL 14's").hasMessageContaining("pg_dump")
                .hasMessageContaining("backup-and-restore.md");
        try (var left = Files.list(cluster)) {
            assertThat(left).containsExactly(cluster.resolve("PG_VERSION"));
        }
    }

    @Test
    void withoutItsPasswordAClusterIsNotTouched() throws Exception {
        start().close();
        Files.move(data.resolve("postgres/password"), data.resolve("elsewhere"));

        assertThatThrownBy(PostgresServerTest::start).isInstanceOf(IOException.class)
                .hasMessageContaining("restore it from your backup");

        Files.move(data.resolve("elsewhere"), data.resolve("postgres/password"));
        start().close();
    }

    @Test
    void aManagerThatIsRootStartsItAsTheOwnerOfTheFolder(@TempDir Path other) throws Exception {
        assumeTrue(Integer.valueOf(0).equals(Files.getAttribute(other, "unix:uid")), "only root can give a folder away");
        Files.setPosixFilePermissions(other, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path folder = Files.createDirectory(other.resolve("postgres"));
        Files.setOwner(folder, folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));

        try (PostgresServer server = PostgresServer.start(folder)) {
            assertThat(text(server, "select 1")).isEqualTo("1");
            assertThat(Files.getOwner(folder.resolve("cluster/PG_VERSION")).getName()).isEqualTo("nobody");
            assertThat(ProcessHandle.of(server.pid()).orElseThrow().info().user()).contains("nobody");
            assertThat(server.ensureRunning()).isFalse();
        }
    }

    private static PostgresServer running() {
        assumeTrue(TestDatabase.server().isPresent(), "this run was given a server by its address");
        return TestDatabase.server().get();
    }

    private static PostgresServer start() throws IOException {
        return PostgresServer.start(data.resolve("postgres"), TestDatabase.binaries());
    }

    private static Process managerInAProcessOfItsOwn() throws IOException {
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin/java").toString(), "-Xmx64m",
                "-cp", System.getProperty("java.class.path"), KilledManager.class.getName(),
                data.resolve("postgres").toString(), TestDatabase.binaries().folder().toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    private static void kill(PostgresServer server) {
        ProcessHandle.of(server.pid()).orElseThrow().destroyForcibly();
        while (new Postmaster(data.resolve("postgres/cluster"), server.pid(), 0).lives()) {
            Thread.onSpinWait();
        }
    }

    private static String setting(PostgresServer server, String name) throws SQLException {
        return text(server, "show " + name);
    }

    static String text(PostgresServer server, String query) throws SQLException {
        try (Connection connection = connect(server); var rows = connection.createStatement().executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }

    static void execute(PostgresServer server, String command) throws SQLException {
        try (Connection connection = connect(server); var statement = connection.createStatement()) {
            statement.execute(command);
        }
    }

    private static Connection connect(PostgresServer server) throws SQLException {
        return DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
    }

    /// Stands for a manager whose process is killed: starts the server, writes a row, says so, and waits.
    static final class KilledManager {
        private KilledManager() {}

        public static void main(String[] arguments) throws Exception {
            PostgresServer server = PostgresServer.start(Path.of(arguments[0]), PostgresBinaries.in(Path.of(arguments[1])));
            execute(server, "create table written_before (number int)");
            execute(server, "insert into written_before values (7)");
            System.out.println(server.pid() + " " + server.jdbcUrl());
            Thread.sleep(60_000);
        }
    }
}
