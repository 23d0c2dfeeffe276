package io.hone.database;

import io.hone.metrics.Latencies;
import io.hone.metrics.Metrics;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Times every statement under its name, and logs the slow ones without their parameters. Thread-safe. */
final class Statements {

    private static final Logger LOG = LoggerFactory.getLogger(Statements.class);

    /** Bounds of the exported histogram: from an indexed read to the default of a slow statement. */
    private static final Duration[] BUCKETS = {
        Duration.ofNanos(100_000),
        Duration.ofNanos(500_000),
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofMillis(25),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5)
    };

    private final Latencies latencies = new Latencies();
    private final Map<String, Timer> timers = new ConcurrentHashMap<>();
    private final Settings settings;
    private final Metrics metrics;
    private final Counter slowStatements;
    /** Text of the last statement on this thread, with placeholders: what a slow one is logged with. */
    private final ThreadLocal<@Nullable String> lastSql = new ThreadLocal<>();

    Statements(Settings settings, Metrics metrics) {
        this.settings = settings;
        this.metrics = metrics;
        slowStatements = Counter.builder("hone.sql.slow")
                .description("SQL statements over the slow-statement threshold")
                .register(metrics.registry());
    }

    /** Keeps the text of what runs, for the slow log. */
    SqlLogger logger() {
        return new SqlLogger() {
            @Override
            public void logBeforeExecution(StatementContext context) {
                lastSql.set(context.getRawSql());
            }
        };
    }

    /** Runs a statement, including the reading of its rows, and records it under that name. */
    <T extends @Nullable Object, X extends Exception> T time(String name, Handle handle, HandleCallback<T, X> work)
            throws X {
        long start = System.nanoTime();
        boolean failed = true;
        long rows = 0;
        try {
            T result = work.withHandle(handle);
            rows = rows(result);
            failed = false;
            return result;
        } finally {
            record(name, System.nanoTime() - start, rows, failed);
        }
    }

    List<Latencies.Summary> summaries() {
        return latencies.summaries();
    }

    private void record(String name, long nanos, long rows, boolean failed) {
        boolean slow = nanos > settings.get(SettingsCatalogue.SLOW_STATEMENT) * 1_000_000;
        latencies.record(name, nanos, rows, failed, slow);
        timers.computeIfAbsent(name, this::timer).record(Duration.ofNanos(nanos));
        if (slow) {
            slowStatements.increment();
            String sql = lastSql.get();
            LOG.warn(
                    "slow_statement name={} duration_ms={} rows={} sql=\"{}\"",
                    name,
                    nanos / 1_000_000,
                    rows,
                    sql == null ? "" : sql.replaceAll("\\s+", " ").strip());
        }
    }

    private Timer timer(String name) {
        return Timer.builder("hone.sql.statement")
                .description("Time a named SQL statement took, reading its rows included")
                .tag("statement", name)
                .serviceLevelObjectives(BUCKETS)
                .register(metrics.registry());
    }

    private static long rows(@Nullable Object result) {
        if (result instanceof Collection<?> collection) {
            return collection.size();
        }
        if (result instanceof Map<?, ?> map) {
            return map.size();
        }
        if (result instanceof Optional<?> optional) {
            return optional.isPresent() ? 1 : 0;
        }
        if (result instanceof Integer changed) {
            return Math.max(0, changed);
        }
        return result == null ? 0 : 1;
    }
}
