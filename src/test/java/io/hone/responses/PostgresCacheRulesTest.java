package io.hone.responses;

import io.hone.database.Database;
import io.hone.database.TestDatabases;
import java.nio.file.Path;

class PostgresCacheRulesTest extends CacheRulesContract {

    @Override
    protected Database open(Path folder) {
        return TestDatabases.postgres();
    }
}
