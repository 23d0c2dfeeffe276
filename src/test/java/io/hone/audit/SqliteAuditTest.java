package io.hone.audit;

import io.hone.database.Database;
import io.hone.database.TestDatabases;
import java.nio.file.Path;

class SqliteAuditTest extends AuditContract {

    @Override
    protected Database open(Path folder) {
        return TestDatabases.sqlite(folder);
    }
}
