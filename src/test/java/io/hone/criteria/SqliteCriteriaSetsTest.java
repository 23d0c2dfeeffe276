package io.hone.criteria;

import io.hone.database.Database;
import io.hone.database.TestDatabases;
import java.nio.file.Path;

class SqliteCriteriaSetsTest extends CriteriaSetsContract {

    @Override
    protected Database open(Path folder) {
        return TestDatabases.sqlite(folder);
    }
}
