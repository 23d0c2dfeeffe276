package io.hone.audit;

import com.fasterxml.jackson.core.type.TypeReference;
import io.hone.database.Database;
import io.hone.database.Transaction;
import io.hone.http.Caller;
import io.hone.http.Cursor;
import io.hone.http.Json;
import io.hone.http.Page;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;

/** The audit trail. Thread-safe. */
@Singleton
public class Audit {

    private static final TypeReference<Map<String, Object>> DETAIL = new TypeReference<>() {};

    private static final RowMapper<AuditEntry> ENTRY = (row, context) -> new AuditEntry(
            row.getLong("no"),
            Instant.ofEpochMilli(row.getLong("at")),
            row.getString("actor"),
            row.getString("action"),
            row.getString("subject_type"),
            row.getString("subject"),
            row.getString("request_id"),
            Json.read(row.getString("detail"), DETAIL));

    /**
     * Which entries to list; null members do not filter.
     *
     * @param after oldest time, inclusive
     * @param before newest time, exclusive
     */
    public record Filter(
            @Nullable String actor,
            @Nullable String action,
            @Nullable String subjectType,
            @Nullable String subject,
            @Nullable Instant after,
            @Nullable Instant before) {

        /** Every entry about one thing. */
        public static Filter of(String subjectType, String subject) {
            return new Filter(null, null, subjectType, subject, null, null);
        }
    }

    private final Database database;
    private final Clock clock;

    @Inject
    public Audit(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Writes an entry in the transaction of the change. */
    public void write(
            Transaction transaction,
            Caller caller,
            String action,
            String subjectType,
            String subject,
            Map<String, ? extends @Nullable Object> detail) {
        String requestId = caller.requestId().isEmpty() ? null : caller.requestId();
        insert(transaction, clock.millis(), caller.name(), action, subjectType, subject, requestId, detail);
    }

    /** Writes an entry that another server wrote before; it gets a number of its own. */
    public void restore(Transaction transaction, AuditEntry entry) {
        insert(
                transaction,
                entry.at().toEpochMilli(),
                entry.actor(),
                entry.action(),
                entry.subjectType(),
                entry.subject(),
                entry.requestId(),
                entry.detail());
    }

    private static void insert(
            Transaction transaction,
            long at,
            String actor,
            String action,
            String subjectType,
            String subject,
            @Nullable String requestId,
            Map<String, ? extends @Nullable Object> detail) {
        transaction.run("audit.insert", handle -> handle.createUpdate("""
                        INSERT INTO audit (at, actor, action, subject_type, subject, request_id, detail)
                        VALUES (:at, :actor, :action, :subjectType, :subject, :requestId, :detail)
                        """)
                .bind("at", at)
                .bind("actor", actor)
                .bind("action", action)
                .bind("subjectType", subjectType)
                .bind("subject", subject)
                .bind("requestId", requestId)
                .bind("detail", Json.write(detail))
                .execute());
    }

    /**
     * One page of entries.
     *
     * @param oldestFirst order by time
     * @param cursor of the page before, or null for the first
     */
    public Page<AuditEntry> list(Filter filter, boolean oldestFirst, @Nullable String cursor, int limit) {
        Cursor position = Cursor.decode(cursor, oldestFirst ? "audit" : "-audit", 1);
        Map<String, Object> bound = new LinkedHashMap<>();
        StringBuilder where = new StringBuilder("1 = 1");
        restrict(where, bound, "actor = :actor", "actor", filter.actor());
        restrict(where, bound, "action = :action", "action", filter.action());
        restrict(where, bound, "subject_type = :subjectType", "subjectType", filter.subjectType());
        restrict(where, bound, "subject = :subject", "subject", filter.subject());
        restrict(where, bound, "at >= :after", "after", millis(filter.after()));
        restrict(where, bound, "at < :before", "before", millis(filter.before()));
        restrict(
                where,
                bound,
                oldestFirst ? "no > :position" : "no < :position",
                "position",
                position == null ? null : position.number(0));
        String sql = """
                SELECT no, at, actor, action, subject_type, subject, request_id, detail
                  FROM audit
                 WHERE %s
                 ORDER BY no %s
                 LIMIT :limit
                """.formatted(where, oldestFirst ? "ASC" : "DESC");
        List<AuditEntry> entries = database.read("audit.list", handle -> handle.createQuery(sql)
                .bindMap(bound)
                .bind("limit", limit + 1)
                .map(ENTRY)
                .list());
        if (entries.size() <= limit) {
            return Page.whole(entries);
        }
        List<AuditEntry> items = entries.subList(0, limit);
        String last = Long.toString(items.get(limit - 1).id());
        return new Page<>(items, new Cursor(oldestFirst ? "audit" : "-audit", List.of(last)).encode());
    }

    private static @Nullable Long millis(@Nullable Instant time) {
        return time == null ? null : time.toEpochMilli();
    }

    private static void restrict(
            StringBuilder where, Map<String, Object> bound, String condition, String name, @Nullable Object value) {
        if (value != null) {
            where.append(" AND ").append(condition);
            bound.put(name, value);
        }
    }
}
