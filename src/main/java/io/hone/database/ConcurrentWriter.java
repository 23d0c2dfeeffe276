package io.hone.database;

import io.hone.database.Transaction.Write;
import java.sql.SQLException;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionException;
import org.jspecify.annotations.Nullable;

/** Writes of a database that takes many at a time and groups their commits itself: PostgreSQL. Thread-safe. */
final class ConcurrentWriter implements Writer {

    private final Jdbi jdbi;
    private final Statements statements;
    private final WriterCounts counts;

    ConcurrentWriter(Jdbi jdbi, Statements statements, WriterCounts counts) {
        this.jdbi = jdbi;
        this.statements = statements;
        this.counts = counts;
    }

    @Override
    public <T extends @Nullable Object> T write(Write<T> work) {
        T result;
        try {
            result = jdbi.inTransaction(handle -> {
                Transaction transaction = new Transaction(handle, statements, true);
                T value = work.run(transaction);
                transaction.keepDeferred();
                transaction.runDeferred();
                return value;
            });
        } catch (SQLException e) {
            throw new LostTransactionException(e);
        } catch (TransactionException e) {
            throw new LostTransactionException(e.getCause() == null ? e : e.getCause());
        }
        counts.committed(1);
        return result;
    }

    @Override
    public int queued() {
        return 0;
    }

    @Override
    public void close() {
        // The pool is closed by its owner.
    }
}
