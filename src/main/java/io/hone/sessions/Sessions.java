package io.hone.sessions;

import io.hone.criteria.CriteriaSets;
import io.hone.criteria.StoredCriteria;
import io.hone.criteria.Technique;
import io.hone.database.Database;
import io.hone.events.Events;
import io.hone.failures.Failures;
import io.hone.failures.Guidance;
import io.hone.gateway.Calls;
import io.hone.http.Caller;
import io.hone.http.Idempotency;
import io.hone.http.Page;
import io.hone.http.ProblemException;
import io.hone.http.ProblemType;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Optimization sessions. Every change is durable, judged, counted, audited and told before it returns. Thread-safe. */
@Singleton
public class Sessions {

    private final SessionRepository repository;
    private final SessionCreation creation;
    private final SessionSearch search;
    private final StepRecorder recorder;
    private final SessionChanges changes;
    private final Judging judging;
    private final CriteriaSets criteria;
    private final Failures failures;
    private final Calls calls;
    private final Database database;
    private final Idempotency idempotency;
    private final Events events;
    private final Clock clock;

    @Inject
    public Sessions(
            SessionRepository repository,
            SessionCreation creation,
            SessionSearch search,
            StepRecorder recorder,
            SessionChanges changes,
            Judging judging,
            CriteriaSets criteria,
            Failures failures,
            Calls calls,
            Database database,
            Idempotency idempotency,
            Events events,
            Clock clock) {
        this.repository = repository;
        this.creation = creation;
        this.search = search;
        this.recorder = recorder;
        this.changes = changes;
        this.judging = judging;
        this.criteria = criteria;
        this.failures = failures;
        this.calls = calls;
        this.database = database;
        this.idempotency = idempotency;
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
        return rows(filter, cursor, limit).map(SessionRow::session);
    }

    /** The same with what only the database side needs. */
    Page<SessionRow> rows(SessionFilter filter, @Nullable String cursor, int limit) {
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
     * Sessions side by side.
     *
     * @param ids 2 to 50, each once
     * @throws ProblemException 404 naming those that do not exist
     */
    public SessionComparison compare(List<UUID> ids) {
        Map<UUID, Session> found = new HashMap<>();
        repository.findAll(ids).forEach(row -> found.put(row.session().id(), row.session()));
        List<String> missing = ids.stream()
                .filter(id -> !found.containsKey(id))
                .map(UUID::toString)
                .toList();
        if (!missing.isEmpty()) {
            throw ProblemException.notFound("session", String.join(", ", missing));
        }
        return SessionComparison.of(
                ids.stream().map(id -> Objects.requireNonNull(found.get(id))).toList(), calls.ofSessions(ids));
    }

    /**
     * Moves a session on. Repeating the status it has changes nothing but a progress given with it.
     *
     * @param condition {@code If-Match}, or null
     * @throws ProblemException 409 naming what is allowed, 404, 412, 422
     */
    public Session changeStatus(Caller caller, UUID id, StatusChange change, @Nullable String condition) {
        change.check();
        // Before the transaction: others wait for its lock, and the technique never changes.
        Session.Failure failure = failure(change, id);
        return changes.change(caller, id, condition, moving(change, failure));
    }

    /**
     * What moves a session on; checked.
     *
     * @param failure why it failed; null for any status but {@code failed}
     */
    SessionChanges.Change moving(StatusChange change, Session.@Nullable Failure failure) {
        SessionStatus wanted = Objects.requireNonNull(change.status());
        return (transaction, row) -> {
            Session session = row.session();
            if (session.status() == wanted) {
                boolean moves =
                        change.progress() != null && !change.progress().equals(session.progress()) && !wanted.isFinal();
                return moves
                        ? new SessionChanges.Edit(
                                Draft.of(session).progress(change.progress()).next(changes.now(session)),
                                null,
                                Map.of())
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
            Instant now = changes.now(session);
            Session moved = Draft.of(session)
                    .progress(change.progress() == null ? session.progress() : change.progress())
                    .status(wanted, failure, now)
                    .next(now);
            Map<String, Object> detail = new LinkedHashMap<>();
            detail.put("from", session.status());
            detail.put("to", wanted);
            if (moved.error() != null) {
                detail.put("category", moved.error().category());
            }
            return new SessionChanges.Edit(moved, "session.status_changed", detail);
        };
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
            SessionRow row = changes.locked(transaction, id);
            Session session = row.session();
            SessionChanges.requireNotDeleted(session);
            if (session.status().isFinal()) {
                throw SessionChanges.ended(session);
            }
            Long expires = SessionChanges.leaseEnd(session, clock.millis());
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
        changes.change(caller, id, null, rejudging());
        return verdict(id);
    }

    /** What binds a session to the newest version of its criteria. */
    SessionChanges.Change rejudging() {
        return (transaction, row) -> {
            Session session = row.session();
            Session.CriteriaVersion bound = session.criteria();
            if (bound == null) {
                throw new ProblemException(ProblemType.CONFLICT, "The session has no criteria to be judged by");
            }
            StoredCriteria newest = criteria.newest(bound.name())
                    .orElseThrow(() -> new ProblemException(
                            ProblemType.CONFLICT, "The criteria %s were deleted".formatted(bound.name())));
            SessionCreation.requireApplicable(newest, session.technique());
            int version = newest.criteria().version();
            return new SessionChanges.Edit(
                    Draft.of(session)
                            .criteria(new Session.CriteriaVersion(bound.name(), version))
                            .next(changes.now(session)),
                    "session.rejudged",
                    Map.of("from", bound.version(), "to", version));
        };
    }

    /**
     * Edits a session.
     *
     * @param condition {@code If-Match}, or null
     * @throws ProblemException 404, 409 for one in the bin or the progress of one that has ended, 412, 422 for criteria
     *     that do not exist or fit
     */
    Session edit(Caller caller, UUID id, SessionPatch patch, @Nullable String condition) {
        return changes.change(caller, id, condition, editing(patch));
    }

    /** What a patch does to a session. */
    SessionChanges.Change editing(SessionPatch patch) {
        return (transaction, row) -> {
            Session session = row.session();
            if (patch.hasProgress() && session.status().isFinal()) {
                throw new ProblemException(
                        ProblemType.CONFLICT, "The session is %s; its progress stays".formatted(session.status()));
            }
            Draft draft = patch.applyTo(session);
            if (patch.hasCriteria()) {
                draft.criteria(bound(patch.criteria(), session.technique()));
            }
            if (draft.same().equals(session)) {
                return null;
            }
            return new SessionChanges.Edit(
                    draft.next(changes.now(session)),
                    "session.edited",
                    Map.of("members", List.copyOf(new TreeSet<>(patch.members().keySet()))));
        };
    }

    private Session.@Nullable CriteriaVersion bound(@Nullable Object reference, Technique technique) {
        if (reference == null) {
            return null;
        }
        StoredCriteria stored = CriteriaReference.resolve(reference, criteria);
        SessionCreation.requireApplicable(stored, technique);
        return new Session.CriteriaVersion(
                stored.criteria().name(), stored.criteria().version());
    }

    /**
     * Lets a session that counts as abandoned go on: its job was only late.
     *
     * @throws ProblemException 404, or 409 for one that is not abandoned
     */
    public Session reopen(Caller caller, UUID id) {
        return changes.change(caller, id, null, (transaction, row) -> {
            Session session = row.session();
            if (session.error() == null || !session.error().category().equals(Failures.ABANDONED)) {
                throw new ProblemException(
                        ProblemType.CONFLICT,
                        "The session is %s; only one that failed as abandoned can be reopened"
                                .formatted(session.status()));
            }
            Instant now = changes.now(session);
            return new SessionChanges.Edit(Draft.of(session).reopened(now).next(now), "session.reopened", Map.of());
        });
    }

    /** Fails sessions whose lease has ended; returns how many. */
    public int failAbandoned(int limit) {
        int failed = 0;
        Instant now = Instant.ofEpochMilli(clock.millis());
        for (UUID id : repository.findExpired(now, limit)) {
            Session session = changes.change(Caller.SERVER, id, null, (transaction, row) -> abandoned(row));
            failed += session.status() == SessionStatus.FAILED ? 1 : 0;
        }
        return failed;
    }

    private SessionChanges.@Nullable Edit abandoned(SessionRow row) {
        Session session = row.session();
        Long lease = row.leaseExpiresAt();
        // A heartbeat may have come between the search and this transaction.
        if (session.status().isFinal() || lease == null || lease >= clock.millis()) {
            return null;
        }
        Instant now = changes.now(session);
        Session failed = Draft.of(session)
                .status(
                        SessionStatus.FAILED,
                        new Session.Failure(
                                "The job was silent for longer than its lease of %d s"
                                        .formatted(session.leaseSeconds()),
                                Failures.ABANDONED),
                        now)
                .next(now);
        return new SessionChanges.Edit(failed, "session.abandoned", Map.of("from", session.status()));
    }

    /**
     * What the failure of a session means and what to do about it.
     *
     * @throws ProblemException 404 for one that does not exist or did not fail
     */
    Guidance guidance(UUID id) {
        Session session = find(id);
        Session.Failure error = session.error();
        if (error == null) {
            throw new ProblemException(
                    ProblemType.NOT_FOUND, "The session is %s and has no error".formatted(session.status()));
        }
        return failures.guidance(error.message(), error.category(), session.technique());
    }

    private Session.@Nullable Failure failure(StatusChange change, UUID id) {
        if (change.status() != SessionStatus.FAILED) {
            return null;
        }
        StatusChange.ReportedError error = change.error();
        if (error == null) {
            return new Session.Failure("The job reported no error message", Failures.UNKNOWN);
        }
        String message = Objects.requireNonNull(error.message());
        Technique technique =
                repository.find(id).map(row -> row.session().technique()).orElse(null);
        return new Session.Failure(
                message,
                failures.analyze(message, error.provider(), null, technique).category());
    }
}
