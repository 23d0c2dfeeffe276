package io.hone.sessions;

import io.hone.criteria.Technique;
import io.hone.criteria.Verdict;
import io.hone.http.Json;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * One generated session with the rows it has: the same for the same number. Few projects and models have most of the
 * sessions, most sessions ended well, a seventh belong to a search above them, and durations are log-normal around 40
 * minutes.
 *
 * @param parent row of its parent, 0 for none
 * @param search whether those that follow may be its children
 */
record SessionGeneratorRow(long no, long parent, boolean search, Session session) {

    static final List<String> PROJECTS = numbered("project-", 12);
    static final List<String> METRICS = List.of("accuracy", "latency_ms");

    private static final List<String> MODELS = numbered("model-", 40);
    private static final List<String> OWNERS = numbered("owner-", 20);
    private static final List<String> TEAMS = numbered("team-", 6);
    private static final List<String> DATASETS = numbered("dataset-", 10);
    private static final List<String> CATEGORIES =
            List.of("out_of_memory", "timeout", "accuracy_collapse", "rate_limit", "numerical_instability", "unknown");

    /** One in this many has the tag {@code release=candidate}: a filter that finds little. */
    private static final int RARELY = 5_000;

    private static final double CHILDREN = 0.15;
    private static final double SEARCHES = 0.01;
    private static final long MEDIAN_DURATION_MS = 40 * 60_000;

    static SessionGeneratorRow of(long no, long lastSearch, long created) {
        Random random = new Random(no * 0x9E3779B97F4A7C15L);
        random.nextInt();
        long duration = (long) (MEDIAN_DURATION_MS * Math.exp(random.nextGaussian() * 1.2));
        long started = created + random.nextInt(60_000);
        boolean over = started + duration < SessionGenerator.END.toEpochMilli();
        SessionStatus status = over ? ended(random) : under(random);
        boolean pending = status == SessionStatus.PENDING;
        long updated = over ? started + duration : pending ? created : started;
        String category = status == SessionStatus.FAILED ? few(CATEGORIES, random) : null;
        boolean judged = random.nextDouble() < 0.7;
        boolean child = lastSearch > 0 && random.nextDouble() < CHILDREN;
        String model = few(MODELS, random);
        Session session = new Session(
                new UUID(created << 16 | 0x7000 | random.nextInt(0x1000), random.nextLong() & -1L >>> 2 | 1L << 63),
                null,
                "%s run %d".formatted(model, no),
                few(PROJECTS, random),
                model,
                few(List.of(Technique.values()), random),
                status,
                over ? Double.valueOf(1) : pending ? null : Double.valueOf(random.nextInt(100) / 100.0),
                judged ? new Session.CriteriaVersion("edge", 1) : null,
                null,
                judged ? verdict(status, random) : null,
                Map.of("bits", 2 + random.nextInt(30), "lr", random.nextDouble() / 10, "scheme", "symmetric"),
                tags(no, random),
                random.nextInt(5) == 0 ? "Second attempt with the calibration set of run " + (no - 1) : null,
                pending ? Map.of() : metrics(random),
                category == null ? null : new Session.Failure("The job stopped: " + category, category),
                few(OWNERS, random),
                Instant.ofEpochMilli(created),
                pending ? null : Instant.ofEpochMilli(started),
                over ? Instant.ofEpochMilli(updated) : null,
                Instant.ofEpochMilli(updated),
                over ? Long.valueOf(duration) : null,
                null,
                3,
                0,
                null);
        return new SessionGeneratorRow(no, child ? lastSearch : 0, !child && random.nextDouble() < SEARCHES, session);
    }

    void bindRow(PreparedStatement row) throws SQLException {
        row.setLong(1, no);
        row.setString(2, session.id().toString());
        row.setLong(3, parent);
        row.setString(4, session.name());
        row.setString(5, session.project());
        row.setString(6, session.model());
        row.setString(7, session.technique().label());
        row.setString(8, session.status().label());
        row.setObject(9, session.progress());
        row.setObject(10, session.criteria() == null ? null : 1);
        row.setString(11, SessionRepository.verdict(session.verdict()));
        row.setString(12, Json.write(session.params()));
        row.setString(13, Json.write(session.tags()));
        row.setString(14, session.notes());
        row.setString(15, session.error() == null ? null : session.error().message());
        row.setString(16, session.error() == null ? null : session.error().category());
        row.setString(17, session.owner());
        row.setLong(18, session.createdAt().toEpochMilli());
        row.setObject(
                19, session.startedAt() == null ? null : session.startedAt().toEpochMilli());
        row.setObject(20, session.endedAt() == null ? null : session.endedAt().toEpochMilli());
        row.setLong(21, session.updatedAt().toEpochMilli());
        row.setObject(22, session.durationMs());
        row.setLong(23, session.version());
        row.setString(24, SessionRepository.searchText(session));
        row.addBatch();
    }

    void addTags(PreparedStatement row) throws SQLException {
        for (Map.Entry<String, String> tag : session.tags().entrySet()) {
            row.setString(1, tag.getKey());
            row.setString(2, tag.getValue());
            row.setLong(3, no);
            row.addBatch();
        }
    }

    void addMetrics(PreparedStatement row) throws SQLException {
        for (Map.Entry<String, MetricSummary> metric : session.metrics().entrySet()) {
            row.setLong(1, no);
            row.setLong(2, METRICS.indexOf(metric.getKey()) + 1);
            row.setDouble(3, metric.getValue().last());
            row.setDouble(4, metric.getValue().min());
            row.setDouble(5, metric.getValue().max());
            row.setLong(6, metric.getValue().lastStep());
            row.addBatch();
        }
    }

    private static SessionStatus ended(Random random) {
        double which = random.nextDouble();
        return which < 0.78 ? SessionStatus.COMPLETED : which < 0.93 ? SessionStatus.FAILED : SessionStatus.CANCELLED;
    }

    private static SessionStatus under(Random random) {
        double which = random.nextDouble();
        return which < 0.8 ? SessionStatus.RUNNING : which < 0.9 ? SessionStatus.PENDING : SessionStatus.PAUSED;
    }

    private static Verdict verdict(SessionStatus status, Random random) {
        return status == SessionStatus.COMPLETED
                ? random.nextInt(4) == 0 ? Verdict.NOT_MET : Verdict.MET
                : Verdict.UNDECIDED;
    }

    private static Map<String, String> tags(long no, Random random) {
        Map<String, String> tags = new TreeMap<>();
        tags.put("team", few(TEAMS, random));
        tags.put("dataset", few(DATASETS, random));
        if (no % RARELY == 0) {
            tags.put("release", "candidate");
        }
        return tags;
    }

    private static Map<String, MetricSummary> metrics(Random random) {
        double accuracy = 1 - Math.abs(random.nextGaussian()) / 20;
        double latency = 5 * Math.exp(random.nextGaussian());
        return Map.of(
                METRICS.get(0), new MetricSummary(accuracy, accuracy - 0.3, accuracy, 100),
                METRICS.get(1), new MetricSummary(latency, latency, latency * 2, 100));
    }

    /** One of the values; the square makes the first ones the most frequent. */
    private static <T> T few(List<T> values, Random random) {
        double fraction = random.nextDouble();
        return values.get((int) (fraction * fraction * values.size()));
    }

    private static List<String> numbered(String prefix, int n) {
        return IntStream.rangeClosed(1, n).mapToObj(i -> prefix + i).toList();
    }
}
