package io.hone.sessions;

import io.hone.audit.Audit;
import io.hone.database.Database;
import io.hone.database.Transaction;
import io.hone.events.Events;
import io.hone.http.Caller;
import io.hone.http.EntityTags;
import io.hone.http.ProblemException;
import io.hone.http.ProblemType;
import io.hone.sessions.SessionChanged.Kind;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Moves sessions to the bin, back, and out of the world. A session takes the sessions below it along and brings back
 * those that it took. What is in the bin is neither listed nor counted, and takes no changes. Thread-safe.
 */
@Singleton
class SessionBin {

    private final SessionRepository repository;
    private final SessionChanges changes;
    private final Database database;
    private final Audit audit;
    private final Events events;
    private final Clock clock;

    @Inject
    SessionBin(
            SessionRepository repository,
            SessionChanges changes,
            Database database,
            Audit audit,
            Events events,
            Clock clock) {
        this.repository = repository;
        this.changes = changes;
        this.database = database;
        this.audit = audit;
        this.events = events;
        this.clock = clock;
    }

    /**
     * Moves a session and those below it to the bin; one that is there stays as it is.
     *
     * @param condition {@code If-Match}, or null
     * @throws ProblemException 404, 412
     */
    void delete(Caller caller, UUID id, @Nullable String condition) {
        List<Session> moved = database.write(transaction -> {
            SessionRow row = locked(transaction, id);
            EntityTags.check(condition, row.session().version());
            return delete(transaction, caller, row);
        });
        changes.tell(moved, Kind.DELETED);
    }

    /**
     * Brings a session back with those that went with it; one that is not in the bin stays as it is.
     *
     * @throws ProblemException 404, or 409 while its parent is in the bin
     */
    Session restore(Caller caller, UUID id) {
        List<Session> moved = database.write(transaction -> restore(transaction, caller, locked(transaction, id)));
        changes.tell(moved, Kind.RESTORED);
        return repository
                .find(id)
                .orElseThrow(() -> ProblemException.notFound("session", id))
                .session();
    }

    /**
     * Deletes a session in the bin and those below it for good. Their audit stays.
     *
     * @throws ProblemException 404, or 409 unless it is in the bin
     */
    void purge(Caller caller, UUID id) {
        List<Session> purged = database.write(transaction -> {
            SessionRow root = locked(transaction, id);
            if (root.session().deletedAt() == null) {
                throw new ProblemException(
                        ProblemType.CONFLICT, "The session is not in the bin; DELETE moves it there");
            }
            // What is below the bin is in it; a session that were not must not go unseen.
            List<SessionRow> rows = repository.family(transaction, root.no());
            if (rows.stream().anyMatch(row -> row.session().deletedAt() == null)) {
                throw new ProblemException(
                        ProblemType.CONFLICT, "Not all sessions below it are in the bin; delete those first");
            }
            repository.purge(transaction, rows.stream().map(SessionRow::no).toList());
            for (SessionRow row : rows) {
                write(
                        transaction,
                        caller,
                        "session.purged",
                        row,
                        Map.of("name", row.session().name()));
            }
            return rows.stream().map(SessionRow::session).toList();
        });
        purged.forEach(session -> events.fire(new SessionPurged(session.id(), session.parentId())));
    }

    /** Moves a session that the transaction has locked; {@link SessionChanges#tell} is to be called after it. */
    List<Session> delete(Transaction transaction, Caller caller, SessionRow root) {
        if (root.session().deletedAt() != null) {
            return List.of();
        }
        Instant time = Instant.ofEpochMilli(clock.millis());
        List<SessionRow> rows = repository.family(transaction, root.no()).stream()
                .filter(row -> row.session().deletedAt() == null)
                .toList();
        return move(transaction, caller, rows, root, time);
    }

    /**
     * Brings back a session that the transaction has locked; {@link SessionChanges#tell} is to be called after it.
     *
     * @throws ProblemException 409 while its parent is in the bin
     */
    List<Session> restore(Transaction transaction, Caller caller, SessionRow root) {
        if (root.session().deletedAt() == null) {
            return List.of();
        }
        UUID parent = root.session().parentId();
        if (parent != null && isDeleted(transaction, parent)) {
            throw new ProblemException(
                    ProblemType.CONFLICT,
                    "The session's parent %s is in the bin; restore that first".formatted(parent));
        }
        List<SessionRow> rows = repository.family(transaction, root.no()).stream()
                .filter(row -> Objects.equals(row.deletedWith(), root.deletedWith()))
                .toList();
        return move(transaction, caller, rows, root, null);
    }

    /**
     * A session, locked after its parent: whoever needs both locks them in this order, or two would wait for each other.
     *
     * @throws ProblemException 404
     */
    SessionRow locked(Transaction transaction, UUID id) {
        repository
                .find(transaction, id)
                .map(row -> row.session().parentId())
                .ifPresent(parent -> repository.lock(transaction, parent));
        return changes.locked(transaction, id);
    }

    private boolean isDeleted(Transaction transaction, UUID id) {
        return repository
                .find(transaction, id)
                .map(row -> row.session().deletedAt() != null)
                .orElse(false);
    }

    /** @param deletedAt null to bring back */
    private List<Session> move(
            Transaction transaction,
            Caller caller,
            List<SessionRow> rows,
            SessionRow root,
            @Nullable Instant deletedAt) {
        int one = deletedAt == null ? 1 : -1;
        if (root.parentNo() > 0) {
            repository.countChildren(transaction, root.parentNo(), one);
        }
        Map<Long, Long> children =
                rows.stream().collect(Collectors.groupingBy(SessionRow::parentNo, Collectors.counting()));
        List<Session> moved = new ArrayList<>();
        for (SessionRow row : rows) {
            Session before = row.session();
            int moving = children.getOrDefault(row.no(), 0L).intValue();
            Session after = Draft.of(before)
                    .deletedAt(deletedAt)
                    .children(before.children() + one * moving)
                    .next(changes.now(before));
            Long lease = deletedAt != null || after.status().isFinal()
                    ? null
                    : SessionChanges.leaseEnd(after, clock.millis());
            repository.move(transaction, row.no(), after, deletedAt == null ? null : root.no(), lease);
            transaction.defer(SessionCounts.ADD, SessionCounts.difference(before, after));
            write(
                    transaction,
                    caller,
                    deletedAt == null ? "session.restored" : "session.deleted",
                    row,
                    row.no() == root.no()
                            ? Map.of()
                            : Map.of("with", root.session().id()));
            moved.add(after);
        }
        return moved;
    }

    private void write(Transaction transaction, Caller caller, String action, SessionRow row, Map<String, ?> detail) {
        audit.write(transaction, caller, action, "session", row.session().id().toString(), detail);
    }
}
