package io.hone.database;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hone.database.Transaction.Deferred;
import io.hone.database.Transaction.Write;
import io.hone.settings.Setting;
import io.hone.settings.SettingsCatalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class SqliteDatabaseTest extends DatabaseContract {

    private static final Map<String, String> PRAGMAS = Map.of(
            "journal_mode", "wal",
            "synchronous", "2", // FULL
            "cache_size", "-10240",
            "mmap_size", "104857600",
            "temp_store", "2", // MEMORY
            "page_size", "4096",
            "foreign_keys", "1",
            "busy_timeout", "5000");

    @TempDir
    Path folder;

    @Override
    Database open(Map<Setting<?>, String> settings) {
        return TestDatabases.sqlite(folder, settings);
    }

    @Test
    void open_newDatabase_isForItsOwnerAlone() throws IOException {
        database.write(transaction -> transaction.run("test", handle -> handle.execute("DELETE FROM project")));

        for (String name : List.of("hone.db", "hone.db-wal", "hone.db-shm")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name))))
                    .as(name)
                    .isEqualTo("rw-------");
        }
    }

    @Override
    Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + file());
    }

    @Override
    List<String> tables() throws SQLException {
        return column("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
                // What belongs to the index of the search goes with it.
                + " AND name NOT LIKE 'session_search_%'");
    }

    @Override
    void dropTable(String table) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA foreign_keys = OFF");
            statement.execute("DROP TABLE " + table);
        }
    }

    @Test
    void pragmas_ofReadersAndWriter_areInForce() {
        assertThat(database.read("test.pragmas", SqliteDatabaseTest::pragmas)).isEqualTo(PRAGMAS);
        Map<String, String> writer =
                database.write(transaction -> transaction.run("test.pragmas", SqliteDatabaseTest::pragmas));
        assertThat(writer).isEqualTo(PRAGMAS);
    }

    @Test
    void write_foreignKeyBroken_isRefused() {
        write(note(1), "INSERT INTO reply VALUES (1)");
        CapturedLog.during(GroupCommitWriter.class, () -> assertThatThrownBy(() -> write("DELETE FROM note"))
                .isInstanceOf(LostTransactionException.class));
        assertThat(notes()).containsExactly(1L);
    }

    @Test
    void write_queuedTogether_shareOneCommit() throws Exception {
        Database.WriterUse before = database.writer();
        Held held = hold(transaction -> execute(transaction, note(100)));
        List<Future<Long>> queued = new ArrayList<>();
        for (long id = 1; id <= 9; id++) {
            queued.add(queue(storing(id)));
        }
        assertThat(database.writer().queued()).isEqualTo(9);
        held.release();
        for (int i = 0; i < 9; i++) {
            assertThat(queued.get(i).get()).isEqualTo(i + 1);
        }
        assertThat(notes()).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 100L);
        assertThat(database.writer().commits() - before.commits()).isEqualTo(1);
        assertThat(database.writer().writes() - before.writes()).isEqualTo(10);
    }

    @Test
    void write_queuedTogether_isAnsweredOnlyAfterTheCommit() throws Exception {
        Held first = hold(transaction -> execute(transaction, note(1)));
        Future<Long> early = queue(storing(2));
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch free = new CountDownLatch(1);
        Future<Object> last = queue(transaction -> {
            begun.countDown();
            assertThat(awaited(free)).isTrue();
            return null;
        });
        first.free();
        assertThat(awaited(begun)).isTrue();
        assertThat(early.isDone()).isFalse();
        assertThat(first.done.isDone()).isFalse();
        assertThat(notes()).isEmpty();
        free.countDown();
        last.get();
        assertThat(early.get()).isEqualTo(2);
    }

    @Test
    void write_withoutGroupCommit_commitsOnItsOwn() throws Exception {
        reopen(Map.of(SettingsCatalogue.GROUP_COMMIT, "false"));
        Held held = hold(transaction -> execute(transaction, note(100)));
        List<Future<Long>> queued = new ArrayList<>();
        for (long id = 1; id <= 4; id++) {
            queued.add(queue(storing(id)));
        }
        held.release();
        for (Future<Long> write : queued) {
            write.get();
        }
        assertThat(database.writer().commits()).isEqualTo(5);
        assertThat(database.writer().writesPerCommit()).isEqualTo(1);
        assertThat(notes()).hasSize(5);
    }

    @Test
    void write_oneOfAGroupFails_losesOnlyItself() throws Exception {
        List<List<Integer>> runs = new ArrayList<>();
        Deferred<Integer> work = (transaction, parts) -> runs.add(List.copyOf(parts));
        IllegalStateException own = new IllegalStateException("own");
        Database.WriterUse before = database.writer();
        Held held = hold(transaction -> transaction.defer(work, 0));
        Future<Long> first = queue(deferring(work, 1));
        Future<Long> failing = queue(transaction -> {
            execute(transaction, note(2));
            transaction.defer(work, 2);
            throw own;
        });
        Future<Long> refused = queue(transaction -> {
            transaction.defer(work, 3);
            execute(transaction, note(3), note(1));
            return 3L;
        });
        Future<Long> last = queue(deferring(work, 4));
        held.release();
        assertThat(first.get()).isEqualTo(1);
        assertThat(last.get()).isEqualTo(4);
        assertThatThrownBy(failing::get).cause().isSameAs(own);
        assertThatThrownBy(refused::get).rootCause().isInstanceOf(SQLException.class);
        assertThat(notes()).containsExactly(1L, 4L);
        assertThat(runs).containsExactly(List.of(0, 1, 4));
        assertThat(database.writer().commits() - before.commits()).isEqualTo(1);
    }

    @Test
    void write_commitOfAGroupFails_losesAll() throws Exception {
        Held held = hold(transaction -> execute(transaction, note(1)));
        Future<Long> innocent = queue(storing(2));
        Future<Long> guilty = queue(transaction -> {
            execute(transaction, "INSERT INTO reply VALUES (99)");
            return 3L;
        });
        assertGroupLost(held, List.of(innocent, guilty), LostTransactionException.class);
    }

    @Test
    void write_deferredWorkOfAGroupFails_losesAll() throws Exception {
        Held held = hold(transaction -> execute(transaction, note(1)));
        Future<Long> innocent = queue(storing(2));
        Future<Long> guilty = queue(deferring(
                (transaction, parts) -> {
                    throw new IllegalStateException("deferred");
                },
                3));
        assertGroupLost(held, List.of(innocent, guilty), IllegalStateException.class);
    }

    @Test
    @Timeout(10)
    void write_deferredWorkOfAGroupThrowsAnError_losesAllAndTheWriterGoesOn() throws Exception {
        Held held = hold(transaction -> execute(transaction, note(1)));
        Future<Long> innocent = queue(storing(2));
        Future<Long> guilty = queue(deferring(
                (transaction, parts) -> {
                    throw new StackOverflowError("deferred");
                },
                3));
        assertGroupLost(held, List.of(innocent, guilty), StackOverflowError.class);
    }

    @Test
    void write_transactionEndsUnderIt_losesAll() throws Exception {
        // What SQLite does on a full disk or a failed read: the transaction is gone, and the savepoints with it.
        Held held = hold(transaction -> execute(transaction, note(1)));
        Future<Long> innocent = queue(storing(2));
        Future<Long> guilty = queue(transaction -> {
            execute(transaction, note(3), "ROLLBACK");
            throw new IllegalStateException("disk full");
        });
        try (CapturedLog log = CapturedLog.of(GroupCommitWriter.class)) {
            held.free();
            assertThatThrownBy(held.done::get).cause().isInstanceOf(LostTransactionException.class);
            assertThatThrownBy(innocent::get).cause().isInstanceOf(LostTransactionException.class);
            assertThatThrownBy(guilty::get).cause().hasMessage("disk full");
            assertThat(log.lines()).singleElement().asString().startsWith("SEVERE A transaction of 3 writes was lost");
        }
        assertThat(notes()).isEmpty();
        write(note(9));
        assertThat(notes()).containsExactly(9L);
    }

    @Test
    void write_waitsTooLong_isRefusedAndNeverRuns() throws Exception {
        reopen(Map.of(SettingsCatalogue.WRITE_TIMEOUT, "100"));
        AtomicBoolean ran = new AtomicBoolean();
        Held held = hold(transaction -> execute(transaction, note(1)));
        Future<Long> late = start(transaction -> {
            ran.set(true);
            return 2L;
        });
        assertThatThrownBy(late::get)
                .cause()
                .isInstanceOf(OverloadedException.class)
                .hasMessage("The write waited 100 ms for its turn");
        // The held one has had its turn: it waits for its own outcome, however long that takes.
        assertThat(held.done.isDone()).isFalse();
        held.release();
        write(note(3));
        assertThat(ran).isFalse();
        assertThat(notes()).containsExactly(1L, 3L);
    }

    @Test
    void write_callerIsInterruptedWhileItWaits_isRefusedAndNeverRuns() throws Exception {
        AtomicBoolean ran = new AtomicBoolean();
        Held held = hold(transaction -> execute(transaction, note(1)));
        AtomicReference<Thread> caller = new AtomicReference<>();
        Future<Object> late = threads.submit(() -> {
            caller.set(Thread.currentThread());
            return database.<Object>write(transaction -> {
                ran.set(true);
                return null;
            });
        });
        await().until(() -> database.writer().queued() == 1);
        caller.get().interrupt();
        assertThatThrownBy(late::get).cause().isInstanceOf(OverloadedException.class);
        held.release();
        write(note(3));
        assertThat(ran).as("a refused write ran").isFalse();
    }

    @Test
    void write_callerIsInterruptedWhileItRuns_learnsTheOutcome() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch free = new CountDownLatch(1);
        AtomicReference<Thread> caller = new AtomicReference<>();
        Future<Boolean> done = threads.submit(() -> {
            caller.set(Thread.currentThread());
            String answer = database.write(transaction -> {
                execute(transaction, note(1));
                begun.countDown();
                return awaited(free) ? "stored" : "given up";
            });
            return answer.equals("stored") && Thread.interrupted();
        });
        assertThat(awaited(begun)).isTrue();
        caller.get().interrupt();
        free.countDown();
        assertThat(done.get()).as("stored, and the interrupt not lost").isTrue();
        assertThat(notes()).containsExactly(1L);
    }

    @Test
    void close_withQueuedWrites_finishesThem() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        Future<Object> underWay = start(transaction -> {
            begun.countDown();
            while (!Thread.currentThread().isInterrupted()) { // which is how close() calls the writer
                Thread.onSpinWait();
            }
            return null;
        });
        assertThat(awaited(begun)).isTrue();
        List<Future<Long>> queued = new ArrayList<>();
        for (long id = 1; id <= 5; id++) {
            queued.add(queue(storing(id)));
        }
        database.close();
        underWay.get();
        for (Future<Long> write : queued) {
            write.get();
        }
        assertThatExceptionOfType(OverloadedException.class)
                .isThrownBy(() -> write(note(6)))
                .withMessage("The server is stopping");
        database = open(Map.of());
        assertThat(notes()).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void close_again_isHarmless() {
        database.close();
        database.close();
        reopen(Map.of());
    }

    @Test
    void open_folderInUse_isRefused() {
        assertRefused(() -> open(Map.of()), "Another Hone in this process is using the data folder " + folder);
        write(note(1));
        assertThat(notes()).containsExactly(1L);
    }

    @Test
    void open_folderIsMissing_isCreated() {
        try (Database other = TestDatabases.sqlite(folder.resolve("new/data"))) {
            assertThat(other.kind()).isEqualTo(Database.Kind.SQLITE);
            assertThat(folder.resolve("new/data/hone.db")).isRegularFile();
        }
    }

    @Test
    void open_folderIsAFile_isRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertRefused(() -> TestDatabases.sqlite(file), "Cannot write to the data folder " + file);
        assertRefused(
                () -> TestDatabases.sqlite(file.resolve("data")),
                "Cannot write to the data folder " + file.resolve("data"));
    }

    @Test
    void open_folderCannotBeLocked_isRefused() throws IOException {
        Path data = Files.createDirectories(folder.resolve("data/hone.lock")).getParent();
        assertRefused(() -> TestDatabases.sqlite(data), "Cannot write to the data folder " + data);
    }

    @Test
    void open_fileIsNoDatabase_isRefusedAndLeftAlone() throws IOException {
        Path data = Files.createDirectories(folder.resolve("data"));
        byte[] garbage = "This is no database. ".repeat(1_000).getBytes(UTF_8);
        Files.write(data.resolve("hone.db"), garbage);
        assertRefused(() -> TestDatabases.sqlite(data), "Cannot use the database " + data.resolve("hone.db"));
        assertThat(data.resolve("hone.db")).hasBinaryContent(garbage);
        // The lock is not kept: with the file out of the way the same process can start.
        Files.delete(data.resolve("hone.db"));
        TestDatabases.sqlite(data).close();
    }

    @Test
    void open_fileOfAnotherProgram_isRefusedAndLeftAlone() throws SQLException {
        Path data = folder.resolve("data");
        TestDatabases.sqlite(data).close();
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("hone.db"));
                Statement statement = other.createStatement()) {
            statement.execute("DROP TABLE flyway_schema_history");
        }
        assertRefused(() -> TestDatabases.sqlite(data), "Cannot use the database " + data.resolve("hone.db"));
    }

    private Path file() {
        return folder.resolve("hone.db");
    }

    private static Map<String, String> pragmas(Handle handle) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String name : PRAGMAS.keySet()) {
            values.put(name, handle.select("PRAGMA " + name).mapTo(String.class).one());
        }
        return values;
    }

    /** Starts a write and returns once it waits for its turn. */
    private <T> Future<T> queue(Write<T> work) {
        int before = database.writer().queued();
        Future<T> done = start(work);
        await().until(() -> database.writer().queued() == before + 1);
        return done;
    }

    private static Write<Long> storing(long id) {
        return transaction -> {
            execute(transaction, note(id));
            return id;
        };
    }

    private static Write<Long> deferring(Deferred<Integer> work, int part) {
        return transaction -> {
            execute(transaction, note(part));
            transaction.defer(work, part);
            return (long) part;
        };
    }

    private void assertGroupLost(Held held, List<Future<Long>> queued, Class<? extends Throwable> expected)
            throws InterruptedException {
        Database.WriterUse before = database.writer();
        try (CapturedLog log = CapturedLog.of(GroupCommitWriter.class)) {
            held.free();
            assertThatThrownBy(held.done::get)
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(expected);
            for (Future<Long> write : queued) {
                assertThatThrownBy(write::get).cause().isInstanceOf(expected);
            }
            assertThat(log.lines()).singleElement().asString().startsWith("SEVERE A transaction of 3 writes was lost");
        }
        assertThat(notes()).isEmpty();
        assertThat(database.writer().commits()).isEqualTo(before.commits());
        assertThat(database.writer().writes()).isEqualTo(before.writes());
        write(note(9));
        assertThat(notes()).containsExactly(9L);
    }

    private static void assertRefused(ThrowingCallable opening, String message) {
        assertThatExceptionOfType(StartException.class)
                .isThrownBy(opening)
                .withMessageStartingWith(message)
                .satisfies(refused -> assertThat(refused.getMessage()).doesNotContain("\n"));
    }
}
