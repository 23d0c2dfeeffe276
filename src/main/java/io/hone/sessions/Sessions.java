package io.hone.sessions;

import io.hone.audit.Audit;
import io.hone.criteria.CriteriaSets;
import io.hone.criteria.StoredCriteria;
import io.hone.database.Database;
import io.hone.database.Transaction;
import io.hone.events.Events;
import io.hone.failures.Failures;
import io.hone.http.Caller;
import io.hone.http.EntityTags;
import io.hone.http.Idempotency;
import io.hone.http.Page;
import io.hone.http.ProblemException;
import io.hone.http.ProblemType;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Optimization sessions. Every change is durable, judged, counted, audited and told before it returns. Thread-safe. */
@Singleton
public class Sessions {

    private final SessionRepository repository;
    private final SessionCreation creation;
    private final SessionSearch search;
    private final StepRecorder recorder;
    private final Judging judging;
    private final CriteriaSets criteria;
    private final Failures failures;
    private final Database database;
    private final Idempotency idempotency;
    private final Audit audit;
    private final Events events;
    private final Clock clock;

    @Inject
    public Sessions(
            SessionRepository repository,
            SessionCreation creation,
            SessionSearch search,
            StepRecorder recorder,
            Judging judging,
            CriteriaSets criteria,
            Failures failures,
            Database database,
            Idempotency idempotency,
            Audit audit,
            Events events,
            Clock clock) {
        this.repository = repository;
        this.creation = creation;
        this.search = search;
        this.recorder = recorder;
        this.judging = judging;
        this.criteria = criteria;
        this.failures = failures;
        this.database = database;
        this.idempotency = idempotency;
        this.audit = audit;
        this.events = events;
        this.clock = clock;
    }

    /**
     * Creates a session.
     *
     * @param key null to create unconditionally
     * @throws ProblemException 422 for an invalid body, or criteria, parent or baseline that do not exist; 409 if the
     *     id is taken
     */
    public Session create(Caller caller, NewSession body, Idempotency.@Nullable Key key) {
        body.check();
        Idempotency.Once<Session> once = database.write(transaction -> idempotency.once(
                transaction, key, caller, Session.class, () -> creation.create(transaction, caller, body)));
        if (!once.repeated()) {
            events.fire(new SessionChanged(once.answer(), SessionChanged.Kind.CREATED));
        }
        return once.answer();
    }

    /**
     * One session.
     *
     * @throws ProblemException 404 if there is none
     */
    public Session find(UUID id) {
        return repository
                .find(id)
                .orElseThrow(() -> ProblemException.notFound("session", id))
                .session();
    }

    /**
     * One page of sessions.
     *
     * @throws ProblemException 404 if the filter names a parent that does not exist
     */
    public Page<Session> list(SessionFilter filter, @Nullable String cursor, int limit) {
        UUID parent = filter.parent().id();
        long parentNo = parent == null
                ? 0
                : repository
                        .find(parent)
                        .orElseThrow(() -> ProblemException.notFound("session", parent))
                        .no();
        return search.list(filter, parentNo, cursor, limit);
    }

    /**
     * Moves a session on. Repeating the status it has changes nothing but a progress given with it.
     *
     * @param condition {@code If-Match}, or null
     * @throws ProblemException 409 naming what is allowed, 404, 412, 422
     */
    public Session changeStatus(Caller caller, UUID id, StatusChange change, @Nullable String condition) {
        change.check();
        SessionStatus wanted = Objects.requireNonNull(change.status());
        return change(caller, id, condition, (transaction, row) -> {
            Session session = row.session();
            if (session.status() == wanted) {
                boolean moves =
                        change.progress() != null && !change.progress().equals(session.progress()) && !wanted.isFinal();
                return moves
                        ? new Edit(Draft.of(session).progress(change.progress()).next(now(session)), null, Map.of())
                        : null;
            }
            if (!session.status().next().contains(wanted)) {
                throw new ProblemException(
                                ProblemType.ILLEGAL_TRANSITION,
                                "The session is %s and cannot become %s".formatted(session.status(), wanted))
                        .with(Map.of(
                                "current_status",
                                session.status(),
                                "allowed",
                                session.status().next()));
            }
            Instant now = now(session);
            Session moved = Draft.of(session)
                    .progress(change.progress())
                    .status(wanted, failure(change, wanted), now)
                    .next(now);
            Map<String, Object> detail = new LinkedHashMap<>();
            detail.put("from", session.status());
            detail.put("to", wanted);
            if (moved.error() != null) {
                detail.put("category", moved.error().category());
            }
            return new Edit(moved, "session.status_changed", detail);
        });
    }

    /**
     * Stores a batch of steps, all or nothing.
     *
     * @return the session as it is then
     * @throws ProblemException 404, or 409 for a session that has ended
     */
    public Session recordSteps(Caller caller, UUID id, List<Step> steps) {
        return recorder.record(caller, id, steps);
    }

    /**
     * Tells that the job is alive.
     *
     * @return when its lease ends now; empty if it has none
     * @throws ProblemException 404, or 409 for a session that has ended
     */
    public Optional<Instant> heartbeat(UUID id) {
        return database.write(transaction -> {
            SessionRow row = locked(transaction, id);
            Session session = row.session();
            if (session.status().isFinal()) {
                throw ended(session);
            }
            Long expires = leaseEnd(session, clock.millis());
            repository.renewLease(transaction, row.no(), expires);
            return Optional.ofNullable(expires).map(Instant::ofEpochMilli);
        });
    }

    /**
     * How a session stands against its criteria.
     *
     * @throws ProblemException 404
     */
    public VerdictDocument verdict(UUID id) {
        Session session = find(id);
        return judging.document(session, repository.findJudgement(id));
    }

    /**
     * Judges a session by the newest version of its criteria.
     *
     * @throws ProblemException 404, or 409 for a session without criteria or whose criteria were deleted
     */
    public VerdictDocument rejudge(Caller caller, UUID id) {
        Session.CriteriaVersion bound = find(id).criteria();
        if (bound == null) {
            throw new ProblemException(ProblemType.CONFLICT, "The session has no criteria to be judged by");
        }
        StoredCriteria newest = criteria.newest(bound.name())
                .orElseThrow(() -> new ProblemException(
                        ProblemType.CONFLICT, "The criteria %s were deleted".formatted(bound.name())));
        change(
                caller,
                id,
                null,
                (transaction, row) -> new Edit(
                        Draft.of(row.session())
                                .criteria(new Session.CriteriaVersion(
                                        newest.criteria().name(),
                                        newest.criteria().version()))
                                .next(now(row.session())),
                        "session.rejudged",
                        Map.of("from", bound.version(), "to", newest.criteria().version())));
        return verdict(id);
    }

    /** Fails sessions whose lease has ended; returns how many. */
    public int failAbandoned(int limit) {
        int failed = 0;
        Instant now = Instant.ofEpochMilli(clock.millis());
        for (UUID id : repository.findExpired(now, limit)) {
            Session session = change(Caller.SERVER, id, null, (transaction, row) -> abandoned(row));
            failed += session.status() == SessionStatus.FAILED ? 1 : 0;
        }
        return failed;
    }

    private @Nullable Edit abandoned(SessionRow row) {
        Session session = row.session();
        Long lease = row.leaseExpiresAt();
        // A heartbeat may have come between the search and this transaction.
        if (session.status().isFinal() || lease == null || lease >= clock.millis()) {
            return null;
        }
        Instant now = now(session);
        Session failed = Draft.of(session)
                .status(
                        SessionStatus.FAILED,
                        new Session.Failure(
                                "The job was silent for longer than its lease of %d s"
                                        .formatted(session.leaseSeconds()),
                                Failures.ABANDONED),
                        now)
                .next(now);
        return new Edit(failed, "session.abandoned", Map.of("from", session.status()));
    }

    /**
     * What a change makes of a session.
     *
     * @param action for the audit; null for what is too small to be audited
     */
    private record Edit(Session session, @Nullable String action, Map<String, ?> detail) {}

    @FunctionalInterface
    private interface Change {

        /** The changed session; null to leave it as it is. */
        @Nullable
        Edit apply(Transaction transaction, SessionRow row);
    }

    private Session change(Caller caller, UUID id, @Nullable String condition, Change change) {
        record Outcome(Session session, boolean changed) {}
        Outcome outcome = database.write(transaction -> {
            SessionRow row = locked(transaction, id);
            EntityTags.check(condition, row.session().version());
            Edit edit = change.apply(transaction, row);
            if (edit == null) {
                return new Outcome(row.session(), false);
            }
            Session stored = store(transaction, row, edit.session());
            if (edit.action() != null) {
                audit.write(transaction, caller, edit.action(), "session", id.toString(), edit.detail());
            }
            return new Outcome(stored, true);
        });
        if (outcome.changed()) {
            events.fire(new SessionChanged(outcome.session(), SessionChanged.Kind.CHANGED));
        }
        return outcome.session();
    }

    private Session store(Transaction transaction, SessionRow before, Session edited) {
        Judging.Judged judged = judging.judge(transaction, edited);
        SessionRow after = before.with(
                judged.session(),
                judged.criteriaNo(),
                edited.status().isFinal() ? null : leaseEnd(edited, clock.millis()));
        repository.update(transaction, after, judged.judgement());
        transaction.defer(SessionCounts.ADD, SessionCounts.difference(before.session(), after.session()));
        return after.session();
    }

    private SessionRow locked(Transaction transaction, UUID id) {
        return repository.lock(transaction, id).orElseThrow(() -> ProblemException.notFound("session", id));
    }

    /** The problem of a writer that comes too late. */
    static ProblemException ended(Session session) {
        boolean abandoned =
                session.error() != null && session.error().category().equals(Failures.ABANDONED);
        return new ProblemException(
                        ProblemType.CONFLICT,
                        abandoned
                                ? "The session counts as abandoned: its lease ended while the job was silent"
                                : "The session is %s and takes no more steps".formatted(session.status()))
                .with(Map.of("current_status", session.status(), "allowed", List.of()));
    }

    private Session.@Nullable Failure failure(StatusChange change, SessionStatus wanted) {
        if (wanted != SessionStatus.FAILED) {
            return null;
        }
        if (change.error() == null) {
            return new Session.Failure("The job reported no error message", Failures.UNKNOWN);
        }
        String message = Objects.requireNonNull(change.error().message());
        return new Session.Failure(message, failures.category(message));
    }

    static @Nullable Long leaseEnd(Session session, long fromMillis) {
        return session.leaseSeconds() == null ? null : fromMillis + session.leaseSeconds() * 1_000L;
    }

    /** The clock may step back; a session's times never do. */
    private Instant now(Session session) {
        Instant now = Instant.ofEpochMilli(clock.millis());
        return now.isBefore(session.updatedAt()) ? session.updatedAt() : now;
    }
}
