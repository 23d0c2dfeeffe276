package io.hone.database;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hone.database.Transaction.Deferred;
import io.hone.database.Transaction.Write;
import io.hone.metrics.Latencies;
import io.hone.settings.Setting;
import io.hone.settings.SettingsCatalogue;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jdbi.v3.core.statement.StatementException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every database must do. Subclasses say which. */
@Timeout(60)
abstract class DatabaseContract {

    final ExecutorService threads = Executors.newCachedThreadPool();
    Database database;

    /** Opens the database of this test, which is empty the first time. */
    abstract Database open(Map<Setting<?>, String> settings);

    /** A connection past the database's own, as another program has it. */
    abstract Connection connect() throws SQLException;

    @BeforeEach
    void openWithNotes() {
        database = open(Map.of());
        write(
                "CREATE TABLE note (id BIGINT PRIMARY KEY, text TEXT)",
                "CREATE TABLE reply (note BIGINT REFERENCES note (id) DEFERRABLE INITIALLY DEFERRED)");
    }

    @AfterEach
    void close() {
        database.close();
        threads.shutdownNow();
    }

    @Test
    void write_returned_isSeenByReaders() {
        for (long id = 1; id <= 20; id++) {
            write(note(id));
            assertThat(notes()).hasSize((int) id).endsWith(id);
        }
    }

    @Test
    void write_result_isReturned() {
        assertThat(database.<Integer>write(transaction -> 42)).isEqualTo(42);
        assertThat(database.<Object>write(transaction -> null)).isNull();
    }

    @Test
    void write_throws_reachesTheCallerAndStoresNothing() {
        IllegalStateException own = new IllegalStateException("own");
        assertThatThrownBy(() -> database.write(transaction -> {
                    execute(transaction, note(1));
                    throw own;
                }))
                .isSameAs(own);
        AssertionError error = new AssertionError("own");
        assertThatThrownBy(() -> database.write(transaction -> {
                    execute(transaction, note(2));
                    throw error;
                }))
                .isSameAs(error);
        SQLException cause = new SQLException("own");
        assertThatExceptionOfType(LostTransactionException.class)
                .isThrownBy(() -> database.write(transaction -> {
                    execute(transaction, note(3));
                    throw cause;
                }))
                .withCause(cause);
        write(note(4));
        assertThat(notes()).containsExactly(4L);
    }

    @Test
    void write_statementFails_storesNothingOfIt() {
        write(note(1));
        assertThatExceptionOfType(StatementException.class).isThrownBy(() -> write(note(2), note(3), note(1)));
        assertThat(notes()).containsExactly(1L);
    }

    @Test
    void write_commitFails_isLost() {
        long writesBefore = database.writer().writes();
        CapturedLog.during(GroupCommitWriter.class, () -> assertThatExceptionOfType(LostTransactionException.class)
                .isThrownBy(() -> write(note(1), "INSERT INTO reply VALUES (99)"))
                .withCauseInstanceOf(SQLException.class));
        assertThat(notes()).isEmpty();
        assertThat(database.writer().writes()).isEqualTo(writesBefore);
        write(note(2), "INSERT INTO reply VALUES (2)");
        assertThat(notes()).containsExactly(2L);
    }

    @Test
    void write_sideBySide_losesNoUpdate() throws Exception {
        write("INSERT INTO note VALUES (1, '0')");
        List<Callable<Object>> increments = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            increments.add(() -> database.<Object>write(transaction -> {
                int text = transaction.run("test.find", handle -> handle.createQuery(
                                "SELECT text FROM note WHERE id = 1" + transaction.forUpdate())
                        .mapTo(Integer.class)
                        .one());
                transaction.run(
                        "test.update",
                        handle -> handle.execute("UPDATE note SET text = ? WHERE id = 1", Integer.toString(text + 1)));
                return null;
            }));
        }
        for (Future<Object> done : threads.invokeAll(increments)) {
            done.get();
        }
        assertThat(text(1)).isEqualTo("120");
    }

    @Test
    void read_whileAWriteIsUnderWay_seesWhatWasBefore() throws Exception {
        write(note(1));
        Held held = hold(transaction -> execute(transaction, note(2)));
        assertThat(notes()).containsExactly(1L);
        held.release();
        assertThat(notes()).containsExactly(1L, 2L);
    }

    @Test
    void read_thatWrites_isRefused() {
        assertThatThrownBy(() -> database.read("test.write", handle -> handle.execute(note(1))))
                .isInstanceOf(StatementException.class)
                .rootCause()
                .isInstanceOf(SQLException.class);
        assertThat(notes()).isEmpty();
    }

    @Test
    void defer_severalParts_runOnceAtTheEndInOrder() {
        List<List<Integer>> runs = new ArrayList<>();
        Deferred<Integer> work = (transaction, parts) -> {
            runs.add(List.copyOf(parts));
            execute(transaction, note(parts.size()));
        };
        database.<Object>write(transaction -> {
            transaction.defer(work, 7);
            transaction.defer(work, 8);
            assertThat(runs).isEmpty();
            transaction.defer(work, 9);
            return null;
        });
        assertThat(runs).containsExactly(List.of(7, 8, 9));
        assertThat(notes()).containsExactly(3L);
    }

    @Test
    void defer_writeFails_neverRuns() {
        Deferred<Integer> work = (transaction, parts) -> execute(transaction, note(parts.size()));
        assertThatThrownBy(() -> database.write(transaction -> {
                    transaction.defer(work, 1);
                    throw new IllegalStateException();
                }))
                .isInstanceOf(IllegalStateException.class);
        write(note(5));
        assertThat(notes()).containsExactly(5L);
    }

    @Test
    void defer_workFails_losesTheWrite() {
        Deferred<Integer> work = (transaction, parts) -> execute(transaction, "INSERT INTO no_such_table VALUES (1)");
        CapturedLog.during(GroupCommitWriter.class, () -> assertThatThrownBy(() -> database.write(transaction -> {
                    execute(transaction, note(1));
                    transaction.defer(work, 1);
                    return null;
                }))
                .isInstanceOf(StatementException.class));
        assertThat(notes()).isEmpty();
    }

    @Test
    void statements_ran_countUnderTheirName() {
        write(note(1), note(2), note(3));
        database.read(
                "test.list",
                handle -> handle.select("SELECT id FROM note").mapTo(Long.class).list());
        database.read("test.list", handle -> handle.select("SELECT id FROM note WHERE id > 1")
                .mapTo(Long.class)
                .list());
        database.read("test.none", handle -> handle.select("SELECT id FROM note WHERE id = 9")
                .mapTo(Long.class)
                .findOne());
        database.write(transaction ->
                transaction.run("test.update", handle -> handle.execute("UPDATE note SET id = id + 10")));
        assertThatThrownBy(() -> database.read("test.fail", handle -> handle.execute("SELECT no_such_column")))
                .isInstanceOf(StatementException.class);

        assertThat(statement("test.list")).returns(2L, Latencies.Summary::count).returns(5L, Latencies.Summary::rows);
        assertThat(statement("test.none")).returns(1L, Latencies.Summary::count).returns(0L, Latencies.Summary::rows);
        assertThat(statement("test.update"))
                .returns(1L, Latencies.Summary::count)
                .returns(3L, Latencies.Summary::rows);
        assertThat(statement("test.fail"))
                .returns(1L, Latencies.Summary::errors)
                .returns(0L, Latencies.Summary::slow);
        assertThat(statement("test.list").errors()).isZero();
    }

    @Test
    void statements_slow_areLoggedWithoutTheirParameters() {
        reopen(Map.of(SettingsCatalogue.SLOW_STATEMENT, "1"));
        try (CapturedLog log = CapturedLog.of(Statements.class)) {
            database.read("test.slow", handle -> handle.createQuery("""
                                    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000)
                                    SELECT i FROM n WHERE i > 299998 AND :secret <> ''
                                    """)
                    .bind("secret", "hunter2")
                    .mapTo(Integer.class)
                    .list());
            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .contains("WARNING", "name=test.slow", "rows=2", ":secret <> ''");
            assertThat(log.lines().toString()).doesNotContain("hunter2", "\n");
        }
        assertThat(statement("test.slow").slow()).isEqualTo(1);
    }

    @Test
    void read_fails_keepsItsParametersToItself() {
        assertThatThrownBy(() -> database.read("test.fail", handle -> handle.createQuery(
                                "SELECT no_such_column FROM note WHERE text = :secret")
                        .bind("secret", "hunter2")
                        .mapTo(String.class)
                        .list()))
                .isInstanceOf(StatementException.class)
                .hasMessageContaining("no_such_column")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void writer_writes_areCounted() {
        Database.WriterUse before = database.writer();
        write(note(1));
        write(note(2));
        Database.WriterUse after = database.writer();
        assertThat(after.writes() - before.writes()).isEqualTo(2);
        assertThat(after.commits() - before.commits()).isEqualTo(2);
        assertThat(after.queued()).isZero();
        assertThat(after.writesPerCommit()).isEqualTo(1);
    }

    @Test
    void pool_readUnderWay_isActive() {
        int active = database.read("test.pool", handle -> database.pool().active());
        assertThat(active).isEqualTo(1);
        assertThat(database.pool().active()).isZero();
        assertThat(database.pool().max()).isPositive();
    }

    @Test
    void open_again_findsEverythingAndMigratesNothing() throws SQLException {
        write(note(1));
        List<String> migrations = column("SELECT installed_on FROM flyway_schema_history");
        reopen(Map.of());
        assertThat(notes()).containsExactly(1L);
        assertThat(column("SELECT installed_on FROM flyway_schema_history"))
                .isEqualTo(migrations)
                .isNotEmpty();
    }

    @Test
    void open_newerSchema_isRefusedAndUnchanged() throws SQLException {
        write(note(1));
        database.close();
        change("INSERT INTO flyway_schema_history SELECT 1000, '999901010000', 'future', 'SQL',"
                + " 'V999901010000__future.sql', 1, installed_by, installed_on, 1, success"
                + " FROM flyway_schema_history WHERE installed_rank = 1");
        List<String> before = column("SELECT version FROM flyway_schema_history ORDER BY 1");
        assertThatExceptionOfType(StartException.class)
                .isThrownBy(() -> open(Map.of()))
                .withMessageMatching("The database \\S+ was written by a newer Hone \\(schema 999901010000\\);"
                        + " start that version, or restore a backup");
        assertThat(column("SELECT version FROM flyway_schema_history ORDER BY 1"))
                .isEqualTo(before);
        assertThat(column("SELECT id FROM note")).containsExactly("1");
        change("DELETE FROM flyway_schema_history WHERE installed_rank = 1000");
        database = open(Map.of());
        assertThat(notes()).containsExactly(1L);
    }

    @Test
    void open_migrationChangedByHand_isRefused() throws SQLException {
        database.close();
        change("UPDATE flyway_schema_history SET checksum = checksum - 1 WHERE checksum IS NOT NULL");
        assertThatExceptionOfType(StartException.class)
                .isThrownBy(() -> open(Map.of()))
                .withMessageStartingWith("Cannot use the database ")
                .satisfies(refused -> assertThat(refused.getMessage()).doesNotContain("\n"));
    }

    @Test
    void open_migrationFails_leavesNothingOfIt() throws SQLException {
        database.close();
        List<String> tables = tables();
        tables.removeAll(List.of("flyway_schema_history", "project")); // the migration ends by creating project
        for (String table : tables) {
            dropTable(table);
        }
        change("DELETE FROM flyway_schema_history WHERE version IS NOT NULL");
        assertThatExceptionOfType(StartException.class)
                .isThrownBy(() -> open(Map.of()))
                .satisfies(refused -> assertThat(refused.getMessage()).doesNotContain("\n"));
        assertThat(tables()).containsExactlyInAnyOrder("flyway_schema_history", "project");
        dropTable("project");
        database = open(Map.of());
        assertThat(tables()).contains("project", "session", "step");
    }

    abstract List<String> tables() throws SQLException;

    abstract void dropTable(String table) throws SQLException;

    void reopen(Map<Setting<?>, String> settings) {
        database.close();
        database = open(settings);
    }

    /** A write that stays under way until it is let go. */
    final class Held {
        private final CountDownLatch free = new CountDownLatch(1);
        final Future<?> done;

        Held(Transactional work) throws InterruptedException {
            CountDownLatch begun = new CountDownLatch(1);
            done = start(transaction -> {
                work.run(transaction);
                begun.countDown();
                assertThat(awaited(free)).isTrue();
                return null;
            });
            assertThat(begun.await(30, SECONDS)).isTrue();
        }

        void free() {
            free.countDown();
        }

        void release() throws ExecutionException, InterruptedException {
            free();
            done.get();
        }
    }

    /** What a write does that gives nothing back. */
    interface Transactional {
        void run(Transaction transaction);
    }

    Held hold(Transactional work) throws InterruptedException {
        return new Held(work);
    }

    <T> Future<T> start(Write<T> work) {
        return threads.submit(() -> database.write(work));
    }

    void write(String... sql) {
        database.<Object>write(transaction -> {
            execute(transaction, sql);
            return null;
        });
    }

    static void execute(Transaction transaction, String... sql) {
        for (String statement : sql) {
            transaction.run("test.execute", handle -> handle.execute(statement));
        }
    }

    static String note(long id) {
        return "INSERT INTO note VALUES (%d, 'note %d')".formatted(id, id);
    }

    List<Long> notes() {
        return database.read("test.notes", handle -> handle.select("SELECT id FROM note ORDER BY id")
                .mapTo(Long.class)
                .list());
    }

    static boolean awaited(CountDownLatch latch) {
        try {
            return latch.await(30, SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    void change(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate(sql)).isPositive();
        }
    }

    List<String> column(String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }

    private String text(long id) {
        return database.read("test.text", handle -> handle.select("SELECT text FROM note WHERE id = ?", id)
                .mapTo(String.class)
                .one());
    }

    private Latencies.Summary statement(String name) {
        return database.statements().stream()
                .filter(summary -> summary.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
