package io.hone.sessions;

import io.hone.database.Transaction;
import io.hone.database.Transaction.Deferred;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * The counts behind the dashboard, kept in the transaction of every change. A session contributes to a fixed set of
 * counts that follows from what it is; a change adds the difference of its contributions after and before. So the
 * counts are at any moment the sum over all sessions, which a recount can check.
 */
final class SessionCounts {

    /**
     * Where counts are kept.
     *
     * @param scope a project, or {@link #ALL}
     * @param start UTC epoch milliseconds
     */
    record Bucket(String scope, Grain grain, long start) implements Comparable<Bucket> {

        @Override
        public int compareTo(Bucket other) {
            int order = scope.compareTo(other.scope);
            order = order != 0 ? order : grain.compareTo(other.grain);
            return order != 0 ? order : Long.compare(start, other.start);
        }
    }

    /** Scope of all projects together. */
    static final String ALL = "";

    /**
     * The changes of all writes in a transaction, added up: busy servers touch the same few buckets over and over.
     */
    static final Deferred<Map<Bucket, Tally>> ADD = SessionCounts::add;

    /** Buckets read by one statement. */
    private static final int MOST_AT_ONCE = 200;

    private SessionCounts() {}

    /** What a change of a session does to the counts; before is null for a new one. */
    static Map<Bucket, Tally> difference(@Nullable Session before, Session after) {
        Map<Bucket, Tally> difference = new HashMap<>();
        if (before != null) {
            contribute(before, -1, difference);
        }
        contribute(after, 1, difference);
        difference.values().removeIf(Tally::isEmpty);
        return difference;
    }

    /**
     * Adds everything a session counts for: nothing while it is in the bin.
     *
     * @param times 1, or -1 to take it away
     */
    static void contribute(Session session, int times, Map<Bucket, Tally> counts) {
        if (session.deletedAt() != null) {
            return;
        }
        boolean completed = session.status() == SessionStatus.COMPLETED;
        boolean failed = session.status() == SessionStatus.FAILED;
        Instant ended = session.endedAt();
        for (String scope : List.of(ALL, session.project())) {
            for (Grain grain : Grain.values()) {
                // By the time of creation, whatever happened when.
                Tally tally = tally(counts, scope, grain, session.createdAt());
                tally.addFlow(times, 0, 0);
                tally.add(Tally.Kind.STATUS, session.status().label(), times);
                tally.add(Tally.Kind.TECHNIQUE, session.technique().label(), times);
                if (session.verdict() != null) {
                    tally.add(Tally.Kind.VERDICT, session.verdict().label(), times);
                }
                tally.addModel(
                        session.model(),
                        times,
                        ended != null && completed ? times : 0,
                        ended != null && (completed || failed) ? times : 0);
                if (ended == null) {
                    continue;
                }
                if (session.error() != null) {
                    tally.add(Tally.Kind.FAILURE, session.error().category(), times);
                }
                if (session.durationMs() != null) {
                    tally.addDuration(session.durationMs(), times);
                }
                if (completed || failed) {
                    tally(counts, scope, grain, ended).addFlow(0, completed ? times : 0, failed ? times : 0);
                }
            }
        }
    }

    /** Puts counts where there are none yet. */
    static void insert(Handle handle, Map<Bucket, Tally> counts) {
        PreparedBatch batch = handle.prepareBatch("""
                INSERT INTO session_count (scope, grain, bucket, created, completed, failed, counts)
                VALUES (:scope, :grain, :bucket, :created, :completed, :failed, :counts)
                ON CONFLICT (scope, grain, bucket) DO NOTHING
                """);
        bindEach(batch, counts);
    }

    private static Tally tally(Map<Bucket, Tally> counts, String scope, Grain grain, Instant at) {
        return counts.computeIfAbsent(
                new Bucket(scope, grain, grain.bucketOf(at).toEpochMilli()), key -> new Tally());
    }

    private static void add(Transaction transaction, List<Map<Bucket, Tally>> differences) {
        // Sorted, so that two transactions side by side lock the rows in the same order.
        Map<Bucket, Tally> sum = new TreeMap<>();
        for (Map<Bucket, Tally> difference : differences) {
            difference.forEach((bucket, tally) ->
                    sum.computeIfAbsent(bucket, key -> new Tally()).add(tally));
        }
        sum.values().removeIf(Tally::isEmpty);
        List<Bucket> buckets = new ArrayList<>(sum.keySet());
        for (int from = 0; from < buckets.size(); from += MOST_AT_ONCE) {
            Map<Bucket, Tally> some = new TreeMap<>();
            buckets.subList(from, Math.min(buckets.size(), from + MOST_AT_ONCE))
                    .forEach(bucket -> some.put(bucket, sum.get(bucket)));
            update(transaction, some);
        }
    }

    private static void update(Transaction transaction, Map<Bucket, Tally> differences) {
        Map<Bucket, Tally> counts = read(transaction, differences.keySet());
        if (counts.size() < differences.size()) {
            Map<Bucket, Tally> missing = new TreeMap<>();
            differences.keySet().stream()
                    .filter(bucket -> !counts.containsKey(bucket))
                    .forEach(bucket -> missing.put(bucket, new Tally()));
            transaction.run("session_count.insert", handle -> {
                insert(handle, missing);
                return missing.size();
            });
            // Again, for another transaction may have been first, and has counted by now.
            counts.putAll(read(transaction, missing.keySet()));
        }
        counts.forEach((bucket, tally) -> tally.add(Objects.requireNonNull(differences.get(bucket))));
        transaction.run("session_count.update", handle -> {
            PreparedBatch batch = handle.prepareBatch("""
                    UPDATE session_count
                       SET created = :created, completed = :completed, failed = :failed, counts = :counts
                     WHERE scope = :scope AND grain = :grain AND bucket = :bucket
                    """);
            bindEach(batch, counts);
            return counts.size();
        });
    }

    private static Map<Bucket, Tally> read(Transaction transaction, Collection<Bucket> buckets) {
        String keys = String.join(", ", Collections.nCopies(buckets.size(), "(?, ?, ?)"));
        return transaction.run("session_count.find", handle -> {
            Query query = handle.createQuery("""
                    SELECT scope, grain, bucket, created, completed, failed, counts
                      FROM session_count
                     WHERE (scope, grain, bucket) IN (VALUES %s)
                     ORDER BY scope, grain, bucket
                    """.formatted(keys) + transaction.forUpdate());
            int at = 0;
            for (Bucket bucket : buckets) {
                query.bind(at++, bucket.scope())
                        .bind(at++, bucket.grain().code())
                        .bind(at++, bucket.start());
            }
            Map<Bucket, Tally> counts = new TreeMap<>();
            query.map((row, context) -> row(row)).forEach(entry -> counts.put(entry.getKey(), entry.getValue()));
            return counts;
        });
    }

    /** A row of scope, grain, bucket, the three of the flow, and the rest. */
    static Map.Entry<Bucket, Tally> row(ResultSet row) throws SQLException {
        Tally tally = new Tally();
        tally.addFlow(row.getLong(4), row.getLong(5), row.getLong(6));
        tally.addEncoded(row.getBytes(7));
        return Map.entry(new Bucket(row.getString(1), Grain.of(row.getString(2)), row.getLong(3)), tally);
    }

    private static void bindEach(PreparedBatch batch, Map<Bucket, Tally> counts) {
        counts.forEach((bucket, tally) -> batch.bind("scope", bucket.scope())
                .bind("grain", bucket.grain().code())
                .bind("bucket", bucket.start())
                .bind("created", tally.created())
                .bind("completed", tally.completed())
                .bind("failed", tally.failed())
                .bind("counts", tally.encode())
                .add());
        batch.execute();
    }
}
