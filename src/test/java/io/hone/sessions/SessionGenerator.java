package io.hone.sessions;

import io.hone.database.TestDatabases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * Makes SQLite databases with any number of sessions, the same ones each time: a year of them up to {@link #END}, with
 * two metrics and two tags each. The schema is the migrations'; rows go in by bulk with the indexes made last, and the
 * counts are made as the server makes them for a database that has none.
 */
public final class SessionGenerator {

    /** When the last session was created: a fixed time, so that windows of the dashboard hold the same every day. */
    public static final Instant END = Instant.parse("2026-11-01T12:30:00Z");

    private static final Duration SPAN = Duration.ofDays(365);

    /** Up to this size the counts are compared with a recount at once. */
    private static final int RECOUNTED = 100_000;

    /** Changes with what is generated: databases of another form are made anew. */
    private static final String FORM = "2";

    private static final String ROWS =
            "INSERT INTO session (no, id, parent_no, name, project, model, technique, status,"
                    + " progress, criteria_no, verdict, params, tags, notes, error_message, error_category, owner, created_at,"
                    + " started_at, ended_at, updated_at, duration_ms, version, search_text)"
                    + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private final Connection connection;
    private final Consumer<String> progress;

    private SessionGenerator(Connection connection, Consumer<String> progress) {
        this.connection = connection;
        this.progress = progress;
    }

    /** A clock that stands at {@link #END}. */
    public static Clock clock() {
        return Clock.fixed(END, ZoneOffset.UTC);
    }

    /** Makes a data folder with that many sessions, unless it is there already. */
    public static void generate(Path folder, int sessions, Consumer<String> progress) throws IOException {
        Path complete = folder.resolve("generated");
        if (Files.exists(complete) && Files.readString(complete).equals(FORM)) {
            return;
        }
        delete(folder);
        Files.createDirectories(folder);
        TestDatabases.sqlite(folder).close();
        progress.accept("generating %,d sessions".formatted(sessions));
        try (Connection connection = open(folder)) {
            new SessionGenerator(connection, progress).fill(sessions);
        } catch (SQLException e) {
            throw new IOException("Cannot generate " + folder, e);
        }
        progress.accept("counting");
        try (BenchmarkSessions opened = BenchmarkSessions.open(folder, Map.of(), clock())) {
            opened.statistics().countIfUncounted();
        }
        if (sessions <= RECOUNTED) {
            requireExactCounts(folder);
        }
        Files.writeString(complete, FORM);
        progress.accept("done");
    }

    /** Compares the counts with a recount of every session, as the server's own check does. */
    public static void requireExactCounts(Path folder) {
        try (BenchmarkSessions opened = BenchmarkSessions.open(folder, Map.of(), clock())) {
            List<String> differences = opened.statistics().recount();
            if (!differences.isEmpty()) {
                throw new IllegalStateException(
                        "%d counts are wrong, such as %s".formatted(differences.size(), differences.get(0)));
            }
        }
    }

    /** Copies a generated database, and drops the indexes that serve the session list. */
    public static void copyWithoutIndexes(Path from, Path to) throws IOException {
        delete(to);
        copy(from, to);
        try (Connection connection = open(to)) {
            for (String name : select(
                    connection,
                    "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'session' AND sql IS NOT NULL")) {
                execute(connection, "DROP INDEX " + name);
            }
            execute(connection, "PRAGMA journal_mode = WAL");
        } catch (SQLException e) {
            throw new IOException("Cannot drop the indexes of " + to, e);
        }
    }

    /** Copies a generated database into a folder of its own, so that what is generated stays as it is. */
    public static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        Files.copy(from.resolve("hone.db"), to.resolve("hone.db"));
    }

    /** Deletes a folder with all that is in it; nothing happens where there is none. */
    public static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** A database that nobody reads until it is complete need not survive a crash. */
    private static Connection open(Path folder) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.MEMORY);
        config.setSynchronous(SQLiteConfig.SynchronousMode.OFF);
        config.setCacheSize(-400_000);
        config.setTempStore(SQLiteConfig.TempStore.MEMORY);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + folder.resolve("hone.db"));
        return source.getConnection();
    }

    private void fill(int sessions) throws SQLException {
        List<String> indexes = select(
                connection,
                "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
                        + " AND tbl_name IN ('session', 'session_tag', 'session_metric')");
        for (String name : select(
                connection,
                "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
                        + " AND tbl_name IN ('session', 'session_tag', 'session_metric')")) {
            execute(connection, "DROP INDEX " + name);
        }
        connection.setAutoCommit(false);
        insertNames();
        insertSessions(sessions);
        connection.commit();
        connection.setAutoCommit(true);
        for (String index : indexes) {
            progress.accept(index.split("\\s+")[2]);
            execute(connection, index);
        }
        execute(connection, "PRAGMA journal_mode = WAL");
    }

    private void insertNames() throws SQLException {
        execute(connection, """
                INSERT INTO criteria (no, name, version, techniques, criteria, created_at, created_by, newest)
                VALUES (1, 'edge', 1, '[]',
                        '[{"metric":"accuracy","op":">=","value":0.9,"weight":1.0,"required":true}]', %d, 'bench', 1)
                """.formatted(END.minus(SPAN).toEpochMilli()));
        for (int i = 0; i < SessionGeneratorRow.METRICS.size(); i++) {
            execute(
                    connection,
                    "INSERT INTO metric (no, name) VALUES (%d, '%s')"
                            .formatted(i + 1, SessionGeneratorRow.METRICS.get(i)));
        }
        for (String project : SessionGeneratorRow.PROJECTS) {
            execute(connection, "INSERT INTO project (name) VALUES ('%s')".formatted(project));
        }
    }

    private void insertSessions(int sessions) throws SQLException {
        long begin = END.minus(SPAN).toEpochMilli();
        long parent = 0;
        try (PreparedStatement rows = connection.prepareStatement(ROWS);
                PreparedStatement tags = connection.prepareStatement(
                        "INSERT INTO session_tag (tag_key, tag_value, session_no) VALUES (?, ?, ?)");
                PreparedStatement metrics = connection.prepareStatement(
                        "INSERT INTO session_metric (session_no, metric_no, last_value, min_value, max_value, last_step)"
                                + " VALUES (?, ?, ?, ?, ?, ?)")) {
            for (int no = 1; no <= sessions; no++) {
                long created = begin + (long) ((double) SPAN.toMillis() * no / sessions);
                SessionGeneratorRow made = SessionGeneratorRow.of(no, parent, created);
                parent = made.search() ? no : parent;
                made.bindRow(rows);
                made.addTags(tags);
                made.addMetrics(metrics);
                if (no % 1_000 == 0 || no == sessions) {
                    rows.executeBatch();
                    tags.executeBatch();
                    metrics.executeBatch();
                }
                if (no % 100_000 == 0) {
                    progress.accept("%,d sessions".formatted(no));
                }
            }
        }
    }

    private static List<String> select(Connection connection, String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
