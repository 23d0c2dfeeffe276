/**
 * The database: pools, migrations, the single writer of SQLite with group commit, and the timing of statements.
 *
 * <p>Front door: {@link io.hone.database.Database}. Repositories are the only other code that sees Jdbi.
 */
@NullMarked
package io.hone.database;

import org.jspecify.annotations.NullMarked;
