package io.hone.dashboard;

import io.hone.cache.CacheCatalogue;
import io.hone.cache.Caches;
import io.hone.cache.Tags;
import io.hone.criteria.Technique;
import io.hone.criteria.Verdict;
import io.hone.http.Json;
import io.hone.sessions.SessionChanged;
import io.hone.sessions.SessionFilter;
import io.hone.sessions.SessionStatistics;
import io.hone.sessions.SessionStatistics.Counts;
import io.hone.sessions.SessionStatistics.Flow;
import io.hone.sessions.SessionStatus;
import io.hone.sessions.Sessions;
import io.hone.sessions.SessionsImported;
import io.hone.sessions.StepsRecorded;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.cache.annotation.CacheResult;
import org.jspecify.annotations.Nullable;

/** Makes the statistics, and forgets those that a change outdates. Thread-safe. */
@Singleton
class DashboardStatistics {

    private static final int RECENT = 10;

    private final Sessions sessions;
    private final SessionStatistics statistics;
    private final Caches caches;
    private final Clock clock;

    @Inject
    DashboardStatistics(Sessions sessions, SessionStatistics statistics, Caches caches, Clock clock) {
        this.sessions = sessions;
        this.statistics = statistics;
        this.caches = caches;
        this.clock = clock;
    }

    /**
     * The statistics as they are sent: two statements where they are not cached.
     *
     * @param project empty for all projects
     */
    @CacheResult(cacheName = CacheCatalogue.DASHBOARD_STATS)
    EncodedAnswer encoded(Window window, String project) {
        String json = Json.write(read(window, project.isEmpty() ? null : project));
        return EncodedAnswer.of(json.getBytes(StandardCharsets.UTF_8));
    }

    void sessionChanged(@Observes SessionChanged event) {
        caches.invalidate(Tags.SESSIONS);
    }

    void sessionsImported(@Observes SessionsImported event) {
        caches.invalidate(Tags.SESSIONS);
    }

    /** The recent sessions show their metrics. */
    void stepsRecorded(@Observes StepsRecorded event) {
        caches.invalidate(Tags.SESSIONS);
    }

    private Statistics read(Window window, @Nullable String project) {
        Instant now = clock.instant();
        Counts counts = statistics.read(project, window.grain(), window.from(now));
        SessionFilter newest = SessionFilter.ofProject(project);
        return new Statistics(
                now,
                window.label(),
                project,
                new Statistics.SessionNumbers(
                        counts.total(),
                        all(SessionStatus.labels(), counts.byStatus()),
                        all(
                                Arrays.stream(Technique.values())
                                        .map(Technique::label)
                                        .toList(),
                                counts.byTechnique()),
                        counts.successRate(),
                        all(Arrays.stream(Verdict.values()).map(Verdict::label).toList(), counts.verdicts())),
                counts.durations(),
                timeline(window, now, counts),
                counts.topModels(),
                counts.topFailures(),
                sessions.list(newest, null, RECENT).items());
    }

    private static List<Flow> timeline(Window window, Instant now, Counts counts) {
        List<Flow> timeline = new ArrayList<>();
        Instant first = counts.flows().isEmpty() ? null : counts.flows().firstKey();
        Instant bucket = window.timelineFrom(now, first);
        while (!bucket.isAfter(now)) {
            timeline.add(counts.flows().getOrDefault(bucket, new Flow(bucket, 0, 0, 0)));
            bucket = window.grain().plus(bucket, 1);
        }
        return timeline;
    }

    private static Map<String, Long> all(List<String> labels, Map<String, Long> counted) {
        Map<String, Long> all = new LinkedHashMap<>();
        labels.forEach(label -> all.put(label, counted.getOrDefault(label, 0L)));
        return all;
    }
}
