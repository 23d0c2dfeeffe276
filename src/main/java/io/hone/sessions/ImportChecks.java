package io.hone.sessions;

import io.hone.criteria.CriteriaSets;
import io.hone.criteria.Criterion;
import io.hone.criteria.Judgement;
import io.hone.http.Json;
import io.hone.http.ProblemException;
import io.hone.http.ProblemType;
import io.hone.http.Times;
import io.hone.http.Violations;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What can be told of a file without the database: that every line is well formed and in its place, and the file whole.
 * Not thread-safe.
 */
final class ImportChecks implements ImportFile.Reader {

    private static final int LONGEST_ERROR = 100_000;
    private static final int LONGEST_REQUEST_ID = 128;
    private static final int LONGEST_DETAIL = 100_000;

    /** What every reader of JSON takes for a whole number (RFC 8259, section 6). */
    private static final long MOST_EXACT = 9_007_199_254_740_991L;

    private final boolean exportedTaken;
    private boolean exported;
    private boolean ended;
    private long sessions;
    private @Nullable UUID current;
    private final Map<String, Long> lastSteps = new HashMap<>();

    /** @param exportedTaken whether exported lines are taken, which say who did what */
    ImportChecks(boolean exportedTaken) {
        this.exportedTaken = exportedTaken;
    }

    @Override
    public void body(long number, NewSession body) {
        requireNotEnded();
        body.check();
        current = null;
        sessions++;
    }

    @Override
    public void line(long number, ExportLine line) {
        requireNotEnded();
        if (!exportedTaken) {
            throw new ProblemException(
                    ProblemType.FORBIDDEN,
                    "Exported files say who did what: they take the role admin. Lines like the body of POST /sessions take reporter");
        }
        if (line instanceof ExportLine.Head head) {
            exported = true;
            if (head.format() != ExportLine.FORMAT) {
                throw ProblemException.invalid(
                        "/format", "is %d; this server reads %d".formatted(head.format(), ExportLine.FORMAT));
            }
        } else if (line instanceof ExportLine.CriteriaVersion version) {
            CriteriaSets.requireImportable(version.criteria());
        } else if (line instanceof ExportLine.Exported session) {
            check(session.session());
            check(session.session(), session.judgement());
            current = session.session().id();
            lastSteps.clear();
            sessions++;
        } else if (line instanceof ExportLine.Points points) {
            requireCurrent(points.sessionId());
            check(points, lastSteps.getOrDefault(points.metric(), -1L));
            lastSteps.put(points.metric(), points.steps().get(points.steps().size() - 1));
        } else if (line instanceof ExportLine.Entries entries) {
            requireCurrent(entries.sessionId());
            Violations violations = new Violations();
            violations.require(entries.entries() != null, "/entries", "is required");
            violations.refuseIfAny();
            for (int i = 0; i < entries.entries().size(); i++) {
                check(violations, entries, i);
            }
            violations.refuseIfAny();
        } else if (line instanceof ExportLine.End end) {
            ended = true;
            if (end.sessions() != sessions) {
                throw ProblemException.invalid(
                        "/sessions", "is %d, but the file has %d".formatted(end.sessions(), sessions));
            }
        }
    }

    @Override
    public void end(long number) {
        if (number == 0) {
            throw ProblemException.invalid("", "the file is empty");
        }
        if (exported && !ended) {
            throw ProblemException.invalid(
                    "/" + number, "is the last line, but not the end of an export: it was cut off");
        }
    }

    private void requireNotEnded() {
        if (ended) {
            throw ProblemException.invalid("", "follows the end of an export");
        }
    }

    private void requireCurrent(@Nullable UUID session) {
        if (session == null || !session.equals(current)) {
            throw ProblemException.invalid("/session_id", "is not that of the session before");
        }
    }

    private static void check(@Nullable Session session) {
        if (session == null) {
            throw ProblemException.invalid("/session", "is required");
        }
        Violations violations = new Violations();
        violations.require(session.id() != null, "/session/id", "is required");
        violations.require(session.status() != null, "/session/status", "is required");
        violations.text(session.owner(), "/session/owner", 1, NewSession.LONGEST_NAME);
        violations.require(session.params() != null, "/session/params", "is required");
        violations.require(session.tags() != null, "/session/tags", "is required");
        violations.text(session.project(), "/session/project", 1, NewSession.LONGEST_PROJECT);
        violations.require(
                session.version() >= 1 && session.version() <= MOST_EXACT,
                "/session/version",
                "is not from 1 to " + MOST_EXACT);
        violations.require(
                session.progress() == null || (session.progress() >= 0 && session.progress() <= 1),
                "/session/progress",
                "is not from 0 to 1");
        violations.require(
                session.durationMs() == null
                        || (session.durationMs() >= 0 && session.durationMs() <= Times.LAST.toEpochMilli()),
                "/session/duration_ms",
                "is not from 0 to " + Times.LAST.toEpochMilli());
        violations.require(
                (session.criteria() == null) == (session.verdict() == null),
                "/session/verdict",
                "goes with criteria, and criteria with a verdict");
        checkBaseline(violations, session);
        violations.time(session.createdAt(), "/session/created_at");
        violations.time(session.updatedAt(), "/session/updated_at");
        timeIfAny(violations, session.startedAt(), "/session/started_at");
        timeIfAny(violations, session.endedAt(), "/session/ended_at");
        timeIfAny(violations, session.deletedAt(), "/session/deleted_at");
        if (session.criteria() != null) {
            violations.text(session.criteria().name(), "/session/criteria/name", 1, Criterion.LONGEST_METRIC);
        }
        if (session.error() != null) {
            violations.text(session.error().message(), "/session/error/message", 0, LONGEST_ERROR);
            violations.text(session.error().category(), "/session/error/category", 1, Criterion.LONGEST_METRIC);
        }
        violations.require(
                session.status() == null || (session.error() != null) == (session.status() == SessionStatus.FAILED),
                "/session/error",
                "goes with status failed, and with no other");
        violations.refuseIfAny();
        checkLife(violations, session);
        violations.refuseIfAny();
        try {
            asNew(session).check();
        } catch (ProblemException e) {
            throw e.within("/session");
        }
    }

    /** What a verdict is from is shown as it is stored, and judged anew only when the session changes. */
    private static void check(Session session, @Nullable Judgement judgement) {
        if (judgement == null) {
            return;
        }
        Violations violations = new Violations();
        violations.require(
                judgement.verdict() != null && judgement.verdict() == session.verdict(),
                "/judgement/verdict",
                "is not that of the session");
        violations.require(judgement.score() >= 0 && judgement.score() <= 1, "/judgement/score", "is not from 0 to 1");
        for (int i = 0; i < judgement.results().size(); i++) {
            Judgement.Result result = judgement.results().get(i);
            String at = "/judgement/results/" + i;
            violations.text(result.metric(), at + "/metric", 1, Criterion.LONGEST_METRIC);
            violations.require(result.op() != null, at + "/op", "is required");
            violations.require(Double.isFinite(result.value()), at + "/value", "is not finite");
            violations.require(
                    result.weight() > 0 && Double.isFinite(result.weight()), at + "/weight", "is not above 0");
            if (result.reason() != null) {
                violations.text(result.reason(), at + "/reason", 1, LONGEST_DETAIL);
            }
        }
        violations.refuseIfAny();
    }

    /** A session begins, starts, ends and is changed in this order; only one that has ended has an end. */
    private static void checkLife(Violations violations, Session session) {
        violations.require(
                (session.endedAt() != null) == session.status().isFinal(),
                "/session/ended_at",
                "goes with a final status, and with no other");
        violations.require(
                session.startedAt() == null || session.status() != SessionStatus.PENDING,
                "/session/started_at",
                "does not go with status pending");
        Instant before = session.createdAt();
        for (Instant time : Arrays.asList(session.startedAt(), session.endedAt(), session.updatedAt())) {
            if (time != null) {
                violations.require(
                        !time.isBefore(before),
                        "/session/updated_at",
                        "is out of order: created_at, started_at, ended_at, updated_at follow each other");
                before = time;
            }
        }
    }

    private static void checkBaseline(Violations violations, Session session) {
        Baseline baseline = session.baseline();
        if (baseline == null) {
            return;
        }
        Map<String, Double> metrics = baseline.metrics();
        violations.require(
                (baseline.sessionId() == null) != (metrics == null)
                        && !Objects.equals(baseline.sessionId(), session.id())
                        && (metrics == null
                                || (!metrics.isEmpty()
                                        && metrics.values().stream().allMatch(Double::isFinite))),
                "/session/baseline",
                "is neither another session's id nor finite values by metric");
    }

    /** What somebody would have sent to create it: the same limits hold. */
    private static NewSession asNew(Session session) {
        return new NewSession(
                session.id(),
                session.name(),
                session.project(),
                session.model(),
                session.technique(),
                null,
                null,
                session.parentId(),
                session.leaseSeconds(),
                session.params(),
                new LinkedHashMap<>(session.tags()),
                session.notes());
    }

    /** @param last highest step of that metric in the lines before; -1 for none */
    private static void check(ExportLine.Points points, long last) {
        Violations violations = new Violations();
        violations.text(points.metric(), "/metric", 1, Criterion.LONGEST_METRIC);
        int count = points.steps() == null ? 0 : points.steps().size();
        violations.require(
                count > 0
                        && points.at() != null
                        && points.values() != null
                        && points.at().size() == count
                        && points.values().size() == count,
                "/steps",
                "is empty, or not as long as at and values");
        violations.refuseIfAny();
        long before = last;
        for (int i = 0; i < count; i++) {
            Long step = points.steps().get(i);
            if (step == null || step <= before) {
                violations.add("/steps/" + i, "is below 0 or not above the one before");
                break;
            }
            before = step;
            violations.time(points.at().get(i), "/at/" + i);
            violations.require(points.values().get(i) != null, "/values/" + i, "is null");
        }
        violations.refuseIfAny();
    }

    private static void check(Violations violations, ExportLine.Entries entries, int index) {
        var entry = entries.entries().get(index);
        String at = "/entries/" + index;
        if (entry == null) {
            violations.add(at, "is null");
            return;
        }
        violations.time(entry.at(), at + "/at");
        violations.text(entry.actor(), at + "/actor", 1, NewSession.LONGEST_NAME);
        violations.text(entry.action(), at + "/action", 1, Criterion.LONGEST_METRIC);
        String detail = entry.detail() == null ? null : Json.write(entry.detail());
        violations.require(
                detail != null
                        && detail.length() <= LONGEST_DETAIL
                        && Violations.isStorable(detail)
                        && !detail.contains("\\u0000"),
                at + "/detail",
                "is missing, over %d characters, or has a NUL or half a surrogate pair".formatted(LONGEST_DETAIL));
        if (entry.requestId() != null) {
            violations.text(entry.requestId(), at + "/request_id", 1, LONGEST_REQUEST_ID);
        }
        violations.require(
                "session".equals(entry.subjectType())
                        && Objects.toString(entries.sessionId()).equals(entry.subject()),
                at + "/subject",
                "is not the session before");
    }

    private static void timeIfAny(Violations violations, @Nullable Instant time, String at) {
        if (time != null) {
            violations.time(time, at);
        }
    }
}
