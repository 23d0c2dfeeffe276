package io.hone.sessions;

import io.hone.criteria.Judgement;
import io.hone.criteria.Verdict;
import io.hone.database.Database;
import io.hone.database.Transaction;
import io.hone.http.Json;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/** The {@code session} table. Thread-safe. */
@Singleton
class SessionRepository {

    /** What the verdict column has for a session without criteria: never NULL, so that indexes serve it. */
    static final String NO_VERDICT = "none";

    /** Rows read by one statement. */
    private static final int MOST_AT_ONCE = 500;

    private static final String FIND =
            SessionRows.SELECT + "  FROM session s\n" + SessionRows.JOINS + " WHERE s.id = :id ORDER BY s.no";

    /**
     * What is stored of a judgement beside the verdict.
     *
     * @param judgement JSON, or null when never judged
     */
    record StoredJudgement(@Nullable String judgement) {}

    private final Database database;

    @Inject
    SessionRepository(Database database) {
        this.database = database;
    }

    Optional<SessionRow> find(UUID id) {
        return database.read("session.find", handle -> one(handle, id));
    }

    /** A session that is about to change: locked until the transaction ends where writers run side by side. */
    Optional<SessionRow> lock(Transaction transaction, UUID id) {
        if (!transaction.forUpdate().isEmpty()) {
            transaction.run("session.lock", handle -> handle.createQuery(
                            "SELECT no FROM session WHERE id = :id" + transaction.forUpdate())
                    .bind("id", id.toString())
                    .mapTo(Long.class)
                    .findOne());
        }
        return find(transaction, id);
    }

    /** Sessions by id, in no order; those that do not exist are left out. */
    List<SessionRow> findAll(Collection<UUID> ids) {
        return database.read("session.find_all", handle -> handle.createQuery(SessionRows.SELECT + "  FROM session s\n"
                        + SessionRows.JOINS + " WHERE s.id IN (<ids>) ORDER BY s.no")
                .bindList("ids", ids.stream().map(UUID::toString).toList())
                .scanResultSet(SessionRows.SCANNER));
    }

    Optional<SessionRow> find(Transaction transaction, UUID id) {
        return transaction.run("session.find", handle -> one(handle, id));
    }

    /** Stores a new session; false if the id is taken. */
    boolean insert(
            Transaction transaction, Session session, long parentNo, @Nullable Long criteriaNo, @Nullable Long lease) {
        int rows = transaction.run("session.insert", handle -> handle.createUpdate("""
                        INSERT INTO session (id, parent_no, name, project, model, technique, status, criteria_no,
                                             baseline, verdict, params, tags, notes, search_text, owner, lease_seconds,
                                             lease_expires_at, created_at, updated_at, version)
                        VALUES (:id, :parentNo, :name, :project, :model, :technique, :status, :criteriaNo,
                                :baseline, :verdict, :params, :tags, :notes, :searchText, :owner, :leaseSeconds,
                                :leaseExpiresAt, :createdAt, :createdAt, :version)
                        ON CONFLICT (id) DO NOTHING
                        """)
                .bind("id", session.id().toString())
                .bind("parentNo", parentNo)
                .bind("name", session.name())
                .bind("project", session.project())
                .bind("model", session.model())
                .bind("technique", session.technique().label())
                .bind("status", session.status().label())
                .bind("criteriaNo", criteriaNo)
                .bind("baseline", session.baseline() == null ? null : Json.write(session.baseline()))
                .bind("verdict", verdict(session.verdict()))
                .bind("params", Json.write(session.params()))
                .bind("tags", Json.write(session.tags()))
                .bind("notes", session.notes())
                .bind("searchText", searchText(session))
                .bind("owner", session.owner())
                .bind("leaseSeconds", session.leaseSeconds())
                .bind("leaseExpiresAt", lease)
                .bind("createdAt", session.createdAt().toEpochMilli())
                .bind("version", session.version())
                .execute());
        if (rows == 1 && !session.tags().isEmpty()) {
            insertTags(transaction, session);
        }
        if (rows == 1) {
            insertProject(transaction, session.project());
        }
        return rows == 1;
    }

    /** Number of the row of a session; empty if there is none. */
    Optional<Long> number(Transaction transaction, UUID id) {
        return transaction.run("session.number", handle -> handle.createQuery("SELECT no FROM session WHERE id = :id")
                .bind("id", id.toString())
                .mapTo(Long.class)
                .findOne());
    }

    /** Whether a session is among those above it, which nothing may make it. */
    boolean isItsOwnAncestor(Transaction transaction, long no) {
        return transaction.run("session.ancestors", handle -> handle.createQuery("""
                        WITH RECURSIVE above (no) AS (
                            SELECT parent_no FROM session WHERE no = :no
                            UNION
                            SELECT s.parent_no FROM above a JOIN session s ON s.no = a.no)
                        SELECT COUNT(*) FROM above WHERE no = :no
                        """)
                        .bind("no", no)
                        .mapTo(Long.class)
                        .one())
                > 0;
    }

    /** Stores whose child a session is. */
    void setParent(Transaction transaction, long no, long parentNo) {
        transaction.run("session.set_parent", handle -> handle.createUpdate(
                        "UPDATE session SET parent_no = :parentNo WHERE no = :no")
                .bind("parentNo", parentNo)
                .bind("no", no)
                .execute());
    }

    /** Stores how many children a session has that nobody has read yet. */
    void setChildren(Transaction transaction, long no, int number) {
        transaction.run("session.set_children", handle -> handle.createUpdate(
                        "UPDATE session SET children = :number WHERE no = :no")
                .bind("number", number)
                .bind("no", no)
                .execute());
    }

    /** Adds to the children of a session: a new version of it, since it reads otherwise. */
    void countChildren(Transaction transaction, long no, int more) {
        transaction.run("session.count_children", handle -> handle.createUpdate(
                        "UPDATE session SET children = children + :more, version = version + 1 WHERE no = :no")
                .bind("more", more)
                .bind("no", no)
                .execute());
    }

    private static void insertProject(Transaction transaction, String name) {
        transaction.run("project.insert", handle -> handle.createUpdate(
                        "INSERT INTO project (name) VALUES (:name) ON CONFLICT (name) DO NOTHING")
                .bind("name", name)
                .execute());
    }

    /** What the search looks at, in lower case: SQLite itself knows the letters of ASCII only. */
    static String searchText(Session session) {
        String notes = session.notes() == null ? "" : session.notes();
        return String.join("\n", session.name(), session.model(), notes).toLowerCase(Locale.ROOT);
    }

    private void insertTags(Transaction transaction, Session session) {
        transaction.run("session.insert_tags", handle -> {
            PreparedBatch batch = handle.prepareBatch("""
                    INSERT INTO session_tag (tag_key, tag_value, session_no)
                    SELECT :key, :value, no FROM session WHERE id = :id
                    """);
            session.tags().forEach((key, value) -> batch.bind("key", key)
                    .bind("value", value)
                    .bind("id", session.id().toString())
                    .add());
            return batch.execute().length;
        });
    }

    /** Stores what may change in the life of a session. */
    void update(Transaction transaction, SessionRow row, @Nullable Judgement judgement) {
        Session session = row.session();
        transaction.run("session.update", handle -> bindLife(handle.createUpdate("""
                        UPDATE session
                           SET status = :status, progress = :progress, criteria_no = :criteriaNo, verdict = :verdict,
                               judgement = :judgement,
                               error_message = :errorMessage, error_category = :errorCategory,
                               lease_expires_at = :leaseExpiresAt, started_at = :startedAt, ended_at = :endedAt,
                               updated_at = :updatedAt, duration_ms = :durationMs, version = :version
                         WHERE no = :no
                        """), row, session)
                .bind("judgement", judgement == null ? null : Json.write(judgement))
                .bind("leaseExpiresAt", row.leaseExpiresAt())
                .execute());
    }

    /** Stores what somebody may edit, where that has changed. */
    void updateDescription(Transaction transaction, Session before, SessionRow after) {
        Session session = after.session();
        boolean tagged = !session.tags().equals(before.tags());
        boolean moved = !session.project().equals(before.project());
        boolean described = !session.name().equals(before.name()) || !Objects.equals(session.notes(), before.notes());
        if (!tagged && !moved && !described) {
            return;
        }
        transaction.run("session.update_description", handle -> handle.createUpdate("""
                        UPDATE session
                           SET name = :name, project = :project, tags = :tags, notes = :notes, search_text = :searchText
                         WHERE no = :no
                        """)
                .bind("name", session.name())
                .bind("project", session.project())
                .bind("tags", Json.write(session.tags()))
                .bind("notes", session.notes())
                .bind("searchText", searchText(session))
                .bind("no", after.no())
                .execute());
        if (tagged) {
            transaction.run("session.delete_tags", handle -> handle.createUpdate(
                            "DELETE FROM session_tag WHERE session_no = :no")
                    .bind("no", after.no())
                    .execute());
            insertTags(transaction, session);
        }
        if (moved) {
            insertProject(transaction, session.project());
        }
    }

    /** A session and all below it, whether in the bin or not, parents before children; locked like {@link #lock}. */
    List<SessionRow> family(Transaction transaction, long no) {
        List<Long> numbers = transaction.run(
                "session.family",
                handle ->
                        handle.createQuery("""
                        WITH RECURSIVE family (no) AS (
                            SELECT no FROM session WHERE no = :no
                            UNION
                            SELECT s.no FROM family f JOIN session s ON s.parent_no = f.no AND s.parent_no > 0)
                        SELECT no FROM family ORDER BY no
                        """).bind("no", no).mapTo(Long.class).list());
        List<SessionRow> rows = new ArrayList<>();
        for (int from = 0; from < numbers.size(); from += MOST_AT_ONCE) {
            List<Long> some = numbers.subList(from, Math.min(numbers.size(), from + MOST_AT_ONCE));
            if (!transaction.forUpdate().isEmpty()) {
                transaction.run("session.lock_family", handle -> handle.createQuery(
                                "SELECT no FROM session WHERE no IN (<numbers>) ORDER BY no" + transaction.forUpdate())
                        .bindList("numbers", some)
                        .mapTo(Long.class)
                        .list());
            }
            rows.addAll(transaction.run("session.find_family", handle -> handle.createQuery(SessionRows.SELECT
                            + "  FROM session s\n" + SessionRows.JOINS + " WHERE s.no IN (<numbers>) ORDER BY s.no")
                    .bindList("numbers", some)
                    .scanResultSet(SessionRows.SCANNER)));
        }
        return rows;
    }

    /**
     * Stores that a session is in the bin or back from it.
     *
     * @param deletedWith number of the session whose deletion took it; null where it is back
     */
    void move(Transaction transaction, long no, Session session, @Nullable Long deletedWith, @Nullable Long lease) {
        transaction.run("session.move", handle -> handle.createUpdate("""
                        UPDATE session
                           SET deleted_at = :deletedAt, deleted_with = :deletedWith, children = :children,
                               lease_expires_at = :lease, updated_at = :updatedAt, duration_ms = :durationMs,
                               version = :version
                         WHERE no = :no
                        """)
                .bind("deletedAt", millis(session.deletedAt()))
                .bind("deletedWith", deletedWith)
                .bind("children", session.children())
                .bind("lease", lease)
                .bind("updatedAt", session.updatedAt().toEpochMilli())
                .bind("durationMs", session.durationMs())
                .bind("version", session.version())
                .bind("no", no)
                .execute());
    }

    /** Deletes sessions with all that was recorded of them. */
    void purge(Transaction transaction, List<Long> numbers) {
        for (String table : List.of("step", "session_metric", "session_tag")) {
            transaction.run("session.purge_" + table, handle -> {
                PreparedBatch batch = handle.prepareBatch("DELETE FROM " + table + " WHERE session_no = :no");
                numbers.forEach(no -> batch.bind("no", no).add());
                return batch.execute().length;
            });
        }
        transaction.run("session.purge", handle -> {
            PreparedBatch batch = handle.prepareBatch("DELETE FROM session WHERE no = :no");
            numbers.forEach(no -> batch.bind("no", no).add());
            return batch.execute().length;
        });
    }

    /** What the last judgement found, as JSON; null when never judged. */
    @Nullable
    String findJudgement(UUID id) {
        return database.read("session.judgement", handle -> handle.createQuery(
                                "SELECT judgement FROM session WHERE id = :id")
                        .bind("id", id.toString())
                        .map((row, context) -> new StoredJudgement(row.getString(1)))
                        .one())
                .judgement();
    }

    /** Stores when the lease of a session ends; null for one without. */
    void renewLease(Transaction transaction, long no, @Nullable Long expiresAt) {
        transaction.run("session.renew_lease", handle -> handle.createUpdate(
                        "UPDATE session SET lease_expires_at = :expiresAt WHERE no = :no")
                .bind("expiresAt", expiresAt)
                .bind("no", no)
                .execute());
    }

    /** Ids of sessions whose lease ended before a time. */
    List<UUID> findExpired(Instant bound, int limit) {
        return database.read("session.expired", handle -> handle.createQuery("""
                        SELECT id
                          FROM session
                         WHERE lease_expires_at < :bound
                         ORDER BY lease_expires_at
                         LIMIT :limit
                        """)
                .bind("bound", bound.toEpochMilli())
                .bind("limit", limit)
                .map((row, context) -> UUID.fromString(row.getString(1)))
                .list());
    }

    static String verdict(@Nullable Verdict verdict) {
        return verdict == null ? NO_VERDICT : verdict.label();
    }

    private static <S extends SqlStatement<S>> S bindLife(S statement, SessionRow row, Session session) {
        return statement
                .bind("no", row.no())
                .bind("status", session.status().label())
                .bind("progress", session.progress())
                .bind("criteriaNo", row.criteriaNo())
                .bind("verdict", verdict(session.verdict()))
                .bind(
                        "errorMessage",
                        session.error() == null ? null : session.error().message())
                .bind(
                        "errorCategory",
                        session.error() == null ? null : session.error().category())
                .bind("startedAt", millis(session.startedAt()))
                .bind("endedAt", millis(session.endedAt()))
                .bind("updatedAt", session.updatedAt().toEpochMilli())
                .bind("durationMs", session.durationMs())
                .bind("version", session.version());
    }

    private static @Nullable Long millis(@Nullable Instant time) {
        return time == null ? null : time.toEpochMilli();
    }

    private static Optional<SessionRow> one(Handle handle, UUID id) {
        List<SessionRow> rows =
                handle.createQuery(FIND).bind("id", id.toString()).scanResultSet(SessionRows.SCANNER);
        return rows.stream().findFirst();
    }
}
