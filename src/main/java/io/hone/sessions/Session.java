package io.hone.sessions;

import io.hone.criteria.Technique;
import io.hone.criteria.Verdict;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A stored optimization session, as the interface shows it.
 *
 * @param parentId session it is a trial of, or null
 * @param progress 0 to 1, or null while unknown
 * @param criteria version it is judged by, or null
 * @param verdict null without criteria
 * @param params what the job was given: strings, numbers, booleans, nulls
 * @param metrics by name, in their alphabetical order
 * @param owner account that created it
 * @param durationMs from start to end; to the last update while it goes on, so that an unchanged session reads the same;
 *     null before the start
 * @param leaseSeconds how long it may be silent; null for as long as it likes
 * @param version counts up with every change
 * @param children its child sessions, those in the bin left out
 * @param deletedAt when it was moved to the bin; null unless it is there
 */
public record Session(
        UUID id,
        @Nullable UUID parentId,
        String name,
        String project,
        String model,
        Technique technique,
        SessionStatus status,
        @Nullable Double progress,
        @Nullable CriteriaVersion criteria,
        @Nullable Baseline baseline,
        @Nullable Verdict verdict,
        Map<String, @Nullable Object> params,
        Map<String, String> tags,
        @Nullable String notes,
        Map<String, MetricSummary> metrics,
        @Nullable Failure error,
        String owner,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        Instant updatedAt,
        @Nullable Long durationMs,
        @Nullable Integer leaseSeconds,
        long version,
        int children,
        @Nullable Instant deletedAt) {

    /** Which criteria, in which version. */
    public record CriteriaVersion(String name, int version) {}

    /** Why it failed; the category is one of the failure rules'. */
    public record Failure(String message, String category) {}
}
