package io.hone.cache;

import io.hone.database.Database;
import io.hone.database.TestDatabases;
import java.nio.file.Path;

class PostgresDurableTest extends DurableContract {

    @Override
    protected Database open(Path folder) {
        return TestDatabases.postgres();
    }
}
