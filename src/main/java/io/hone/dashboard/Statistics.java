package io.hone.dashboard;

import io.hone.sessions.Session;
import io.hone.sessions.SessionStatistics.Durations;
import io.hone.sessions.SessionStatistics.FailureCount;
import io.hone.sessions.SessionStatistics.Flow;
import io.hone.sessions.SessionStatistics.ModelCount;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the dashboard shows of the sessions created in a window.
 *
 * @param project null for all projects
 * @param timeline one entry a bucket of the window, oldest first, without gaps
 * @param recent the ten newest sessions, whatever the window
 */
record Statistics(
        Instant generatedAt,
        String window,
        @Nullable String project,
        SessionNumbers sessions,
        Durations durationsMs,
        List<Flow> timeline,
        List<ModelCount> topModels,
        List<FailureCount> topFailures,
        List<Session> recent) {

    /**
     * How many.
     *
     * @param byStatus every status
     * @param byTechnique every technique
     * @param successRate completed of completed and failed, 0 to 1; null before the first
     * @param verdicts met, not_met, undecided
     */
    record SessionNumbers(
            long total,
            Map<String, Long> byStatus,
            Map<String, Long> byTechnique,
            @Nullable Double successRate,
            Map<String, Long> verdicts) {}
}
