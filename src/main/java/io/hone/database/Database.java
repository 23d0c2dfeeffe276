package io.hone.database;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import io.hone.database.Transaction.Write;
import io.hone.metrics.Latencies;
import io.hone.metrics.Metrics;
import io.hone.metrics.RequestParts;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import io.micrometer.core.instrument.Gauge;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jdbi.v3.core.statement.StatementExceptions.MessageRendering;
import org.jspecify.annotations.Nullable;

/**
 * The database of this server, migrated and ready: a SQLite file in the data folder, or PostgreSQL where
 * {@code hone.database.url} says so. Thread-safe.
 */
@Singleton
public class Database implements AutoCloseable {

    /** Which database this is. */
    public enum Kind {
        SQLITE,
        POSTGRESQL;

        /** As the interface writes it. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * How the readers' connections are used.
     *
     * @param pending requests waiting for a connection
     */
    public record PoolUse(int active, int idle, int pending, int max) {}

    /**
     * How writes were grouped since the start.
     *
     * @param writesPerCommit 0 before the first commit
     */
    public record WriterUse(long commits, long writes, double writesPerCommit, int queued) {}

    private final Kind kind;
    private final Statements statements;
    private final WriterCounts counts;
    private final DataSources sources;
    private final Jdbi reading;
    private final Writer writer;

    /**
     * Opens the database and brings its schema up to date.
     *
     * @throws StartException if it cannot be opened, is damaged, or was written by a newer Hone
     */
    @Inject
    public Database(Settings settings, Metrics metrics) {
        statements = new Statements(settings, metrics);
        counts = new WriterCounts(metrics);
        sources = DataSources.open(settings, metrics);
        kind = sources.kind();
        reading = jdbi(sources.readers());
        Jdbi writing = jdbi(sources.writer());
        writer = kind == Kind.SQLITE
                ? new GroupCommitWriter(
                        writing, statements, settings, counts, settings.get(SettingsCatalogue.GROUP_COMMIT))
                : new ConcurrentWriter(writing, statements, counts);
        Gauge.builder("hone.database.writes.queued", writer, Writer::queued)
                .description("Writes waiting for their turn")
                .register(metrics.registry());
    }

    public Kind kind() {
        return kind;
    }

    /**
     * Runs one reading statement on a connection of its own and records its time and rows under that name.
     *
     * @param name {@code package.purpose}, bounded in number
     */
    public <T extends @Nullable Object, X extends Exception> T read(String name, HandleCallback<T, X> work) throws X {
        long start = System.nanoTime();
        try (Handle handle = reading.open()) {
            return statements.time(name, handle, work);
        } finally {
            RequestParts.database(System.nanoTime() - start);
        }
    }

    /**
     * Runs a write in a transaction and returns once it is durable. What it throws comes to the caller, and nothing of
     * it is stored then.
     *
     * @throws OverloadedException if it was refused before it began
     * @throws LostTransactionException if the transaction could not be committed
     */
    public <T extends @Nullable Object> T write(Write<T> work) {
        long start = System.nanoTime();
        try {
            return writer.write(work);
        } finally {
            RequestParts.database(System.nanoTime() - start);
        }
    }

    /** Every named statement since the start, the one that took most time in all first. */
    public List<Latencies.Summary> statements() {
        return statements.summaries();
    }

    /** The readers' pool at this moment. */
    public PoolUse pool() {
        HikariDataSource readers = sources.readers();
        HikariPoolMXBean pool = readers.getHikariPoolMXBean();
        return new PoolUse(
                pool.getActiveConnections(),
                pool.getIdleConnections(),
                pool.getThreadsAwaitingConnection(),
                readers.getMaximumPoolSize());
    }

    /** How writes were grouped since the start. */
    public WriterUse writer() {
        long commits = counts.commits();
        long writes = counts.writes();
        return new WriterUse(commits, writes, commits == 0 ? 0 : (double) writes / commits, writer.queued());
    }

    /** Finishes the writes that wait, then closes the pools. */
    @Override
    @PreDestroy
    public void close() {
        writer.close();
        sources.close();
    }

    private Jdbi jdbi(javax.sql.DataSource source) {
        Jdbi jdbi = Jdbi.create(source);
        jdbi.setSqlLogger(statements.logger());
        // Jdbi would write the values of a failed statement into its message, and so into the log.
        jdbi.getConfig(StatementExceptions.class).setMessageRendering(MessageRendering.NONE);
        return jdbi;
    }
}
