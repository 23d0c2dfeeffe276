package io.hone.database;

import io.hone.database.Transaction.Write;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer of a SQLite database. Writes that arrive while another transaction flushes to disk share the next one:
 * its flush is paid once. Each write runs behind a savepoint, so it keeps its own success or failure, and its caller is
 * answered only after the commit.
 *
 * <p>Thread-safe; the connection is used by one thread alone.
 */
final class GroupCommitWriter implements Writer {

    private static final Logger LOG = LoggerFactory.getLogger(GroupCommitWriter.class);

    /** Writes that may wait; beyond, callers are refused at once instead of piling up. */
    private static final int MOST_QUEUED = 10_000;

    /** Writes in one transaction; a bound on how long the first of them waits for its answer. */
    private static final int MOST_GROUPED = 256;

    /** Longest pause for companions, however slow the disk. */
    private static final long LONGEST_GATHERING_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    /** Weight of the newest group in the running averages. */
    private static final double NEWEST = 0.2;

    private static final class Entry<T extends @Nullable Object> {
        private final Write<T> work;
        private final CompletableFuture<T> done = new CompletableFuture<>();
        private final AtomicBoolean taken = new AtomicBoolean();
        private @Nullable T result;
        private @Nullable Throwable failure;

        Entry(Write<T> work) {
            this.work = work;
        }

        /** Runs the work unless its caller has given up; true if it is this entry's turn. */
        boolean take() {
            return taken.compareAndSet(false, true);
        }

        void run(Transaction transaction) throws SQLException {
            result = work.run(transaction);
        }

        void answer() {
            if (failure != null) {
                done.completeExceptionally(failure);
            } else {
                @SuppressWarnings("NullAway") // null only where T allows it
                T value = result;
                done.complete(value);
            }
        }
    }

    /** The transaction as a whole is lost; every write in it failed with this. */
    private static final class GroupLostException extends Exception {
        private static final long serialVersionUID = 1L;

        GroupLostException(Throwable cause) {
            super(cause);
        }
    }

    private final BlockingQueue<Entry<?>> queue = new ArrayBlockingQueue<>(MOST_QUEUED);
    private final Jdbi jdbi;
    private final Statements statements;
    private final Settings settings;
    private final WriterCounts counts;
    private final int mostGrouped;
    private final Thread thread;
    private volatile boolean closing;

    /** Writers seen together of late, and what a commit costs: how long it pays to wait for companions. */
    private double companions = 1;

    private double commitNanos;

    GroupCommitWriter(Jdbi jdbi, Statements statements, Settings settings, WriterCounts counts, boolean grouped) {
        this.jdbi = jdbi;
        this.statements = statements;
        this.settings = settings;
        this.counts = counts;
        this.mostGrouped = grouped ? MOST_GROUPED : 1;
        this.thread = new Thread(this::loop, "hone-writer");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public <T extends @Nullable Object> T write(Write<T> work) {
        Entry<T> entry = new Entry<>(work);
        if (closing || !queue.offer(entry)) {
            throw new OverloadedException(
                    closing ? "The server is stopping" : MOST_QUEUED + " writes are waiting already");
        }
        Duration timeout = settings.duration(SettingsCatalogue.WRITE_TIMEOUT);
        try {
            entry.done.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            if (entry.take()) {
                throw new OverloadedException("The request was interrupted while it waited for its write");
            }
        } catch (TimeoutException e) {
            if (entry.take()) {
                throw new OverloadedException("The write waited %d ms for its turn".formatted(timeout.toMillis()));
            }
        } catch (ExecutionException e) {
            throw rethrown(e.getCause());
        }
        // Its turn has come: only the outcome tells the caller the truth, and SQLite's busy timeout bounds it.
        try {
            return entry.done.join();
        } catch (CompletionException e) {
            throw rethrown(e.getCause());
        }
    }

    @Override
    public int queued() {
        return queue.size();
    }

    /** Finishes what is queued, then stops. */
    @Override
    public void close() {
        closing = true;
        thread.interrupt();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static RuntimeException rethrown(@Nullable Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
    }

    private void loop() {
        while (true) {
            Entry<?> first;
            try {
                first = closing ? queue.poll() : queue.take();
            } catch (InterruptedException e) {
                continue; // closing: the queue is emptied before the thread ends
            }
            if (first == null) {
                return;
            }
            if (first.take()) {
                transact(first);
            }
        }
    }

    private void transact(Entry<?> first) {
        List<Entry<?>> group = new ArrayList<>();
        try (Handle handle = jdbi.open()) {
            Connection connection = handle.getConnection();
            connection.setAutoCommit(false);
            try {
                Transaction transaction = new Transaction(handle, statements, false);
                for (Entry<?> entry = first; entry != null; entry = next(group.size())) {
                    group.add(entry);
                    run(entry, connection, transaction);
                }
                long start = System.nanoTime();
                transaction.runDeferred();
                connection.commit();
                learn(group.size(), System.nanoTime() - start);
            } catch (SQLException | RuntimeException | Error | GroupLostException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
            counts.committed(group.size());
        } catch (GroupLostException e) {
            lose(group, first, e.getCause() == null ? e : e.getCause());
        } catch (SQLException | RuntimeException | Error e) {
            lose(group, first, e);
        }
        group.forEach(Entry::answer);
    }

    private static void lose(List<Entry<?>> group, Entry<?> first, Throwable cause) {
        LOG.error("A transaction of {} writes was lost; none of them is stored", Math.max(1, group.size()), cause);
        if (group.isEmpty()) {
            group.add(first);
        }
        for (Entry<?> entry : group) {
            if (entry.failure == null) {
                entry.failure = cause instanceof SQLException ? new LostTransactionException(cause) : cause;
            }
        }
    }

    private static void run(Entry<?> entry, Connection connection, Transaction transaction)
            throws SQLException, GroupLostException {
        Savepoint savepoint = connection.setSavepoint();
        try {
            entry.run(transaction);
            connection.releaseSavepoint(savepoint);
            transaction.keepDeferred();
        } catch (SQLException | RuntimeException | Error e) {
            entry.failure = e instanceof SQLException ? new LostTransactionException(e) : e;
            transaction.dropDeferred();
            try {
                connection.rollback(savepoint);
                connection.releaseSavepoint(savepoint);
            } catch (SQLException lost) {
                // A full disk or a failed read ends the whole transaction, and the savepoint with it.
                lost.addSuppressed(e);
                throw new GroupLostException(lost);
            }
        }
    }

    /**
     * The next write of this transaction. With writers about, a pause no longer than a commit takes may save one;
     * PostgreSQL's {@code commit_delay} and {@code commit_siblings} rest on the same trade. A lone writer never waits.
     */
    private @Nullable Entry<?> next(int grouped) {
        while (grouped < mostGrouped) {
            Entry<?> entry = queue.poll();
            if (entry == null && !closing && grouped < companions / 2) {
                try {
                    entry = queue.poll(Math.min(LONGEST_GATHERING_NANOS, (long) commitNanos), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    return null; // closing: commit what there is
                }
            }
            if (entry == null || entry.take()) {
                return entry;
            }
        }
        return null;
    }

    private void learn(int grouped, long lastCommitNanos) {
        companions += NEWEST * (grouped + queue.size() - companions);
        commitNanos += NEWEST * (lastCommitNanos - commitNanos);
    }
}
