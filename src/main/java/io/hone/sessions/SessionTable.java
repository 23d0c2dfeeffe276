package io.hone.sessions;

import com.fasterxml.jackson.dataformat.csv.CsvFactory;
import com.fasterxml.jackson.dataformat.csv.CsvGenerator;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.hone.http.Json;
import io.hone.http.ProblemException;
import io.hone.http.QueryParameters;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sessions as a table of comma-separated values (RFC 4180), a row each. Text that a spreadsheet would take for a formula
 * gets an apostrophe before it, as OWASP advises ("CSV Injection"): names come from jobs, not from whoever opens the
 * file.
 */
final class SessionTable {

    /** Columns that are found where none are asked for; beyond, somebody has to choose. */
    static final int MOST_COLUMNS = 1_000;

    private static final String PARAM = "param:";
    private static final String TAG = "tag:";
    private static final String METRIC = "metric:";

    private static final Map<String, Function<Session, @Nullable Object>> FIELDS = fields();

    private final List<String> columns;

    SessionTable(List<String> columns) {
        this.columns = List.copyOf(columns);
    }

    /** The columns that are asked for; empty for all. What is wrong is noted in the query. */
    static List<String> columns(QueryParameters query) {
        String text = query.text("columns");
        if (text == null) {
            return List.of();
        }
        List<String> columns = Arrays.stream(text.split(",", -1)).distinct().toList();
        for (String column : columns) {
            if (!FIELDS.containsKey(column) && key(column) == null) {
                query.refuse(
                        "columns",
                        "has %s, which is none of %s, param:KEY, tag:KEY, metric:KEY"
                                .formatted(column, String.join(", ", FIELDS.keySet())));
            }
        }
        return columns;
    }

    /** Gathers which columns a table of everything needs. Not thread-safe. */
    static final class Everything {

        private final Set<String> found = new TreeSet<>();

        /** @throws ProblemException 422 where there are too many */
        void add(Session session) {
            session.params().keySet().forEach(key -> found.add(PARAM + key));
            session.tags().keySet().forEach(key -> found.add(TAG + key));
            session.metrics().keySet().forEach(key -> found.add(METRIC + key));
            if (found.size() > MOST_COLUMNS) {
                throw ProblemException.invalid(
                        "?columns", "is needed: there are over %d params, tags and metrics".formatted(MOST_COLUMNS));
            }
        }

        List<String> columns() {
            List<String> all = new ArrayList<>(FIELDS.keySet());
            all.addAll(found);
            return all;
        }
    }

    /** Writes the heading, and gives what writes the rows. */
    Rows begin(OutputStream out) throws IOException {
        CsvSchema.Builder schema = CsvSchema.builder().setUseHeader(true).setLineSeparator("\r\n");
        columns.forEach(schema::addColumn);
        CsvGenerator generator = new CsvFactory().createGenerator(out);
        generator.setSchema(schema.build());
        return new Rows(generator);
    }

    /** Writes rows; closing it ends the table. */
    final class Rows implements AutoCloseable {

        private final CsvGenerator generator;

        private Rows(CsvGenerator generator) {
            this.generator = generator;
        }

        void write(Session session) throws IOException {
            generator.writeStartObject();
            for (String column : columns) {
                generator.writeStringField(column, cell(value(session, column)));
            }
            generator.writeEndObject();
        }

        @Override
        public void close() throws IOException {
            generator.close();
        }
    }

    private static @Nullable Object value(Session session, String column) {
        Function<Session, @Nullable Object> field = FIELDS.get(column);
        if (field != null) {
            return field.apply(session);
        }
        String key = column.substring(column.indexOf(':') + 1);
        if (column.startsWith(METRIC)) {
            MetricSummary summary = session.metrics().get(key);
            return summary == null ? null : (Double) summary.last();
        }
        return column.startsWith(PARAM)
                ? session.params().get(key)
                : session.tags().get(key);
    }

    /** What a cell shows: nothing for nothing. */
    private static String cell(@Nullable Object value) {
        if (value == null) {
            return "";
        }
        if (value instanceof Instant time) {
            return Json.time(time);
        }
        String text = value.toString();
        boolean formula = value instanceof String && !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0;
        return formula ? "'" + text : text;
    }

    private static @Nullable String key(String column) {
        for (String prefix : List.of(PARAM, TAG, METRIC)) {
            if (column.startsWith(prefix) && column.length() > prefix.length()) {
                return column.substring(prefix.length());
            }
        }
        return null;
    }

    private static Map<String, Function<Session, @Nullable Object>> fields() {
        Map<String, Function<Session, @Nullable Object>> fields = new LinkedHashMap<>();
        fields.put("id", Session::id);
        fields.put("parent_id", Session::parentId);
        fields.put("name", Session::name);
        fields.put("project", Session::project);
        fields.put("model", Session::model);
        fields.put("technique", Session::technique);
        fields.put("status", Session::status);
        fields.put("progress", Session::progress);
        fields.put(
                "criteria",
                session ->
                        session.criteria() == null ? null : session.criteria().name());
        fields.put(
                "criteria_version",
                session ->
                        session.criteria() == null ? null : session.criteria().version());
        fields.put(
                "verdict",
                session -> session.verdict() == null ? null : session.verdict().label());
        fields.put(
                "error_category",
                session -> session.error() == null ? null : session.error().category());
        fields.put(
                "error_message",
                session -> session.error() == null ? null : session.error().message());
        fields.put("owner", Session::owner);
        fields.put("created_at", Session::createdAt);
        fields.put("started_at", Session::startedAt);
        fields.put("ended_at", Session::endedAt);
        fields.put("updated_at", Session::updatedAt);
        fields.put("duration_ms", Session::durationMs);
        fields.put("children", Session::children);
        fields.put("notes", Session::notes);
        return fields;
    }
}
