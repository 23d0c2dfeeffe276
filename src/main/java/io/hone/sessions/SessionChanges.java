package io.hone.sessions;

import io.hone.audit.Audit;
import io.hone.database.Database;
import io.hone.database.Transaction;
import io.hone.events.Events;
import io.hone.failures.Failures;
import io.hone.http.Caller;
import io.hone.http.EntityTags;
import io.hone.http.ProblemException;
import io.hone.http.ProblemType;
import io.hone.sessions.SessionChanged.Kind;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The one way in which a session changes: locked, checked, judged, counted, audited in one transaction, and told after
 * it. Thread-safe.
 */
@Singleton
class SessionChanges {

    /**
     * What a change makes of a session.
     *
     * @param action for the audit; null for what is too small to be audited
     */
    record Edit(Session session, @Nullable String action, Map<String, ?> detail) {}

    /** Decides on a change; sees the session as nobody else can change it. */
    @FunctionalInterface
    interface Change {

        /** What becomes of it; null to leave it as it is. */
        @Nullable
        Edit apply(Transaction transaction, SessionRow row);
    }

    /** A session after a change was tried. */
    record Outcome(Session session, boolean changed) {}

    private final SessionRepository repository;
    private final Judging judging;
    private final Database database;
    private final Audit audit;
    private final Events events;
    private final Clock clock;

    @Inject
    SessionChanges(
            SessionRepository repository, Judging judging, Database database, Audit audit, Events events, Clock clock) {
        this.repository = repository;
        this.judging = judging;
        this.database = database;
        this.audit = audit;
        this.events = events;
        this.clock = clock;
    }

    /**
     * Changes a session in a transaction of its own.
     *
     * @param condition {@code If-Match}, or null
     * @return the session as it is then
     * @throws ProblemException 404, 409 for one in the bin, 412, and what the change throws
     */
    Session change(Caller caller, UUID id, @Nullable String condition, Change change) {
        Outcome outcome = database.write(transaction -> {
            SessionRow row = locked(transaction, id);
            EntityTags.check(condition, row.session().version());
            return apply(transaction, caller, row, change);
        });
        tell(outcome.changed() ? List.of(outcome.session()) : List.of(), Kind.CHANGED);
        return outcome.session();
    }

    /**
     * Changes a session that the transaction has locked; {@link #tell} is to be called after it.
     *
     * @throws ProblemException 409 for one in the bin, and what the change throws; nothing is stored then
     */
    Outcome apply(Transaction transaction, Caller caller, SessionRow row, Change change) {
        requireNotDeleted(row.session());
        Edit edit = change.apply(transaction, row);
        if (edit == null) {
            return new Outcome(row.session(), false);
        }
        Session stored = store(transaction, row, edit.session());
        if (edit.action() != null) {
            audit.write(
                    transaction, caller, edit.action(), "session", stored.id().toString(), edit.detail());
        }
        return new Outcome(stored, true);
    }

    /** Tells what has become of sessions. To be called after the transaction. */
    void tell(List<Session> sessions, Kind kind) {
        sessions.forEach(session -> events.fire(new SessionChanged(session, kind)));
    }

    /** @throws ProblemException 404 */
    SessionRow locked(Transaction transaction, UUID id) {
        return repository.lock(transaction, id).orElseThrow(() -> ProblemException.notFound("session", id));
    }

    /** The clock may step back; a session's times never do. */
    Instant now(Session session) {
        Instant now = Instant.ofEpochMilli(clock.millis());
        return now.isBefore(session.updatedAt()) ? session.updatedAt() : now;
    }

    /** When a lease that is renewed now ends, in UTC epoch milliseconds; null for a session without one. */
    static @Nullable Long leaseEnd(Session session, long nowMillis) {
        return session.leaseSeconds() == null ? null : nowMillis + session.leaseSeconds() * 1_000L;
    }

    /** The problem of a writer that comes too late. */
    static ProblemException ended(Session session) {
        boolean abandoned =
                session.error() != null && session.error().category().equals(Failures.ABANDONED);
        return new ProblemException(
                        ProblemType.CONFLICT,
                        abandoned
                                ? "The session counts as abandoned: its lease ended while the job was silent. POST …/reopen lets it go on"
                                : "The session is %s and takes no more steps".formatted(session.status()))
                .with(Map.of("current_status", session.status(), "allowed", List.of()));
    }

    /** @throws ProblemException 409 for a session in the bin */
    static void requireNotDeleted(Session session) {
        if (session.deletedAt() != null) {
            throw new ProblemException(ProblemType.CONFLICT, "The session is in the bin; restore it to change it");
        }
    }

    /** Stores a session that the transaction has locked, judged as it is now, and renews its lease. */
    Session store(Transaction transaction, SessionRow before, Session edited) {
        Judging.Judged judged = judging.judge(transaction, edited);
        SessionRow after = before.with(
                judged.session(),
                judged.criteriaNo(),
                edited.status().isFinal() ? null : leaseEnd(edited, clock.millis()));
        repository.update(transaction, after, judged.judgement());
        repository.updateDescription(transaction, before.session(), after);
        transaction.defer(SessionCounts.ADD, SessionCounts.difference(before.session(), after.session()));
        return after.session();
    }
}
