package io.hone.sessions;

import io.hone.gateway.Spending;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sessions side by side. In every list the rows whose values differ come first, then all by key; the values of a row are
 * in the order of the sessions, null where one has none.
 *
 * @param sessions in the order asked for
 * @param fields what they are and how they stand: model, technique, status, verdict …
 * @param metrics where each metric stands; rows differ by the last values
 * @param cost what calls to providers came to, by the members of {@link Spending}; null for a session that made none, and no
 *     row at all where nobody did
 */
public record SessionComparison(
        List<Session> sessions,
        List<Row<Object>> fields,
        List<Row<Object>> params,
        List<Row<String>> tags,
        List<Row<MetricSummary>> metrics,
        List<Row<Object>> cost) {

    public SessionComparison {
        sessions = List.copyOf(sessions);
        fields = List.copyOf(fields);
        params = List.copyOf(params);
        tags = List.copyOf(tags);
        metrics = List.copyOf(metrics);
        cost = List.copyOf(cost);
    }

    /**
     * One key of all sessions.
     *
     * @param differs whether not all have the same value; having none is a value of its own
     */
    public record Row<T>(String key, boolean differs, List<@Nullable T> values) {}

    static SessionComparison of(List<Session> sessions, Map<UUID, Spending> spent) {
        Map<String, Function<Session, @Nullable Object>> fields = new TreeMap<>();
        fields.put("project", Session::project);
        fields.put("model", Session::model);
        fields.put("technique", Session::technique);
        fields.put("status", Session::status);
        fields.put("verdict", Session::verdict);
        fields.put("criteria", Session::criteria);
        fields.put("owner", Session::owner);
        fields.put("duration_ms", Session::durationMs);
        List<Row<Object>> fieldRows = new ArrayList<>();
        fields.forEach((key, value) -> fieldRows.add(row(key, sessions, value, one -> one)));
        fieldRows.sort(order());
        return new SessionComparison(
                sessions,
                fieldRows,
                rows(sessions, Session::params, value -> value),
                rows(sessions, Session::tags, value -> value),
                // NaN equals NaN here, as values in boxes do.
                rows(sessions, Session::metrics, MetricSummary::last),
                rows(sessions, session -> members(spent.get(session.id())), value -> value));
    }

    private static Map<String, Object> members(@Nullable Spending spent) {
        return spent == null
                ? Map.of()
                : Map.of(
                        "calls", spent.calls(),
                        "failed", spent.failed(),
                        "cache_hits", spent.cacheHits(),
                        "unpriced", spent.unpriced(),
                        "input_tokens", spent.inputTokens(),
                        "output_tokens", spent.outputTokens(),
                        "cost_usd", spent.costUsd(),
                        "saved_usd", spent.savedUsd());
    }

    private static <T> List<Row<T>> rows(
            List<Session> sessions, Function<Session, Map<String, T>> values, Function<T, @Nullable Object> comparing) {
        Map<String, Boolean> keys = new LinkedHashMap<>();
        sessions.forEach(session -> values.apply(session).keySet().forEach(key -> keys.put(key, true)));
        List<Row<T>> rows = new ArrayList<>();
        for (String key : keys.keySet()) {
            rows.add(row(key, sessions, session -> values.apply(session).get(key), comparing));
        }
        rows.sort(order());
        return rows;
    }

    private static <T> Row<T> row(
            String key,
            List<Session> sessions,
            Function<Session, @Nullable T> value,
            Function<T, @Nullable Object> comparing) {
        List<@Nullable T> values = new ArrayList<>();
        sessions.forEach(session -> values.add(value.apply(session)));
        long distinct = values.stream()
                .map(one -> one == null ? null : comparing.apply(one))
                .distinct()
                .count();
        return new Row<>(key, distinct > 1, values);
    }

    private static <T> Comparator<Row<T>> order() {
        return Comparator.<Row<T>, Boolean>comparing(row -> !row.differs()).thenComparing(Row::key);
    }
}
