package io.hone.sessions;

import io.hone.database.Database;
import io.hone.sessions.SessionCounts.Key;
import io.hone.sessions.SessionCounts.Kind;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Statistics of sessions, read from the counts kept beside them: the cost depends on the number of buckets, models and
 * categories in the window, never on the number of sessions. Thread-safe.
 */
@Singleton
public class SessionStatistics {

    private static final int MOST_TOP = 10;

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

    private record Count(Kind kind, String item, long bucket, long n) {}

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
        List<Count> counts = database.read("session_count.read", handle -> handle.createQuery("""
                        SELECT kind, item, CASE WHEN kind = 'FLOW' THEN bucket ELSE 0 END AS at, SUM(n) AS n
                          FROM session_count
                         WHERE scope = :scope AND grain = :grain AND bucket >= :from
                         GROUP BY kind, item, CASE WHEN kind = 'FLOW' THEN bucket ELSE 0 END
                        HAVING SUM(n) <> 0
                        """)
                .bind("scope", project == null ? SessionCounts.ALL : project)
                .bind("grain", grain.code())
                .bind("from", from.toEpochMilli())
                .map((row, context) ->
                        new Count(Kind.valueOf(row.getString(1)), row.getString(2), row.getLong(3), row.getLong(4)))
                .list());
        return summarize(counts);
    }

    /** Every project by name, at most {@code limit} after a name. */
    public List<Project> projects(String after, int limit) {
        return database.read("project.list", handle -> handle.createQuery("""
                        SELECT p.name,
                               (SELECT COALESCE(SUM(c.n), 0)
                                  FROM session_count c
                                 WHERE c.scope = p.name AND c.grain = 'm' AND c.bucket >= 0
                                   AND c.kind = 'FLOW' AND c.item = 'created') AS sessions
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
     * Differences between the counts and a recount of all sessions, in the form {@code key: kept, counted}; empty when
     * they agree. Reads every session.
     */
    public List<String> recount() {
        return database.read("session_count.recount", handle -> {
            Map<Key, Long> counted = new HashMap<>();
            countAll(handle, counted);
            List<String> differences = new ArrayList<>();
            handle.createQuery("SELECT scope, grain, bucket, kind, item, n FROM session_count WHERE n <> 0")
                    .map((row, context) -> Map.entry(
                            new Key(
                                    row.getString(1),
                                    grainOf(row.getString(2)),
                                    row.getLong(3),
                                    Kind.valueOf(row.getString(4)),
                                    row.getString(5)),
                            row.getLong(6)))
                    .forEach(kept -> {
                        Long right = counted.remove(kept.getKey());
                        if (!kept.getValue().equals(right)) {
                            differences.add("%s: %d, %s".formatted(kept.getKey(), kept.getValue(), right));
                        }
                    });
            counted.forEach((key, n) -> differences.add("%s: nothing, %d".formatted(key, n)));
            return differences;
        });
    }

    private static void countAll(Handle handle, Map<Key, Long> counted) {
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
                SessionCounts.contributions(row.session(), (key, n) -> counted.merge(key, n, Long::sum));
                after = row.no();
            }
        } while (!rows.isEmpty());
        counted.values().removeIf(n -> n == 0);
    }

    private static Grain grainOf(String code) {
        for (Grain grain : Grain.values()) {
            if (grain.code().equals(code)) {
                return grain;
            }
        }
        throw new IllegalStateException("No grain " + code);
    }

    private static Counts summarize(List<Count> counts) {
        Map<Kind, Map<String, Long>> byKind = new HashMap<>();
        SortedMap<Instant, Flow> flows = new TreeMap<>();
        SortedMap<Integer, Long> bins = new TreeMap<>();
        for (Count count : counts) {
            if (count.kind() == Kind.FLOW) {
                Instant at = Instant.ofEpochMilli(count.bucket());
                Flow before = flows.getOrDefault(at, new Flow(at, 0, 0, 0));
                flows.put(at, plus(before, count.item(), count.n()));
            } else if (count.kind() == Kind.DURATION) {
                bins.put(Integer.parseInt(count.item()), count.n());
            }
            byKind.computeIfAbsent(count.kind(), kind -> new LinkedHashMap<>())
                    .merge(count.item(), count.n(), Long::sum);
        }
        Map<String, Long> byStatus = byKind.getOrDefault(Kind.STATUS, Map.of());
        long ended = bins.values().stream().mapToLong(Long::longValue).sum();
        long sum = byKind.getOrDefault(Kind.DURATION_SUM, Map.of()).getOrDefault("", 0L);
        return new Counts(
                byStatus.values().stream().mapToLong(Long::longValue).sum(),
                byStatus,
                byKind.getOrDefault(Kind.TECHNIQUE, Map.of()),
                byKind.getOrDefault(Kind.VERDICT, Map.of()),
                rate(
                        byStatus.getOrDefault(SessionStatus.COMPLETED.label(), 0L),
                        byStatus.getOrDefault(SessionStatus.FAILED.label(), 0L)),
                new Durations(
                        ended == 0 ? null : (double) sum / ended,
                        DurationBins.percentileMs(bins, 0.5),
                        DurationBins.percentileMs(bins, 0.95)),
                flows,
                topModels(byKind),
                topFailures(byKind));
    }

    private static Flow plus(Flow flow, String item, long n) {
        return switch (item) {
            case "created" -> new Flow(flow.at(), flow.created() + n, flow.completed(), flow.failed());
            case "completed" -> new Flow(flow.at(), flow.created(), flow.completed() + n, flow.failed());
            default -> new Flow(flow.at(), flow.created(), flow.completed(), flow.failed() + n);
        };
    }

    private static List<ModelCount> topModels(Map<Kind, Map<String, Long>> byKind) {
        Map<String, Long> completed = byKind.getOrDefault(Kind.MODEL_COMPLETED, Map.of());
        Map<String, Long> ended = byKind.getOrDefault(Kind.MODEL_ENDED, Map.of());
        return byKind.getOrDefault(Kind.MODEL, Map.of()).entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(MOST_TOP)
                .map(model -> {
                    long done = completed.getOrDefault(model.getKey(), 0L);
                    long all = ended.getOrDefault(model.getKey(), 0L);
                    return new ModelCount(model.getKey(), model.getValue(), rate(done, all - done));
                })
                .toList();
    }

    private static List<FailureCount> topFailures(Map<Kind, Map<String, Long>> byKind) {
        return byKind.getOrDefault(Kind.FAILURE, Map.of()).entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(MOST_TOP)
                .map(failure -> new FailureCount(failure.getKey(), failure.getValue()))
                .toList();
    }

    private static @Nullable Double rate(long completed, long failed) {
        return completed + failed == 0 ? null : (double) completed / (completed + failed);
    }
}
