package io.hone.configuration;

import io.hone.cache.CacheCatalogue;
import io.hone.database.Database;
import io.hone.database.Transaction;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import javax.cache.annotation.CacheResult;

/** The {@code setting} table. Thread-safe. */
@Singleton
class SettingRepository {

    private final Database database;
    private final Clock clock;

    @Inject
    SettingRepository(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * Every stored value by its key.
     *
     * @param list tells this entry from the others of the cache; always {@code settings}
     */
    @CacheResult(cacheName = CacheCatalogue.CONFIGURATION)
    Map<String, String> findAll(String list) {
        return database.read("setting.all", handle -> handle.createQuery("SELECT setting_key, value FROM setting")
                .reduceRows(new HashMap<String, String>(), (all, row) -> {
                    all.put(row.getColumn("setting_key", String.class), row.getColumn("value", String.class));
                    return all;
                }));
    }

    void put(Transaction transaction, String key, String value, String actor) {
        transaction.run("setting.put", handle -> handle.createUpdate("""
                        INSERT INTO setting (setting_key, value, updated_at, updated_by)
                        VALUES (:key, :value, :now, :actor)
                        ON CONFLICT (setting_key)
                        DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at,
                                      updated_by = excluded.updated_by
                        """)
                .bind("key", key)
                .bind("value", value)
                .bind("now", clock.millis())
                .bind("actor", actor)
                .execute());
    }

    void remove(Transaction transaction, String key) {
        transaction.run("setting.remove", handle -> handle.createUpdate("DELETE FROM setting WHERE setting_key = :key")
                .bind("key", key)
                .execute());
    }
}
