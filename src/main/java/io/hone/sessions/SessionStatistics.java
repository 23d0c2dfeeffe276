package io.hone.sessions;

import io.hone.database.Database;
import io.hone.sessions.SessionCounts.Bucket;
import io.hone.sessions.Tally.Kind;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Statistics of sessions, read from the counts kept beside them: the cost depends on the number of buckets, models and
 * categories in the window, never on the number of sessions. Thread-safe.
 */
@Singleton
public class SessionStatistics {

    private static final int MOST_TOP = 10;

    /** Buckets held before they are added to the database, to bound the heap. */
    private static final int MOST_HELD = 5_000;

    /**
     * What happened in one bucket.
     *
     * @param at when it began
     */
    public record Flow(Instant at, long created, long completed, long failed) {}

    /**
     * A model.
     *
     * @param successRate completed of completed and failed, or null before the first
     */
    public record ModelCount(
            String model, long sessions, @Nullable Double successRate) {}

    /** A category of failures. */
    public record FailureCount(String category, long count) {}

    /** Milliseconds; null when no session has ended. Percentiles are within 2.5%. */
    public record Durations(
            @Nullable Double avg,
            @Nullable Double p50,
            @Nullable Double p95) {}

    /**
     * The statistics of a window.
     *
     * @param total sessions created in it
     * @param byStatus by label; only what occurs
     * @param flows by bucket; only those in which something happened
     */
    public record Counts(
            long total,
            Map<String, Long> byStatus,
            Map<String, Long> byTechnique,
            Map<String, Long> verdicts,
            @Nullable Double successRate,
            Durations durations,
            SortedMap<Instant, Flow> flows,
            List<ModelCount> topModels,
            List<FailureCount> topFailures) {}

    /** A project with the number of its sessions. */
    public record Project(String name, long sessions) {}

    private final Database database;

    @Inject
    public SessionStatistics(Database database) {
        this.database = database;
    }

    /**
     * Reads the statistics in one statement.
     *
     * @param project null for all together
     * @param from first bucket of that grain
     */
    public Counts read(@Nullable String project, Grain grain, Instant from) {
        SortedMap<Instant, Flow> flows = new TreeMap<>();
        Tally sum = new Tally();
        database
                .read("session_count.read", handle -> handle.createQuery("""
                        SELECT bucket, created, completed, failed, counts
                          FROM session_count
                         WHERE scope = :scope AND grain = :grain AND bucket >= :from
                         ORDER BY bucket
                        """)
                        .bind("scope", project == null ? SessionCounts.ALL : project)
                        .bind("grain", grain.code())
                        .bind("from", from.toEpochMilli())
                        .map((row, context) -> {
                            sum.addEncoded(row.getBytes(5));
                            return new Flow(
                                    Instant.ofEpochMilli(row.getLong(1)),
                                    row.getLong(2),
                                    row.getLong(3),
                                    row.getLong(4));
                        })
                        .list())
                .stream()
                .filter(flow -> flow.created() != 0 || flow.completed() != 0 || flow.failed() != 0)
                .forEach(flow -> flows.put(flow.at(), flow));
        return summarize(sum, flows);
    }

    /** Every project by name, at most {@code limit} after a name. */
    public List<Project> projects(String after, int limit) {
        return database.read("project.list", handle -> handle.createQuery("""
                        SELECT p.name,
                               (SELECT COALESCE(SUM(c.created), 0)
                                  FROM session_count c
                                 WHERE c.scope = p.name AND c.grain = 'm' AND c.bucket >= 0) AS sessions
                          FROM project p
                         WHERE p.name > :after
                         ORDER BY p.name
                         LIMIT :limit
                        """)
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> new Project(row.getString(1), row.getLong(2)))
                .list());
    }

    /**
     * Differences between the counts and a recount of all sessions, in the form {@code bucket count: kept, counted};
     * empty when they agree. Reads every session.
     */
    public List<String> recount() {
        return database.read("session_count.recount", handle -> {
            Map<Bucket, Tally> counted = new TreeMap<>();
            forEach(handle, session -> SessionCounts.contribute(session, 1, counted));
            List<String> differences = new ArrayList<>();
            handle.createQuery("SELECT scope, grain, bucket, created, completed, failed, counts FROM session_count")
                    .map((row, context) -> SessionCounts.row(row))
                    .forEach(kept -> {
                        Tally right = counted.remove(kept.getKey());
                        compare(kept.getKey(), kept.getValue(), right == null ? new Tally() : right, differences);
                    });
            counted.forEach((bucket, right) -> compare(bucket, new Tally(), right, differences));
            return differences;
        });
    }

    /**
     * Counts all sessions where there are sessions but no counts: after an upgrade that keeps them in another form.
     *
     * @return whether it did; takes about half a minute for a million sessions
     */
    public boolean countIfUncounted() {
        return database.write(transaction -> {
            transaction.exclusive("session_count");
            boolean uncounted = transaction.run("session_count.missing", handle -> handle.createQuery(
                            "SELECT NOT EXISTS (SELECT 1 FROM session_count) AND EXISTS (SELECT 1 FROM session)")
                    .mapTo(boolean.class)
                    .one());
            if (uncounted) {
                Map<Bucket, Tally> counted = new HashMap<>();
                Runnable add = () -> {
                    SessionCounts.ADD.run(transaction, List.of(counted));
                    counted.clear();
                };
                transaction.run("session_count.rebuild", handle -> {
                    forEach(handle, session -> {
                        SessionCounts.contribute(session, 1, counted);
                        if (counted.size() > MOST_HELD) {
                            add.run();
                        }
                    });
                    return 1;
                });
                add.run();
            }
            return uncounted;
        });
    }

    private static void compare(Bucket bucket, Tally kept, Tally right, List<String> differences) {
        Map<String, Long> keptCounts = kept.named();
        Map<String, Long> rightCounts = right.named();
        Set<String> names = new TreeSet<>(keptCounts.keySet());
        names.addAll(rightCounts.keySet());
        for (String name : names) {
            long has = keptCounts.getOrDefault(name, 0L);
            long should = rightCounts.getOrDefault(name, 0L);
            if (has != should) {
                differences.add("%s %s: %d, %d".formatted(bucket, name, has, should));
            }
        }
    }

    private static void forEach(Handle handle, Consumer<Session> work) {
        long after = 0;
        List<SessionRow> rows;
        do {
            rows = handle.createQuery(SessionRows.SELECT + """
                      FROM (SELECT no FROM session WHERE no > :after ORDER BY no LIMIT 1000) page
                      JOIN session s ON s.no = page.no
                    """ + SessionRows.JOINS + " ORDER BY s.no")
                    .bind("after", after)
                    .scanResultSet(SessionRows.SCANNER);
            for (SessionRow row : rows) {
                work.accept(row.session());
                after = row.no();
            }
        } while (!rows.isEmpty());
    }

    private static Counts summarize(Tally sum, SortedMap<Instant, Flow> flows) {
        Map<String, Long> byStatus = sum.counts(Kind.STATUS);
        return new Counts(
                byStatus.values().stream().mapToLong(Long::longValue).sum(),
                byStatus,
                sum.counts(Kind.TECHNIQUE),
                sum.counts(Kind.VERDICT),
                rate(
                        byStatus.getOrDefault(SessionStatus.COMPLETED.label(), 0L),
                        byStatus.getOrDefault(SessionStatus.FAILED.label(), 0L)),
                sum.durations(),
                flows,
                sum.models().stream()
                        .sorted(Comparator.comparingLong(ModelCount::sessions)
                                .reversed()
                                .thenComparing(ModelCount::model))
                        .limit(MOST_TOP)
                        .toList(),
                sum.counts(Kind.FAILURE).entrySet().stream()
                        .map(failure -> new FailureCount(failure.getKey(), failure.getValue()))
                        .sorted(Comparator.comparingLong(FailureCount::count)
                                .reversed()
                                .thenComparing(FailureCount::category))
                        .limit(MOST_TOP)
                        .toList());
    }

    /** Completed of completed and failed, or null before the first. */
    static @Nullable Double rate(long completed, long failed) {
        return completed + failed == 0 ? null : (double) completed / (completed + failed);
    }
}
