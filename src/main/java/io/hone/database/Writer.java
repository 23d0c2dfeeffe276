package io.hone.database;

import io.hone.database.Transaction.Write;
import org.jspecify.annotations.Nullable;

/** How writes reach the database: one at a time and grouped on SQLite, side by side on PostgreSQL. */
sealed interface Writer extends AutoCloseable permits GroupCommitWriter, ConcurrentWriter {

    /** Runs a write and returns once it is durable. */
    <T extends @Nullable Object> T write(Write<T> work);

    /** Writes waiting for their turn. */
    int queued();

    @Override
    void close();
}
