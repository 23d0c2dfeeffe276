package io.hone.sessions;

import io.hone.http.Json;
import io.hone.http.ProblemException;
import io.hone.sessions.StepRepository.Point;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads the values of a metric, whole or downsampled. Thread-safe. */
@Singleton
class SeriesReader {

    /** Points of an answer that is not downsampled. */
    static final int MOST_POINTS = 10_000;

    /** Points that are read to be downsampled; beyond, a narrower range has to be asked for. */
    private static final int MOST_READ = 5_000_000;

    private final SessionRepository sessions;
    private final StepRepository steps;

    @Inject
    SeriesReader(SessionRepository sessions, StepRepository steps) {
        this.sessions = sessions;
        this.steps = steps;
    }

    /**
     * Reads.
     *
     * @param points how many to choose; null for the first {@link #MOST_POINTS} as they are
     * @return no points for a metric that the session did not report
     * @throws ProblemException 404 if there is no such session
     */
    Series read(UUID id, String metric, long from, long to, @Nullable Integer points) {
        SessionRow row = sessions.find(id).orElseThrow(() -> ProblemException.notFound("session", id));
        OptionalLong number = steps.number(metric);
        if (number.isEmpty()) {
            return new Series(metric, List.of(), 0, false, null);
        }
        int limit = points == null ? MOST_POINTS + 1 : MOST_READ;
        List<Point> found = steps.series(row.no(), number.getAsLong(), from, to, limit);
        if (points != null) {
            List<Point> chosen = Downsampling.largestTriangleThreeBuckets(found, points);
            return new Series(metric, json(chosen), found.size(), chosen.size() < found.size(), null);
        }
        boolean more = found.size() > MOST_POINTS;
        List<Point> page = more ? found.subList(0, MOST_POINTS) : found;
        return new Series(
                metric,
                json(page),
                page.size(),
                false,
                more ? found.get(MOST_POINTS).step() : null);
    }

    private static List<List<Object>> json(List<Point> points) {
        return points.stream()
                .map(point -> List.<Object>of(point.step(), Json.time(Instant.ofEpochMilli(point.at())), point.value()))
                .toList();
    }
}
