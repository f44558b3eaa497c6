package leaseback.manager.database;

import java.nio.file.Path;

/// What the embedded PostgreSQL is told, written anew at each start so that a later release's words hold for old clusters too.
final class PostgresSettings {
    private PostgresSettings() {}

    static String settings(int port, Path logs) {
        return """
                # Written by Leaseback at each start of the embedded PostgreSQL; changes here are lost.
                # To choose settings yourself, run your own PostgreSQL and name it with --database.
                listen_addresses = '127.0.0.1'
                port = %d
                unix_socket_directories = ''
                password_encryption = scram-sha-256

                # An acknowledged commit is on the disk, whole.
                fsync = on
                synchronous_commit = on
                full_page_writes = on

                max_connections = 100
                shared_buffers = 256MB
                # After a checkpoint each page is logged whole once more, and keys that are random touch many pages.
                max_wal_size = 2GB
                checkpoint_timeout = 15min
                wal_compression = on
                # Rows that were deleted lie in the way of listings until a vacuum: soon, also in great tables.
                autovacuum_vacuum_scale_factor = 0.02
                autovacuum_naptime = 20s
                autovacuum_vacuum_cost_limit = 1000
                idle_in_transaction_session_timeout = 5min
                timezone = 'UTC'

                # One file a weekday, a week kept. Neither statements nor values of rows: they hold customers' data.
                logging_collector = on
                log_directory = '%s'
                log_filename = 'postgresql-%%a.log'
                log_truncate_on_rotation = on
                log_rotation_age = 1d
                log_rotation_size = 0
                log_line_prefix = '%%m [%%p] %%a '
                log_timezone = 'UTC'
                log_min_error_statement = panic
                log_error_verbosity = terse
                log_checkpoints = off
                """.formatted(port, logs.toString().replace("'", "''"));
    }

    /// Who may connect: whoever knows the password, from this machine.
    static String access() {
        return """
                # Written by Leaseback at each start.
                host all         all 127.0.0.1/32 scram-sha-256
                host replication all 127.0.0.1/32 scram-sha-256
                """;
    }
}
