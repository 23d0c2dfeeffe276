package io.hone.sessions;

import io.hone.criteria.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A session on its way from one version to the next. Not thread-safe. */
final class Draft {

    private final Session before;
    private String name;
    private String project;
    private Map<String, String> tags;
    private @Nullable String notes;
    private SessionStatus status;
    private @Nullable Double progress;
    private Session.@Nullable CriteriaVersion criteria;
    private @Nullable Verdict verdict;
    private Map<String, MetricSummary> metrics;
    private Session.@Nullable Failure error;
    private @Nullable Instant startedAt;
    private @Nullable Instant endedAt;
    private int children;
    private @Nullable Instant deletedAt;

    private Draft(Session before) {
        this.before = before;
        name = before.name();
        project = before.project();
        tags = before.tags();
        notes = before.notes();
        status = before.status();
        progress = before.progress();
        criteria = before.criteria();
        verdict = before.verdict();
        metrics = before.metrics();
        error = before.error();
        startedAt = before.startedAt();
        endedAt = before.endedAt();
        children = before.children();
        deletedAt = before.deletedAt();
    }

    static Draft of(Session session) {
        return new Draft(session);
    }

    /** Moves it on: the first running starts its time, a final status ends it, and completion is all of the progress. */
    Draft status(SessionStatus next, Session.@Nullable Failure failure, Instant now) {
        status = next;
        error = failure;
        if (next == SessionStatus.RUNNING && startedAt == null) {
            startedAt = now;
        }
        if (next.isFinal()) {
            endedAt = now;
        }
        if (next == SessionStatus.COMPLETED) {
            progress = 1.0;
        }
        return this;
    }

    /** Lets a session that failed go on. */
    Draft reopened(Instant now) {
        endedAt = null;
        return status(SessionStatus.RUNNING, null, now);
    }

    Draft name(String value) {
        name = value;
        return this;
    }

    Draft project(String value) {
        project = value;
        return this;
    }

    Draft tags(Map<String, String> values) {
        tags = values;
        return this;
    }

    Draft notes(@Nullable String value) {
        notes = value;
        return this;
    }

    Draft children(int number) {
        children = number;
        return this;
    }

    Draft deletedAt(@Nullable Instant time) {
        deletedAt = time;
        return this;
    }

    Draft progress(@Nullable Double value) {
        // Adding 0 makes -0.0 the 0.0 that databases store.
        progress = value == null ? null : Double.valueOf(value + 0.0);
        return this;
    }

    /** Null for a session that nothing judges, which has no verdict then. */
    Draft criteria(Session.@Nullable CriteriaVersion version) {
        criteria = version;
        verdict = version == null ? null : verdict;
        return this;
    }

    Draft verdict(@Nullable Verdict value) {
        verdict = value;
        return this;
    }

    Draft metrics(Map<String, MetricSummary> summaries) {
        metrics = summaries;
        return this;
    }

    /** The next version. */
    Session next(Instant now) {
        Instant end = endedAt == null ? now : endedAt;
        return build(
                now, startedAt == null ? null : Duration.between(startedAt, end).toMillis(), before.version() + 1);
    }

    /** The same version with other content, where the version was counted already. */
    Session same() {
        return build(before.updatedAt(), before.durationMs(), before.version());
    }

    private Session build(Instant updatedAt, @Nullable Long durationMs, long version) {
        return new Session(
                before.id(),
                before.parentId(),
                name,
                project,
                before.model(),
                before.technique(),
                status,
                progress,
                criteria,
                before.baseline(),
                verdict,
                before.params(),
                tags,
                notes,
                metrics,
                error,
                before.owner(),
                before.createdAt(),
                startedAt,
                endedAt,
                updatedAt,
                durationMs,
                before.leaseSeconds(),
                version,
                children,
                deletedAt);
    }
}
