package io.hone.database;

import io.hone.database.Database.Kind;
import java.util.Arrays;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.MigrationVersion;

/**
 * Brings the schema up to date: all pending migrations in one transaction, or none. Most are for both databases; what
 * only one of them can do is in a folder of its own.
 */
final class Migrations {

    /**
     * What the two databases write differently. The number that keys a row counts up by itself; a table whose key is
     * all it needs is its own index in SQLite.
     */
    private static final Map<String, String> SQLITE =
            Map.of("identity", "INTEGER PRIMARY KEY AUTOINCREMENT", "without_rowid", "WITHOUT ROWID", "bytes", "BLOB");

    private static final Map<String, String> POSTGRESQL = Map.of(
            "identity", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "without_rowid", "", "bytes", "BYTEA");

    private Migrations() {}

    /**
     * Migrates.
     *
     * @param where the database, as messages name it
     * @throws StartException if the schema is newer than this program, was changed by hand, or cannot be written
     */
    static void run(DataSource source, Kind kind, String where) {
        try {
            Flyway flyway = Flyway.configure(Migrations.class.getClassLoader())
                    .dataSource(source)
                    .locations("classpath:db/migration", "classpath:db/" + kind.label())
                    .placeholders(kind == Kind.SQLITE ? SQLITE : POSTGRESQL)
                    .group(true)
                    .load();
            refuseNewer(flyway, where);
            flyway.migrate();
        } catch (FlywayException e) {
            String detail = e.getMessage() == null
                    ? ""
                    : e.getMessage().lines().findFirst().orElse("");
            throw new StartException(
                    "Cannot use the database %s: %s. If the file is damaged, restore a backup of it"
                            .formatted(where, detail),
                    e);
        }
    }

    private static void refuseNewer(Flyway flyway, String where) {
        MigrationInfo[] all = flyway.info().all();
        boolean newer = Arrays.stream(all).map(MigrationInfo::getState).anyMatch(Migrations::isFromTheFuture);
        if (newer) {
            MigrationInfo current = flyway.info().current();
            MigrationVersion schema = current == null ? null : current.getVersion();
            throw new StartException(
                    "The database %s was written by a newer Hone (schema %s); start that version, or restore a backup"
                            .formatted(where, schema));
        }
    }

    private static boolean isFromTheFuture(MigrationState state) {
        return state == MigrationState.FUTURE_SUCCESS || state == MigrationState.FUTURE_FAILED;
    }
}
