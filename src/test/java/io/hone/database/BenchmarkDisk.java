package io.hone.database;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.sqlite.SQLiteCommitListener;
import org.sqlite.SQLiteConnection;
import org.sqlite.core.DB;

/** What the disk takes, and disks that take longer. */
public final class BenchmarkDisk {

    private static final int FLUSHES = 200;

    private BenchmarkDisk() {}

    /**
     * Makes every commit of a SQLite database that has something to flush take longer from now on, as on a slower disk:
     * SQLite's own commit hook waits on the writer's thread, inside {@code COMMIT} and before the real flush. The writer
     * has one connection, and this reaches it through the front door, so all that is measured is the real code.
     */
    public static void slowCommits(Database database, long nanos) {
        database.write(transaction -> transaction.run("bench.slow_commits", handle -> {
            SQLiteConnection connection = handle.getConnection().unwrap(SQLiteConnection.class);
            connection.addCommitListener(new Slow(connection.getDatabase(), nanos));
            return null;
        }));
    }

    /** Waits at every commit that changed something: the driver also commits transactions that it opened in vain. */
    private static final class Slow implements SQLiteCommitListener {

        private final DB database;
        private final long nanos;
        private long changesBefore;

        Slow(DB database, long nanos) {
            this.database = database;
            this.nanos = nanos;
        }

        @Override
        public void onCommit() {
            long changes = changes();
            if (changes == changesBefore) {
                return;
            }
            changesBefore = changes;
            long end = System.nanoTime() + nanos;
            for (long left = nanos; left > 0; left = end - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
        }

        @Override
        public void onRollback() {
            // Costs no flush.
        }

        private long changes() {
            try {
                return database.total_changes();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** What one flush of 4 KiB takes on the disk of that folder: the median, in milliseconds. */
    public static double flushMs(Path folder) throws IOException {
        Path file = Files.createTempFile(folder, "flush", ".tmp");
        Histogram nanos = new Histogram(3);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (int i = 0; i < FLUSHES; i++) {
                channel.write(ByteBuffer.allocate(4_096));
                long start = System.nanoTime();
                channel.force(false);
                nanos.recordValue(System.nanoTime() - start);
            }
        } finally {
            Files.delete(file);
        }
        return nanos.getValueAtPercentile(50) / 1e6;
    }
}
