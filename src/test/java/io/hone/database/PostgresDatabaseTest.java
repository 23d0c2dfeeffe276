package io.hone.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hone.metrics.Metrics;
import io.hone.settings.Setting;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresDatabaseTest extends DatabaseContract {

    private final String name = TestDatabases.newPostgresDatabase();

    @Override
    Database open(Map<Setting<?>, String> settings) {
        return new Database(TestDatabases.postgresSettings(name, settings), new Metrics());
    }

    @Override
    Connection connect() throws SQLException {
        return DriverManager.getConnection(
                TestDatabases.postgresSettings(name, Map.of()).get(SettingsCatalogue.DATABASE_URL));
    }

    @Override
    List<String> tables() throws SQLException {
        return column("SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
    }

    @Override
    void dropTable(String table) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE %s CASCADE".formatted(table));
        }
    }

    @Test
    void open_twoNodesAtOnce_bothStart() {
        Settings settings = TestDatabases.postgresSettings(TestDatabases.newPostgresDatabase(), Map.of());
        CompletableFuture<Database> other = CompletableFuture.supplyAsync(() -> new Database(settings, new Metrics()));
        try (Database one = new Database(settings, new Metrics());
                Database two = other.join()) {
            assertThat(one.kind()).isEqualTo(Database.Kind.POSTGRESQL);
            List<String> versions =
                    two.read("test.versions", handle -> handle.select("SELECT version FROM flyway_schema_history")
                            .mapTo(String.class)
                            .list());
            assertThat(versions).isNotEmpty().doesNotHaveDuplicates();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:mysql://localhost/hone",
                "postgresql://localhost/hone",
                "hone",
                "jdbc:postgresql://localhost:x/"
            })
    void open_addressIsNone_isRefused(String url) {
        assertRefused(Map.of(SettingsCatalogue.DATABASE_URL, url), "hone.database.url");
    }

    @Test
    void open_nobodyListens_isRefusedWithoutThePassword() {
        assertRefused(
                Map.of(
                        SettingsCatalogue.DATABASE_URL, "jdbc:postgresql://127.0.0.1:1/hone?password=hunter2",
                        SettingsCatalogue.DATABASE_PASSWORD, "hunter2"),
                "127.0.0.1/hone");
    }

    @Test
    void open_databaseIsMissing_isRefused() {
        assertRefused(
                Map.of(
                        SettingsCatalogue.DATABASE_URL,
                        TestDatabases.postgresSettings("no_such_database", Map.of())
                                .get(SettingsCatalogue.DATABASE_URL)),
                "no_such_database");
    }

    private static void assertRefused(Map<Setting<?>, String> settings, String named) {
        assertThatExceptionOfType(StartException.class)
                .isThrownBy(() -> new Database(TestDatabases.settings(settings), new Metrics()))
                .satisfies(refused ->
                        assertThat(refused.getMessage()).contains(named).doesNotContain("hunter2", "\n"));
    }
}
