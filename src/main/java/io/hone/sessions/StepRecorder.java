package io.hone.sessions;

import io.hone.audit.Audit;
import io.hone.database.Database;
import io.hone.database.Transaction;
import io.hone.events.Events;
import io.hone.http.Caller;
import io.hone.http.ProblemException;
import io.hone.sessions.StepRepository.Point;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** Stores batches of steps and what follows from them: summaries, verdict, lease, counts. Thread-safe. */
@Singleton
class StepRecorder {

    private final SessionRepository sessions;
    private final StepRepository steps;
    private final SessionChanges changes;
    private final Database database;
    private final Audit audit;
    private final Events events;

    @Inject
    StepRecorder(
            SessionRepository sessions,
            StepRepository steps,
            SessionChanges changes,
            Database database,
            Audit audit,
            Events events) {
        this.sessions = sessions;
        this.steps = steps;
        this.changes = changes;
        this.database = database;
        this.audit = audit;
        this.events = events;
    }

    Session record(Caller caller, UUID id, List<Step> batch) {
        Map<String, List<Point>> byMetric = byMetric(batch);
        Map<String, Long> known = steps.knownNumbers(byMetric.keySet());
        Session recorded = database.write(transaction -> {
            SessionRow row = sessions.lock(transaction, id).orElseThrow(() -> ProblemException.notFound("session", id));
            SessionChanges.requireNotDeleted(row.session());
            if (row.session().status().isFinal()) {
                throw SessionChanges.ended(row.session());
            }
            return store(transaction, caller, row, byMetric, known);
        });
        events.fire(new StepsRecorded(recorded, batch));
        return recorded;
    }

    private Session store(
            Transaction transaction,
            Caller caller,
            SessionRow row,
            Map<String, List<Point>> byMetric,
            Map<String, Long> known)
            throws SQLException {
        Session session = row.session();
        Map<Long, List<Point>> series = new LinkedHashMap<>();
        Map<Long, MetricSummary> changed = new LinkedHashMap<>();
        Map<String, MetricSummary> summaries = new TreeMap<>(session.metrics());
        List<Long> toSummarize = new ArrayList<>();
        Map<Long, String> names = new HashMap<>();
        int overwritten = 0;
        for (Map.Entry<String, List<Point>> entry : byMetric.entrySet()) {
            String name = entry.getKey();
            List<Point> points = entry.getValue();
            Long number = known.get(name);
            long no = number == null ? steps.number(transaction, name) : number;
            series.put(no, points);
            names.put(no, name);
            MetricSummary summary = summaries.get(name);
            if (summary != null && points.get(0).step() <= summary.lastStep()) {
                int replaced = replaced(transaction, row.no(), no, points);
                overwritten += replaced;
                if (replaced > 0) {
                    // The least or greatest value may be gone: only the series itself can tell.
                    toSummarize.add(no);
                    continue;
                }
            }
            for (Point point : points) {
                summary = summary == null
                        ? MetricSummary.of(point.step(), point.value())
                        : summary.with(point.step(), point.value());
            }
            if (summary != null) {
                changed.put(no, summary);
                summaries.put(name, summary);
            }
        }
        steps.upsert(transaction, row.no(), series);
        for (long no : toSummarize) {
            MetricSummary summary = steps.summarize(transaction, row.no(), no);
            changed.put(no, summary);
            summaries.put(names.getOrDefault(no, ""), summary);
        }
        steps.putSummaries(transaction, row.no(), changed);
        boolean first = session.metrics().isEmpty();
        if (first || overwritten > 0) {
            audit.write(
                    transaction,
                    caller,
                    first ? "session.steps_begun" : "session.steps_overwritten",
                    "session",
                    session.id().toString(),
                    Map.of("metrics", List.copyOf(byMetric.keySet()), "overwritten", overwritten));
        }
        return update(transaction, row, summaries);
    }

    private Session update(Transaction transaction, SessionRow row, Map<String, MetricSummary> summaries) {
        Session before = row.session();
        return changes.store(
                transaction, row, Draft.of(before).metrics(summaries).next(changes.now(before)));
    }

    /** How many stored values the points change; a batch that is sent again changes none. */
    private int replaced(Transaction transaction, long sessionNo, long metricNo, List<Point> points) {
        Map<Long, Double> stored = steps.findWithin(
                transaction,
                sessionNo,
                metricNo,
                points.get(0).step(),
                points.get(points.size() - 1).step());
        int replaced = 0;
        for (Point point : points) {
            Double old = stored.get(point.step());
            if (old != null && Double.compare(old, point.value()) != 0) {
                replaced++;
            }
        }
        return replaced;
    }

    /** Points of each metric by step; of two values for one step, the later one counts. */
    private static Map<String, List<Point>> byMetric(List<Step> batch) {
        Map<String, Map<Long, Point>> byStep = new LinkedHashMap<>();
        for (Step step : batch) {
            step.metrics().forEach((name, value) -> byStep.computeIfAbsent(name, key -> new HashMap<>())
                    .put(step.step(), new Point(step.step(), step.at().toEpochMilli(), value)));
        }
        // By name: transactions side by side that store new names do so in the same order.
        Map<String, List<Point>> sorted = new TreeMap<>();
        byStep.forEach((name, points) -> sorted.put(
                name,
                points.values().stream()
                        .sorted(Comparator.comparingLong(Point::step))
                        .toList()));
        return sorted;
    }
}
