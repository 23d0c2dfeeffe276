package io.hone.sessions;

import io.hone.database.Transaction;
import io.hone.database.Transaction.Deferred;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/**
 * The counts behind the dashboard, kept in the transaction of every change. A session contributes to a fixed set of
 * counts that follows from what it is; a change adds the difference of its contributions after and before. So the
 * counts are at any moment the sum over all sessions, which a recount can check.
 */
final class SessionCounts {

    /** What is counted; the names are stored. */
    enum Kind {
        /** Sessions created, completed, failed, in the bucket of that event. */
        FLOW,
        /** Sessions by status, in the bucket of their creation, as all that follow. */
        STATUS,
        TECHNIQUE,
        VERDICT,
        MODEL,
        /** Completed, and completed or failed, sessions of a model. */
        MODEL_COMPLETED,
        MODEL_ENDED,
        FAILURE,
        /** Ended sessions by duration, in bins of {@link DurationBins}, and the sum of their milliseconds. */
        DURATION,
        DURATION_SUM
    }

    /** One count. */
    record Key(String scope, Grain grain, long bucket, Kind kind, String item) implements Comparable<Key> {

        @Override
        public int compareTo(Key other) {
            int order = scope.compareTo(other.scope);
            order = order != 0 ? order : grain.compareTo(other.grain);
            order = order != 0 ? order : Long.compare(bucket, other.bucket);
            order = order != 0 ? order : kind.compareTo(other.kind);
            return order != 0 ? order : item.compareTo(other.item);
        }
    }

    /** Scope of all projects together. */
    static final String ALL = "";

    /**
     * The changes of all writes in a transaction, added up: busy servers touch the same few counts over and over. Sorted,
     * so that two transactions side by side lock them in the same order.
     */
    static final Deferred<Map<Key, Long>> ADD = SessionCounts::add;

    private SessionCounts() {}

    /** What a change of a session does to the counts; before is null for a new one. */
    static Map<Key, Long> difference(@Nullable Session before, @Nullable Session after) {
        Map<Key, Long> difference = new HashMap<>();
        if (before != null) {
            contributions(before, (key, n) -> difference.merge(key, -n, Long::sum));
        }
        if (after != null) {
            contributions(after, (key, n) -> difference.merge(key, n, Long::sum));
        }
        difference.values().removeIf(n -> n == 0);
        return difference;
    }

    /** Everything a session counts for. */
    static void contributions(Session session, BiConsumer<Key, Long> count) {
        Instant created = session.createdAt();
        add(session, created, Kind.FLOW, "created", 1, count);
        add(session, created, Kind.STATUS, session.status().label(), 1, count);
        add(session, created, Kind.TECHNIQUE, session.technique().label(), 1, count);
        add(session, created, Kind.MODEL, session.model(), 1, count);
        if (session.verdict() != null) {
            add(session, created, Kind.VERDICT, session.verdict().label(), 1, count);
        }
        Instant ended = session.endedAt();
        if (ended == null) {
            return;
        }
        boolean completed = session.status() == SessionStatus.COMPLETED;
        if (completed || session.status() == SessionStatus.FAILED) {
            add(session, ended, Kind.FLOW, session.status().label(), 1, count);
            add(session, created, Kind.MODEL_ENDED, session.model(), 1, count);
            if (completed) {
                add(session, created, Kind.MODEL_COMPLETED, session.model(), 1, count);
            }
        }
        if (session.error() != null) {
            add(session, created, Kind.FAILURE, session.error().category(), 1, count);
        }
        Long duration = session.durationMs();
        if (duration != null) {
            add(session, created, Kind.DURATION, Integer.toString(DurationBins.of(duration)), 1, count);
            add(session, created, Kind.DURATION_SUM, "", duration, count);
        }
    }

    private static void add(Session session, Instant at, Kind kind, String item, long n, BiConsumer<Key, Long> count) {
        for (Grain grain : Grain.values()) {
            long bucket = grain.bucketOf(at).toEpochMilli();
            count.accept(new Key(ALL, grain, bucket, kind, item), n);
            count.accept(new Key(session.project(), grain, bucket, kind, item), n);
        }
    }

    private static void add(Transaction transaction, List<Map<Key, Long>> differences) {
        Map<Key, Long> sum = new TreeMap<>();
        for (Map<Key, Long> difference : differences) {
            difference.forEach((key, n) -> sum.merge(key, n, Long::sum));
        }
        sum.values().removeIf(n -> n == 0);
        if (sum.isEmpty()) {
            return;
        }
        transaction.run("session_count.add", handle -> {
            PreparedBatch batch = handle.prepareBatch("""
                    INSERT INTO session_count (scope, grain, bucket, kind, item, n)
                    VALUES (?, ?, ?, ?, ?, ?)
                    ON CONFLICT (scope, grain, bucket, kind, item)
                    DO UPDATE SET n = session_count.n + excluded.n
                    """);
            sum.forEach((key, n) -> batch.bind(0, key.scope())
                    .bind(1, key.grain().code())
                    .bind(2, key.bucket())
                    .bind(3, key.kind().name())
                    .bind(4, key.item())
                    .bind(5, n)
                    .add());
            return batch.execute().length;
        });
    }
}
