package io.hone.sessions;

import io.hone.audit.Audit;
import io.hone.criteria.CriteriaSets;
import io.hone.criteria.StoredCriteria;
import io.hone.criteria.Technique;
import io.hone.criteria.Verdict;
import io.hone.database.Transaction;
import io.hone.http.Caller;
import io.hone.http.ProblemException;
import io.hone.http.ProblemType;
import io.hone.http.Uuids;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes a session out of what a client sent, and stores it. Thread-safe. */
@Singleton
class SessionCreation {

    private final SessionRepository repository;
    private final CriteriaSets criteria;
    private final Audit audit;
    private final Settings settings;
    private final Clock clock;

    @Inject
    SessionCreation(SessionRepository repository, CriteriaSets criteria, Audit audit, Settings settings, Clock clock) {
        this.repository = repository;
        this.criteria = criteria;
        this.audit = audit;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Creates in a transaction.
     *
     * @param body checked
     * @throws ProblemException 422 for criteria, parent or baseline that do not exist or fit; 409 if the id is taken
     */
    Session create(Transaction transaction, Caller caller, NewSession body) {
        StoredCriteria judgedBy = body.criteria() == null ? null : CriteriaReference.resolve(body.criteria(), criteria);
        if (judgedBy != null) {
            requireApplicable(judgedBy, Objects.requireNonNull(body.technique()));
        }
        Session session = session(caller, body, judgedBy);
        insert(transaction, caller, session, judgedBy);
        return session;
    }

    private Session session(Caller caller, NewSession body, @Nullable StoredCriteria judgedBy) {
        Instant now = Instant.ofEpochMilli(clock.millis());
        long defaultLease = settings.get(SettingsCatalogue.LEASE_DEFAULT);
        Integer lease = body.leaseSeconds() != null
                ? body.leaseSeconds()
                : defaultLease == 0 ? null : Integer.valueOf((int) defaultLease);
        Map<String, String> tags = new LinkedHashMap<>();
        if (body.tags() != null) {
            body.tags().forEach((key, value) -> tags.put(key, Objects.requireNonNull(value)));
        }
        Baseline baseline = Baseline.ofRequest(body.baseline());
        Session session = new Session(
                body.id() == null ? Uuids.create() : body.id(),
                body.parentId(),
                Objects.requireNonNull(body.name()),
                body.project() == null ? NewSession.DEFAULT_PROJECT : body.project(),
                Objects.requireNonNull(body.model()),
                Objects.requireNonNull(body.technique()),
                SessionStatus.PENDING,
                null,
                judgedBy == null
                        ? null
                        : new Session.CriteriaVersion(
                                judgedBy.criteria().name(), judgedBy.criteria().version()),
                baseline,
                null,
                body.params() == null ? Map.of() : body.params(),
                tags,
                body.notes(),
                Map.of(),
                null,
                caller.name(),
                now,
                null,
                null,
                now,
                null,
                lease,
                1,
                0,
                null);
        return judgedBy == null
                ? session
                : Draft.of(session).verdict(Verdict.UNDECIDED).same();
    }

    private void insert(Transaction transaction, Caller caller, Session session, @Nullable StoredCriteria judgedBy) {
        long parentNo = session.parentId() == null ? 0 : parent(transaction, session.parentId());
        if (session.baseline() != null && session.baseline().sessionId() != null) {
            existing(transaction, session.baseline().sessionId(), "/baseline");
        }
        boolean inserted = repository.insert(
                transaction,
                session,
                parentNo,
                judgedBy == null ? null : judgedBy.no(),
                SessionChanges.leaseEnd(session, clock.millis()));
        if (!inserted) {
            throw new ProblemException(ProblemType.CONFLICT, "There is a session %s already".formatted(session.id()));
        }
        if (parentNo > 0) {
            repository.countChildren(transaction, parentNo, 1);
        }
        transaction.defer(SessionCounts.ADD, SessionCounts.difference(null, session));
        audit.write(
                transaction,
                caller,
                "session.created",
                "session",
                session.id().toString(),
                Map.of("name", session.name(), "technique", session.technique()));
    }

    private long parent(Transaction transaction, UUID id) {
        // Locked: it must not go into the bin while it gets a child.
        SessionRow parent = repository
                .lock(transaction, id)
                .orElseThrow(() -> ProblemException.invalid("/parent_id", "names a session that does not exist"));
        if (parent.session().deletedAt() != null) {
            throw ProblemException.invalid("/parent_id", "names a session that is in the bin");
        }
        return parent.no();
    }

    private long existing(Transaction transaction, UUID id, String pointer) {
        return repository
                .find(transaction, id)
                .map(SessionRow::no)
                .orElseThrow(() -> ProblemException.invalid(pointer, "names a session that does not exist"));
    }

    /** @throws ProblemException 422 for criteria that are for other techniques */
    static void requireApplicable(StoredCriteria judgedBy, Technique technique) {
        if (!judgedBy.criteria().techniques().isEmpty()
                && !judgedBy.criteria().techniques().contains(technique)) {
            throw ProblemException.invalid(
                    "/criteria",
                    "%s apply to %s only"
                            .formatted(
                                    judgedBy.criteria().name(),
                                    judgedBy.criteria().techniques()));
        }
    }
}
