package io.hone.sessions;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.hone.database.Database;
import io.hone.database.Transaction;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jdbi.v3.core.statement.PreparedBatch;

/** The {@code step}, {@code metric} and {@code session_metric} tables. Thread-safe. */
@Singleton
class StepRepository {

    /** Names whose numbers are kept on the heap: the metrics that jobs report now. */
    private static final int MOST_NAMES = 10_000;

    /**
     * One recorded value.
     *
     * @param at UTC epoch milliseconds
     * @param value maybe NaN
     */
    record Point(long step, long at, double value) {}

    /** Only what is committed may enter: a number taken from a transaction that fails would never come to be. */
    private final Cache<String, Long> committedNumbers =
            Caffeine.newBuilder().maximumSize(MOST_NAMES).build();

    private final Database database;

    @Inject
    StepRepository(Database database) {
        this.database = database;
    }

    /** Numbers of metric names that are stored already. To be called before the transaction. */
    Map<String, Long> knownNumbers(Collection<String> names) {
        Map<String, Long> known = new HashMap<>(committedNumbers.getAllPresent(names));
        List<String> others =
                names.stream().filter(name -> !known.containsKey(name)).toList();
        if (!others.isEmpty()) {
            Map<String, Long> found = database.read(
                    "metric.find", handle -> handle.createQuery("SELECT name, no FROM metric WHERE name IN (<names>)")
                            .bindList("names", others)
                            .reduceRows(new HashMap<String, Long>(), (all, row) -> {
                                all.put(row.getColumn("name", String.class), row.getColumn("no", Long.class));
                                return all;
                            }));
            committedNumbers.putAll(found);
            known.putAll(found);
        }
        return known;
    }

    /** Number of a metric name, stored now if it is new. */
    long number(Transaction transaction, String name) {
        transaction.run("metric.insert", handle -> handle.createUpdate(
                        "INSERT INTO metric (name) VALUES (:name) ON CONFLICT (name) DO NOTHING")
                .bind("name", name)
                .execute());
        return transaction.run("metric.number", handle -> handle.createQuery("SELECT no FROM metric WHERE name = :name")
                .bind("name", name)
                .mapTo(Long.class)
                .one());
    }

    /** Number of a metric name; empty if no session ever reported it. */
    OptionalLong number(String name) {
        Long number = knownNumbers(List.of(name)).get(name);
        return number == null ? OptionalLong.empty() : OptionalLong.of(number);
    }

    /**
     * Stores values; one that is there is overwritten.
     *
     * @param series points by the number of their metric
     */
    void upsert(Transaction transaction, long sessionNo, Map<Long, List<Point>> series) throws SQLException {
        transaction.run("step.upsert", handle -> {
            // Plain JDBC: batches of thousands of values are the hottest write there is.
            Connection connection = handle.getConnection();
            try (PreparedStatement statement = connection.prepareStatement("""
                    INSERT INTO step (session_no, metric_no, step, recorded_at, value)
                    VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (session_no, metric_no, step)
                    DO UPDATE SET recorded_at = excluded.recorded_at, value = excluded.value
                    """)) {
                for (Map.Entry<Long, List<Point>> entry : series.entrySet()) {
                    for (Point point : entry.getValue()) {
                        statement.setLong(1, sessionNo);
                        statement.setLong(2, entry.getKey());
                        statement.setLong(3, point.step());
                        statement.setLong(4, point.at());
                        setDecimal(statement, 5, point.value());
                        statement.addBatch();
                    }
                }
                return statement.executeBatch().length;
            }
        });
    }

    /** Values stored within a range of steps, by step. */
    Map<Long, Double> findWithin(Transaction transaction, long sessionNo, long metricNo, long from, long to) {
        return transaction.run("step.within", handle -> handle.createQuery("""
                        SELECT step, value
                          FROM step
                         WHERE session_no = :session AND metric_no = :metric AND step BETWEEN :from AND :to
                        """)
                .bind("session", sessionNo)
                .bind("metric", metricNo)
                .bind("from", from)
                .bind("to", to)
                .scanResultSet((supplier, context) -> {
                    Map<Long, Double> values = new HashMap<>();
                    var rows = supplier.get();
                    while (rows.next()) {
                        values.put(rows.getLong(1), SessionRows.decimal(rows, "value"));
                    }
                    return values;
                }));
    }

    /** The summary of a whole series, read from its values. */
    MetricSummary summarize(Transaction transaction, long sessionNo, long metricNo) {
        return transaction.run("step.summarize", handle -> handle.createQuery("""
                        SELECT MIN(value) AS min_value, MAX(value) AS max_value, MAX(step) AS last_step,
                               (SELECT value FROM step
                                 WHERE session_no = :session AND metric_no = :metric
                                 ORDER BY step DESC LIMIT 1) AS last_value
                          FROM step
                         WHERE session_no = :session AND metric_no = :metric
                        """)
                .bind("session", sessionNo)
                .bind("metric", metricNo)
                .map((row, context) -> new MetricSummary(
                        SessionRows.decimal(row, "last_value"),
                        SessionRows.decimal(row, "min_value"),
                        SessionRows.decimal(row, "max_value"),
                        row.getLong("last_step")))
                .one());
    }

    /** Stores where metrics of a session stand. */
    void putSummaries(Transaction transaction, long sessionNo, Map<Long, MetricSummary> summaries) {
        transaction.run("session_metric.put", handle -> {
            PreparedBatch batch = handle.prepareBatch("""
                    INSERT INTO session_metric (session_no, metric_no, last_value, min_value, max_value, last_step)
                    VALUES (:session, :metric, :last, :min, :max, :step)
                    ON CONFLICT (session_no, metric_no)
                    DO UPDATE SET last_value = excluded.last_value, min_value = excluded.min_value,
                                  max_value = excluded.max_value, last_step = excluded.last_step
                    """);
            summaries.forEach((metric, summary) -> batch.bind("session", sessionNo)
                    .bind("metric", metric)
                    .bind("last", stored(summary.last()))
                    .bind("min", stored(summary.min()))
                    .bind("max", stored(summary.max()))
                    .bind("step", summary.lastStep())
                    .add());
            return batch.execute().length;
        });
    }

    /** Points of a series in the order of their steps, from a step to another, both inclusive. */
    List<Point> series(long sessionNo, long metricNo, long from, long to, int limit) {
        return database.read("step.series", handle -> handle.createQuery("""
                        SELECT step, recorded_at, value
                          FROM step
                         WHERE session_no = :session AND metric_no = :metric AND step BETWEEN :from AND :to
                         ORDER BY step
                         LIMIT :limit
                        """)
                .bind("session", sessionNo)
                .bind("metric", metricNo)
                .bind("from", from)
                .bind("to", to)
                .bind("limit", limit)
                .map((row, context) -> new Point(row.getLong(1), row.getLong(2), SessionRows.decimal(row, "value")))
                .list());
    }

    private static void setDecimal(PreparedStatement statement, int index, double value) throws SQLException {
        if (Double.isNaN(value)) {
            statement.setNull(index, Types.DOUBLE);
        } else {
            statement.setDouble(index, value);
        }
    }

    private static @org.jspecify.annotations.Nullable Double stored(double value) {
        return Double.isNaN(value) ? null : value;
    }
}
