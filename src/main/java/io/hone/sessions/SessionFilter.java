package io.hone.sessions;

import io.hone.criteria.Technique;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which sessions to list and in which order; null and empty members do not filter.
 *
 * @param statuses any of these
 * @param tags key and value, each of which must be there
 * @param verdict label of a verdict, or {@code none} for sessions without criteria
 * @param criteria name of the criteria that judge them, whatever version
 * @param errorCategory why they failed, as {@link Session.Failure#category} has it
 * @param query part of the name, model or notes, without regard to case
 * @param parent whose children; see {@link Parent}
 * @param createdAfter inclusive
 * @param createdBefore exclusive
 * @param deleted whether to list what is in the bin instead
 */
public record SessionFilter(
        List<SessionStatus> statuses,
        @Nullable String project,
        @Nullable String model,
        @Nullable Technique technique,
        List<Map.Entry<String, String>> tags,
        @Nullable String verdict,
        @Nullable String owner,
        @Nullable String criteria,
        @Nullable String errorCategory,
        @Nullable String query,
        Parent parent,
        @Nullable Instant createdAfter,
        @Nullable Instant createdBefore,
        boolean deleted,
        Sort sort) {

    public SessionFilter {
        statuses = List.copyOf(statuses);
        tags = List.copyOf(tags);
    }

    /**
     * Which level.
     *
     * @param any children and others alike
     * @param id whose children; null for sessions without a parent
     */
    public record Parent(boolean any, @Nullable UUID id) {

        public static final Parent NONE = new Parent(false, null);
        public static final Parent ANY = new Parent(true, null);
    }

    /** All top-level sessions of a project, or of all where it is null, newest first. */
    public static SessionFilter ofProject(@Nullable String project) {
        return new SessionFilter(
                List.of(),
                project,
                null,
                null,
                List.of(),
                null,
                null,
                null,
                null,
                null,
                Parent.NONE,
                null,
                null,
                false,
                Sort.NEWEST);
    }

    /** The same filter for those created no later than a time. */
    SessionFilter until(Instant time) {
        // Times are stored in milliseconds, and this bound is exclusive.
        Instant bound = time.plusMillis(1);
        return new SessionFilter(
                statuses,
                project,
                model,
                technique,
                tags,
                verdict,
                owner,
                criteria,
                errorCategory,
                query,
                parent,
                createdAfter,
                createdBefore == null || createdBefore.isAfter(bound) ? bound : createdBefore,
                deleted,
                sort);
    }

    /**
     * In which order. Sessions that lack what is sorted by come last, newest first.
     *
     * @param metric name of the metric for {@link By#METRIC}, else null
     */
    public record Sort(By by, @Nullable String metric, boolean descending) {

        public static final Sort NEWEST = new Sort(By.CREATED, null, true);
        public static final Sort OLDEST = new Sort(By.CREATED, null, false);

        private static final String METRIC_PREFIX = "metric:";

        /** What it sorts by. */
        public enum By {
            CREATED("created_at", "created_at"),
            UPDATED("updated_at", "updated_at"),
            DURATION("duration", "duration_ms"),
            METRIC(METRIC_PREFIX, "last_value");

            private final String label;
            private final String column;

            By(String label, String column) {
                this.label = label;
                this.column = column;
            }

            String column() {
                return column;
            }
        }

        /** Reads the {@code sort} parameter; null for anything that is none. */
        public static @Nullable Sort parse(String text) {
            boolean descending = text.startsWith("-");
            String key = descending ? text.substring(1) : text;
            if (key.startsWith(METRIC_PREFIX) && key.length() > METRIC_PREFIX.length()) {
                return new Sort(By.METRIC, key.substring(METRIC_PREFIX.length()), descending);
            }
            for (By by : By.values()) {
                if (by != By.METRIC && by.label.equals(key)) {
                    return new Sort(by, null, descending);
                }
            }
            return null;
        }

        /** As the parameter has it. */
        public String label() {
            return (descending ? "-" : "") + by.label + (metric == null ? "" : metric);
        }
    }
}
