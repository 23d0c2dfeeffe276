package io.hone.database;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jspecify.annotations.Nullable;

/**
 * A transaction under way, as one write sees it. On SQLite several writes share a transaction; each has its savepoint,
 * so that one that fails takes nothing of the others with it. Confined to the thread that runs the write.
 */
public final class Transaction {

    /** What a write does with its transaction. */
    @FunctionalInterface
    public interface Write<T extends @Nullable Object> {

        /** Does the work; an exception rolls back what this write did, and reaches its caller. */
        T run(Transaction transaction) throws SQLException;
    }

    /**
     * Work put off to just before the commit, where what all writes of the transaction put off is done together.
     *
     * @param <P> one write's part of it
     */
    @FunctionalInterface
    public interface Deferred<P> {

        /** Does the work of all parts, in the order in which they were put off. */
        void run(Transaction transaction, List<P> parts);
    }

    private final Handle handle;
    private final Statements statements;
    private final boolean rowLocks;
    private final Map<Deferred<?>, List<Object>> deferred = new LinkedHashMap<>();
    private final Map<Deferred<?>, List<Object>> deferredByThisWrite = new LinkedHashMap<>();

    Transaction(Handle handle, Statements statements, boolean rowLocks) {
        this.handle = handle;
        this.statements = statements;
        this.rowLocks = rowLocks;
    }

    /** Runs one statement and records its time and rows under that name. */
    public <T extends @Nullable Object, X extends Exception> T run(String name, HandleCallback<T, X> work) throws X {
        return statements.time(name, handle, work);
    }

    /**
     * What to append to a {@code SELECT} whose row will be changed: {@code FOR UPDATE} where writers run side by side,
     * nothing where there is only one.
     */
    public String forUpdate() {
        return rowLocks ? " FOR UPDATE" : "";
    }

    /**
     * Waits until no other transaction works on what goes by that name, and keeps others out until this one ends. For
     * rows that are not there yet, which cannot be locked; nothing to do where there is only one writer.
     */
    public void exclusive(String name) {
        if (rowLocks) {
            run("transaction.exclusive", handle -> handle.createQuery(
                            "SELECT pg_advisory_xact_lock(hashtextextended(:name, 0)) IS NULL")
                    .bind("name", name)
                    .mapTo(Boolean.class)
                    .one());
        }
    }

    /** The same for many names at once, in an order of its own, so that nobody waits in a circle for them. */
    public void exclusive(Collection<String> names) {
        if (rowLocks && !names.isEmpty()) {
            // Sorted below what locks: a query above a sorted one takes the rows as they come.
            run("transaction.exclusive", handle -> handle.createQuery("""
                            SELECT COUNT(pg_advisory_xact_lock(key))
                              FROM (SELECT hashtextextended(name, 0) AS key
                                      FROM unnest(ARRAY[<names>]) AS name
                                     ORDER BY key) AS keys
                            """)
                    .bindList("names", List.copyOf(names))
                    .mapTo(Long.class)
                    .one());
        }
    }

    /** Puts a part of some work off to just before the commit; forgotten if this write fails. */
    public <P> void defer(Deferred<P> work, P part) {
        deferredByThisWrite.computeIfAbsent(work, key -> new ArrayList<>()).add(part);
    }

    /** Does now what this write put off, so that a long one does not hold it all. */
    public void settle() {
        Map<Deferred<?>, List<Object>> work = new LinkedHashMap<>(deferredByThisWrite);
        deferredByThisWrite.clear();
        run(work);
    }

    void keepDeferred() {
        deferredByThisWrite.forEach((work, parts) ->
                deferred.computeIfAbsent(work, key -> new ArrayList<>()).addAll(parts));
        deferredByThisWrite.clear();
    }

    void dropDeferred() {
        deferredByThisWrite.clear();
    }

    void runDeferred() {
        run(deferred);
        deferred.clear();
    }

    private void run(Map<Deferred<?>, List<Object>> all) {
        for (Map.Entry<Deferred<?>, List<Object>> entry : all.entrySet()) {
            @SuppressWarnings("unchecked") // defer() pairs work with parts of its type
            Deferred<Object> work = (Deferred<Object>) entry.getKey();
            work.run(this, entry.getValue());
        }
    }
}
