package io.hone.sessions;

import io.hone.database.Database;
import io.hone.database.TestDatabases;
import java.nio.file.Path;

class PostgresSessionTransferTest extends SessionTransferContract {

    @Override
    protected Database open(Path folder) {
        return TestDatabases.postgres();
    }
}
