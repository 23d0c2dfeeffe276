package io.hone.sessions;

import io.hone.database.Database;
import io.hone.database.TestDatabases;
import java.nio.file.Path;

/** What tags and texts find is the same whether it is gathered first or met on the way. */
class WalkingSessionSearchTest extends SessionSearchContract {

    @Override
    protected Database open(Path folder) {
        return TestDatabases.sqlite(folder);
    }

    @Override
    SessionsFixture fixture() {
        return SessionsFixture.walking(database, settings, events, clock);
    }
}
