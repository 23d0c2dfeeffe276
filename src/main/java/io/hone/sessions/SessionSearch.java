package io.hone.sessions;

import io.hone.database.Database;
import io.hone.database.Database.Kind;
import io.hone.http.Cursor;
import io.hone.http.Page;
import io.hone.http.ProblemException;
import io.hone.sessions.SessionFilter.Sort;
import io.hone.sessions.SessionFilter.Sort.By;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Lists sessions by filter and order. Every page starts where the one before ended (keyset paging), so page 10,000 costs
 * what page 1 costs. Sorting by what not every session has takes two phases: those that have it, then the others.
 * Thread-safe.
 */
@Singleton
class SessionSearch {

    private static final int CURSOR_KEYS = 3;

    /** Cursor keys: phase, sort value, row number. */
    private static final String FIRST_PHASE = "0";

    private static final String SECOND_PHASE = "1";

    /**
     * Up to so many sessions that a tag or a text finds are gathered first and put into order then. Beyond, the list is
     * walked in its order, which meets that many soon.
     */
    private static final int MOST_GATHERED = 5_000;

    private static final String NUMBERS_OF_CRITERIA = "SELECT no FROM criteria WHERE name = :criteria";

    /** Letters of a piece of text, as the index of the search has them. */
    private static final int PIECE = 3;

    /** A session of a page with the value it is sorted by. */
    private record Hit(SessionRow row, double value) {}

    private final Database database;
    private final StepRepository steps;
    private final int mostGathered;

    @Inject
    SessionSearch(Database database, StepRepository steps) {
        this(database, steps, MOST_GATHERED);
    }

    /** @param mostGathered 0 to walk always */
    SessionSearch(Database database, StepRepository steps, int mostGathered) {
        this.database = database;
        this.steps = steps;
        this.mostGathered = mostGathered;
    }

    /**
     * One page.
     *
     * @param parentNo row of the parent the filter names; 0 for none
     * @throws ProblemException 422 for a cursor of another list or order
     */
    Page<SessionRow> list(SessionFilter filter, long parentNo, @Nullable String encodedCursor, int limit) {
        String list = "sessions " + filter.sort().label();
        Cursor cursor = Cursor.decode(encodedCursor, list, CURSOR_KEYS);
        OptionalLong metricNo = filter.sort().metric() == null
                ? OptionalLong.empty()
                : steps.number(filter.sort().metric());
        Few few = few(filter);
        boolean second = cursor != null && cursor.position().get(0).equals(SECOND_PHASE);
        List<Hit> hits = new ArrayList<>();
        boolean secondPhase = second;
        if (!second && !(filter.sort().by() == By.METRIC && metricNo.isEmpty())) {
            hits.addAll(hits(new Query(filter, parentNo, metricNo, few, cursor, false), limit + 1));
        }
        int fromFirst = hits.size();
        if (hits.size() <= limit && hasGaps(filter.sort())) {
            secondPhase = true;
            hits.addAll(hits(
                    new Query(filter, parentNo, metricNo, few, second ? cursor : null, true), limit + 1 - hits.size()));
        }
        if (hits.isEmpty()) {
            return Page.whole(List.of());
        }
        boolean more = hits.size() > limit;
        List<Hit> page = more ? hits.subList(0, limit) : hits;
        Hit last = page.get(page.size() - 1);
        boolean lastInSecond = secondPhase && page.size() > fromFirst;
        return new Page<>(
                page.stream().map(Hit::row).toList(),
                more ? new Cursor(list, position(last, lastInSecond)).encode() : null);
    }

    /**
     * Sessions that a filter finds by itself.
     *
     * @param sql selects their numbers, as {@code no}
     */
    private record Few(String sql, Map<String, String> bound) {}

    /**
     * The tag, text or criteria of a filter that find the fewest; null where none finds few. PostgreSQL keeps statistics and
     * decides by itself.
     */
    private @Nullable Few few(SessionFilter filter) {
        if (database.kind() != Kind.SQLITE || mostGathered == 0) {
            return null;
        }
        List<Few> all = new ArrayList<>();
        for (Map.Entry<String, String> tag : filter.tags()) {
            all.add(new Few(
                    "SELECT session_no AS no FROM session_tag WHERE tag_key = :fewKey AND tag_value = :fewValue",
                    Map.of("fewKey", tag.getKey(), "fewValue", tag.getValue())));
        }
        if (filter.criteria() != null) {
            all.add(new Few(
                    "SELECT no FROM session WHERE criteria_no IN (" + NUMBERS_OF_CRITERIA + ")",
                    Map.of("criteria", filter.criteria())));
        }
        String pieces = filter.query() == null ? null : pieces(filter.query().toLowerCase(Locale.ROOT));
        if (pieces != null) {
            all.add(new Few(
                    "SELECT rowid AS no FROM session_search WHERE session_search MATCH :fewPieces",
                    Map.of("fewPieces", pieces)));
        }
        Few fewest = null;
        int least = mostGathered + 1;
        for (Few few : all) {
            int limit = least;
            int found = database.read("session.count_few", handle -> handle.createQuery(
                            "SELECT COUNT(*) FROM (" + few.sql() + " LIMIT :limit) AS few")
                    .bindMap(few.bound())
                    .bind("limit", limit)
                    .mapTo(Integer.class)
                    .one());
            if (found < least) {
                least = found;
                fewest = few;
            }
        }
        return fewest;
    }

    /** Asks the index for all pieces of a text; null for one that is too short to have any. */
    private static @Nullable String pieces(String text) {
        int[] letters = text.codePoints().toArray();
        if (letters.length < PIECE) {
            return null;
        }
        return IntStream.rangeClosed(0, letters.length - PIECE)
                .mapToObj(i -> new String(letters, i, PIECE))
                .distinct()
                .map(piece -> '"' + piece.replace("\"", "\"\"") + '"')
                .collect(Collectors.joining(" AND "));
    }

    private static boolean hasGaps(Sort sort) {
        return sort.by() == By.METRIC || sort.by() == By.DURATION;
    }

    private static List<String> position(Hit last, boolean second) {
        // Times and durations are whole numbers far below 2^53, which a double holds exactly.
        return List.of(
                second ? SECOND_PHASE : FIRST_PHASE,
                Double.toString(last.value()),
                Long.toString(last.row().no()));
    }

    private List<Hit> hits(Query query, int limit) {
        return database.read(query.name(), handle -> handle.createQuery(query.sql(limit))
                .bindMap(query.bound)
                .scanResultSet((supplier, context) -> {
                    List<Double> values = new ArrayList<>();
                    List<SessionRow> rows =
                            SessionRows.read(supplier.get(), row -> values.add(row.getDouble("sort_value")));
                    return IntStream.range(0, rows.size())
                            .mapToObj(i -> new Hit(rows.get(i), values.get(i)))
                            .toList();
                }));
    }

    /** One phase of a list as SQL: text from here, every value bound. */
    private static final class Query {

        private final Map<String, Object> bound = new HashMap<>();
        private final SessionFilter filter;
        private final @Nullable Few few;
        private final boolean second;
        private final @Nullable Cursor cursor;

        Query(
                SessionFilter filter,
                long parentNo,
                OptionalLong metricNo,
                @Nullable Few few,
                @Nullable Cursor cursor,
                boolean second) {
            this.filter = filter;
            this.few = few;
            this.second = second;
            this.cursor = cursor;
            if (!filter.parent().any()) {
                bound.put("parent", parentNo);
            }
            if (filter.sort().by() == By.METRIC) {
                bound.put("metric", metricNo.orElse(-1));
            }
        }

        String name() {
            return switch (filter.sort().by()) {
                case CREATED -> "session.list";
                case UPDATED -> "session.list_by_update";
                case DURATION -> "session.list_by_duration";
                case METRIC -> "session.list_by_metric";
            };
        }

        String sql(int limit) {
            bound.put("limit", limit);
            Sort sort = second ? Sort.NEWEST : filter.sort();
            String direction = sort.descending() ? "DESC" : "ASC";
            String column =
                    sort.by() == By.METRIC ? "v.last_value" : "s." + sort.by().column();
            String from = from(sort);
            // The number of the index that sorts: v's own column, or the planner would sort all of it.
            String number = sort.by() == By.METRIC ? "v.session_no" : "s.no";
            List<String> conditions = conditions(sort, column, number);
            // One branch a status: each walks its index in order and stops early, which IN would not.
            List<SessionStatus> statuses = filter.statuses();
            int branches = Math.max(1, statuses.size());
            List<String> selects = IntStream.range(0, branches)
                    .mapToObj(i -> {
                        List<String> all = new ArrayList<>(conditions);
                        if (!statuses.isEmpty()) {
                            bound.put("status" + i, statuses.get(i).label());
                            all.add("s.status = :status" + i);
                        }
                        return "SELECT %s AS no, %s AS sort_value FROM %s WHERE %s ORDER BY %s %s, %s %s LIMIT :limit"
                                .formatted(
                                        number,
                                        column,
                                        from,
                                        String.join(" AND ", all),
                                        column,
                                        direction,
                                        number,
                                        direction);
                    })
                    .toList();
            String page = selects.size() == 1
                    ? selects.get(0)
                    : selects.stream()
                            .map(select -> "SELECT no, sort_value FROM (" + select + ") AS branch")
                            .collect(Collectors.joining(
                                    " UNION ALL ",
                                    "",
                                    " ORDER BY sort_value %s, no %s LIMIT :limit".formatted(direction, direction)));
            return SessionRows.SELECT.stripTrailing() + ", page.sort_value\n  FROM (" + page
                    + ") AS page\n  JOIN session s ON s.no = page.no\n" + SessionRows.JOINS
                    + " ORDER BY page.sort_value %s, page.no %s".formatted(direction, direction);
        }

        private String from(Sort sort) {
            if (few != null) {
                // CROSS JOIN: SQLite begins with what stands first, where its planner would walk all in order.
                bound.putAll(few.bound());
                String sessions = "(" + few.sql() + ") AS few CROSS JOIN session s ON s.no = few.no";
                return sort.by() == By.METRIC
                        ? sessions + " CROSS JOIN session_metric v ON v.session_no = s.no"
                        : sessions;
            }
            return sort.by() == By.METRIC ? "session_metric v JOIN session s ON s.no = v.session_no" : "session s";
        }

        private List<String> conditions(Sort sort, String column, String number) {
            List<String> conditions = new ArrayList<>(List.of("1 = 1"));
            if (!filter.parent().any()) {
                // In the bin the top level is what was moved there itself, and not along with its parent.
                conditions.add(
                        filter.deleted() && filter.parent().id() == null
                                ? "s.deleted_with = s.no"
                                : "s.parent_no = :parent");
            }
            conditions.add(filter.deleted() ? "s.deleted_at IS NOT NULL" : "s.deleted_at IS NULL");
            equal(conditions, "project", filter.project());
            equal(conditions, "model", filter.model());
            equal(
                    conditions,
                    "technique",
                    filter.technique() == null ? null : filter.technique().label());
            equal(conditions, "verdict", filter.verdict());
            equal(conditions, "owner", filter.owner());
            equal(conditions, "error_category", filter.errorCategory());
            if (filter.criteria() != null) {
                bound.put("criteria", filter.criteria());
                conditions.add("s.criteria_no IN (" + NUMBERS_OF_CRITERIA + ")");
            }
            for (int i = 0; i < filter.tags().size(); i++) {
                bound.put("tagKey" + i, filter.tags().get(i).getKey());
                bound.put("tagValue" + i, filter.tags().get(i).getValue());
                conditions.add(
                        "EXISTS (SELECT 1 FROM session_tag t WHERE t.tag_key = :tagKey%d AND t.tag_value = :tagValue%d AND t.session_no = s.no)"
                                .formatted(i, i));
            }
            if (filter.query() != null) {
                bound.put("query", "%" + escaped(filter.query()) + "%");
                conditions.add("s.search_text LIKE :query ESCAPE '!'");
            }
            if (filter.createdAfter() != null) {
                bound.put("createdAfter", filter.createdAfter().toEpochMilli());
                conditions.add("s.created_at >= :createdAfter");
            }
            if (filter.createdBefore() != null) {
                bound.put("createdBefore", filter.createdBefore().toEpochMilli());
                conditions.add("s.created_at < :createdBefore");
            }
            phase(conditions);
            if (cursor != null) {
                bound.put(
                        "sortValue",
                        sort.by() == By.METRIC ? (Object) cursor.decimal(1) : (Object) (long) cursor.decimal(1));
                bound.put("position", cursor.number(2));
                conditions.add(
                        "(%s, %s) %s (:sortValue, :position)".formatted(column, number, sort.descending() ? "<" : ">"));
            }
            return conditions;
        }

        private void phase(List<String> conditions) {
            if (filter.sort().by() == By.DURATION) {
                conditions.add(second ? "s.duration_ms IS NULL" : "s.duration_ms IS NOT NULL");
            } else if (filter.sort().by() == By.METRIC) {
                conditions.add(
                        second
                                ? "NOT EXISTS (SELECT 1 FROM session_metric v WHERE v.session_no = s.no AND v.metric_no = :metric AND v.last_value IS NOT NULL)"
                                : "v.metric_no = :metric AND v.last_value IS NOT NULL");
            }
        }

        private void equal(List<String> conditions, String column, @Nullable String value) {
            if (value != null) {
                bound.put(column, value);
                conditions.add("s.%s = :%s".formatted(column, column));
            }
        }

        /** The text as a pattern that matches itself; {@code !} escapes, since Jdbi reads backslashes its own way. */
        private static String escaped(String text) {
            return text.toLowerCase(Locale.ROOT)
                    .replace("!", "!!")
                    .replace("%", "!%")
                    .replace("_", "!_");
        }
    }
}
