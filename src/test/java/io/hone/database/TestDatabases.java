package io.hone.database;

import io.hone.metrics.Metrics;
import io.hone.settings.Setting;
import io.hone.settings.SettingSource.Origin;
import io.hone.settings.SettingSource.RawValue;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Real, migrated, empty databases for tests; who asks for one closes it. */
public final class TestDatabases {

    /** Started with the first test that wants it, stopped with the JVM. */
    private static final class Server {
        private static final AtomicInteger DATABASES = new AtomicInteger();
        private static final EmbeddedPostgres POSTGRES = start();

        private static EmbeddedPostgres start() {
            try {
                // Nothing here outlives a crash: flushing would only make tests slow.
                return EmbeddedPostgres.builder()
                        .setServerConfig("fsync", "off")
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private TestDatabases() {}

    /** A SQLite database in that folder. */
    public static Database sqlite(Path folder) {
        return sqlite(folder, Map.of());
    }

    /** A SQLite database in that folder, with further settings. */
    public static Database sqlite(Path folder, Map<Setting<?>, String> others) {
        return new Database(sqliteSettings(folder, others), new Metrics());
    }

    /** What {@link #sqlite(Path, Map)} opens its database with. */
    public static Settings sqliteSettings(Path folder, Map<Setting<?>, String> others) {
        Map<Setting<?>, String> values = new LinkedHashMap<>(others);
        values.put(SettingsCatalogue.DATA_DIR, folder.toString());
        return settings(values);
    }

    /** A PostgreSQL database of its own, in one server for all tests of this JVM. */
    public static Database postgres() {
        return postgres(Map.of());
    }

    /** A PostgreSQL database of its own, with further settings. */
    public static Database postgres(Map<Setting<?>, String> others) {
        return new Database(postgresSettings(newPostgresDatabase(), others), new Metrics());
    }

    /** Settings that lead to that PostgreSQL database. */
    static Settings postgresSettings(String name, Map<Setting<?>, String> others) {
        Map<Setting<?>, String> values = new LinkedHashMap<>();
        values.put(SettingsCatalogue.DATABASE_CONNECTIONS, "4");
        values.putAll(others);
        values.put(SettingsCatalogue.DATABASE_URL, Server.POSTGRES.getJdbcUrl("postgres", name));
        return settings(values);
    }

    /** Creates an empty PostgreSQL database; returns its name. */
    static String newPostgresDatabase() {
        String name = "hone_" + Server.DATABASES.incrementAndGet();
        try (Connection connection = Server.POSTGRES.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return name;
    }

    /** The defaults with these values in their place. */
    public static Settings settings(Map<? extends Setting<?>, String> values) {
        return Settings.from(
                setting -> values.containsKey(setting) ? new RawValue(values.get(setting), Origin.FILE) : null);
    }
}
