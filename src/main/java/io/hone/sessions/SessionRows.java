package io.hone.sessions;

import com.fasterxml.jackson.core.type.TypeReference;
import io.hone.criteria.Technique;
import io.hone.criteria.Verdict;
import io.hone.http.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jdbi.v3.core.result.ResultSetScanner;
import org.jspecify.annotations.Nullable;

/**
 * Reads sessions with their metrics from one result: a row a metric, the rows of a session together. One statement for
 * both keeps a page at one round trip; the session's own columns are read on its first row only.
 */
final class SessionRows {

    /** What {@link #SCANNER} reads; what follows must keep the rows of a session together. */
    static final String SELECT = """
            SELECT s.no, s.id, s.parent_no, p.id AS parent_id, s.name, s.project, s.model, s.technique, s.status,
                   s.progress, s.criteria_no, c.name AS criteria_name, c.version AS criteria_version, s.baseline,
                   s.verdict, s.params, s.tags, s.notes, s.error_message, s.error_category, s.owner, s.lease_seconds,
                   s.lease_expires_at,
                   s.created_at, s.started_at, s.ended_at, s.updated_at, s.duration_ms, s.version, s.children,
                   s.deleted_at, s.deleted_with,
                   m.name AS metric, v.last_value, v.min_value, v.max_value, v.last_step
            """;

    /** The tables of {@link #SELECT} beside {@code session s}. */
    static final String JOINS = """
              LEFT JOIN session p ON p.no = s.parent_no
              LEFT JOIN criteria c ON c.no = s.criteria_no
              LEFT JOIN session_metric v ON v.session_no = s.no
              LEFT JOIN metric m ON m.no = v.metric_no
            """;

    static final ResultSetScanner<List<SessionRow>> SCANNER = (supplier, context) -> read(supplier.get(), row -> {});

    private static final TypeReference<Map<String, @Nullable Object>> PARAMS = new TypeReference<>() {};
    private static final TypeReference<Map<String, String>> TAGS = new TypeReference<>() {};

    private SessionRows() {}

    /** Looks at the first row of each session, for what is selected beside it. */
    @FunctionalInterface
    interface FirstRow {
        void of(ResultSet row) throws SQLException;
    }

    /** Reads sessions, and lets somebody else look at the first row of each. */
    static List<SessionRow> read(ResultSet rows, FirstRow firstRow) throws SQLException {
        List<SessionRow> sessions = new ArrayList<>();
        long current = -1;
        Map<String, MetricSummary> metrics = Map.of();
        while (rows.next()) {
            long no = rows.getLong("no");
            if (no != current) {
                current = no;
                metrics = new TreeMap<>();
                sessions.add(row(rows, no, metrics));
                firstRow.of(rows);
            }
            String metric = rows.getString("metric");
            if (metric != null) {
                metrics.put(
                        metric,
                        new MetricSummary(
                                decimal(rows, "last_value"),
                                decimal(rows, "min_value"),
                                decimal(rows, "max_value"),
                                rows.getLong("last_step")));
            }
        }
        return sessions;
    }

    /** A stored value; the database has NULL for NaN. */
    static double decimal(ResultSet row, String column) throws SQLException {
        double value = row.getDouble(column);
        return row.wasNull() ? Double.NaN : value;
    }

    private static SessionRow row(ResultSet row, long no, Map<String, MetricSummary> metrics) throws SQLException {
        String parentId = row.getString("parent_id");
        String criteriaName = row.getString("criteria_name");
        String baseline = row.getString("baseline");
        String verdict = row.getString("verdict");
        String error = row.getString("error_message");
        Long lease = number(row, "lease_seconds");
        Session session = new Session(
                UUID.fromString(row.getString("id")),
                parentId == null ? null : UUID.fromString(parentId),
                row.getString("name"),
                row.getString("project"),
                row.getString("model"),
                Technique.of(row.getString("technique")),
                SessionStatus.of(row.getString("status")),
                progress(row),
                criteriaName == null ? null : new Session.CriteriaVersion(criteriaName, row.getInt("criteria_version")),
                baseline == null ? null : Json.read(baseline, Baseline.class),
                verdict.equals(SessionRepository.NO_VERDICT) ? null : Verdict.of(verdict),
                Json.read(row.getString("params"), PARAMS),
                Json.read(row.getString("tags"), TAGS),
                row.getString("notes"),
                metrics,
                error == null ? null : new Session.Failure(error, row.getString("error_category")),
                row.getString("owner"),
                Instant.ofEpochMilli(row.getLong("created_at")),
                time(row, "started_at"),
                time(row, "ended_at"),
                Instant.ofEpochMilli(row.getLong("updated_at")),
                number(row, "duration_ms"),
                lease == null ? null : lease.intValue(),
                row.getLong("version"),
                row.getInt("children"),
                time(row, "deleted_at"));
        return new SessionRow(
                no,
                row.getLong("parent_no"),
                number(row, "criteria_no"),
                number(row, "lease_expires_at"),
                number(row, "deleted_with"),
                session);
    }

    private static @Nullable Double progress(ResultSet row) throws SQLException {
        double value = row.getDouble("progress");
        return row.wasNull() ? null : value;
    }

    private static @Nullable Long number(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : value;
    }

    private static @Nullable Instant time(ResultSet row, String column) throws SQLException {
        Long millis = number(row, column);
        return millis == null ? null : Instant.ofEpochMilli(millis);
    }
}
