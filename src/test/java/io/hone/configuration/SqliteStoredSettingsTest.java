package io.hone.configuration;

import io.hone.database.Database;
import io.hone.database.TestDatabases;
import java.nio.file.Path;

class SqliteStoredSettingsTest extends StoredSettingsContract {

    @Override
    protected Database open(Path folder) {
        return TestDatabases.sqlite(folder);
    }
}
