package io.hone.live;

import io.hone.http.Json;
import io.hone.sessions.Session;
import io.hone.sessions.Step;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was recorded for one session since the last event about it.
 *
 * @param session as it is now
 * @param batch steps, newest last
 * @param truncated whether older ones were left out
 */
record MetricsNews(Session session, List<Step> batch, boolean truncated) {

    /** Values that one event carries at most; beyond, only the newest, and the client fetches the rest. */
    private static final int MOST_VALUES = 200;

    static MetricsNews of(Session session, List<Step> batch) {
        List<Step> kept = newest(batch);
        return new MetricsNews(session, kept, kept.size() < batch.size());
    }

    MetricsNews plus(MetricsNews later) {
        List<Step> both = new ArrayList<>(batch);
        both.addAll(later.batch);
        List<Step> kept = newest(both);
        // Commits may be told out of order; the higher version is the newer state.
        return new MetricsNews(
                later.session.version() > session.version() ? later.session : session,
                kept,
                truncated || later.truncated || kept.size() < both.size());
    }

    /** Data of the event that lists show. */
    Map<String, Object> summary() {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("id", session.id());
        data.put("metrics", session.metrics());
        data.put("progress", session.progress());
        data.put("verdict", session.verdict());
        data.put("updated_at", session.updatedAt());
        data.put("duration_ms", session.durationMs());
        data.put("version", session.version());
        return data;
    }

    /** Data of the event that charts append. */
    Map<String, Object> steps() {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("id", session.id());
        data.put(
                "steps",
                batch.stream()
                        .map(step -> List.of(step.step(), Json.time(step.at()), step.metrics()))
                        .toList());
        data.put("truncated", truncated);
        return data;
    }

    private static List<Step> newest(List<Step> steps) {
        int values = 0;
        int from = steps.size();
        while (from > 0 && values + steps.get(from - 1).metrics().size() <= MOST_VALUES) {
            from--;
            values += steps.get(from).metrics().size();
        }
        return steps.subList(from, steps.size());
    }
}
