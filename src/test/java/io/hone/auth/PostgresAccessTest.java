package io.hone.auth;

import io.hone.database.Database;
import io.hone.database.TestDatabases;
import java.nio.file.Path;

class PostgresAccessTest extends AccessContract {

    @Override
    protected Database open(Path folder) {
        return TestDatabases.postgres();
    }
}
