package io.hone.gateway;

import io.hone.database.Database;
import io.hone.database.TestDatabases;
import java.nio.file.Path;

class SqliteBudgetsTest extends BudgetsContract {

    @Override
    protected Database open(Path folder) {
        return TestDatabases.sqlite(folder);
    }
}
