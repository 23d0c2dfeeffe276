package io.hone.auth;

import io.hone.database.Database;
import io.hone.database.TestDatabases;
import java.nio.file.Path;

class SqliteAccessTest extends AccessContract {

    @Override
    protected Database open(Path folder) {
        return TestDatabases.sqlite(folder);
    }
}
