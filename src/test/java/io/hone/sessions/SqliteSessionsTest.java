package io.hone.sessions;

import static io.hone.sessions.SessionsFixture.body;
import static org.assertj.core.api.Assertions.assertThat;

import io.hone.database.Database;
import io.hone.database.TestDatabases;
import io.hone.http.Idempotency;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteSessionsTest extends SessionsContract {

    @Override
    protected Database open(Path folder) {
        return TestDatabases.sqlite(folder);
    }

    @Test
    void create_sameKeyAfterARestart_givesTheFirstAnswer(@TempDir Path folder) {
        Idempotency.Key key = new Idempotency.Key("POST /sessions k1", "body");
        Session first;
        try (Database before = TestDatabases.sqlite(folder)) {
            first = new SessionsFixture(before, settings, events, clock)
                    .sessions.create(ADA, body().param("p", 1.5).build(), key);
        }

        try (Database after = TestDatabases.sqlite(folder)) {
            Sessions sessions = new SessionsFixture(after, settings, events, clock).sessions;
            assertThat(sessions.create(ADA, body().param("p", 1.5).build(), key))
                    .isEqualTo(first);
            assertThat(sessions.find(first.id())).isEqualTo(first);
        }
    }
}
