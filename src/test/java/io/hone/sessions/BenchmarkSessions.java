package io.hone.sessions;

import io.hone.database.Database;
import io.hone.database.TestDatabases;
import io.hone.events.Events;
import io.hone.settings.Setting;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;

/**
 * The sessions of a SQLite database, put together as the container does, for measuring without HTTP and without caches.
 * Nobody observes their events.
 *
 * @param clock what the sessions read the time from
 */
public record BenchmarkSessions(Database database, Sessions sessions, SessionStatistics statistics, Clock clock)
        implements AutoCloseable {

    /** Opens the database of a data folder. */
    public static BenchmarkSessions open(Path folder, Map<Setting<?>, String> others, Clock clock) {
        Database database = TestDatabases.sqlite(folder, others);
        SessionsFixture fixture = new SessionsFixture(
                database, TestDatabases.sqliteSettings(folder, others), new Events(event -> {}), clock);
        return new BenchmarkSessions(database, fixture.sessions, fixture.statistics, clock);
    }

    @Override
    public void close() {
        database.close();
    }
}
