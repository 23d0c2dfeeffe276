package io.hone.responses;

import io.hone.database.Database;
import io.hone.database.Transaction;
import io.hone.http.Json;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.mapper.RowMapper;

/** The {@code cache_rules} table, which has one row at most. Thread-safe. */
@Singleton
class CacheRuleRepository {

    /**
     * What is stored.
     *
     * @param rules as {@link CacheRulesBody} in JSON
     */
    record Stored(long version, String rules, Instant updatedAt, String updatedBy) {}

    private static final RowMapper<Stored> ROW = (row, context) -> new Stored(
            row.getLong("version"),
            row.getString("rules"),
            Instant.ofEpochMilli(row.getLong("updated_at")),
            row.getString("updated_by"));

    private final Database database;

    @Inject
    CacheRuleRepository(Database database) {
        this.database = database;
    }

    Optional<Stored> find() {
        return database.read("cache_rules.find", handle -> handle.createQuery(
                        "SELECT version, rules, updated_at, updated_by FROM cache_rules")
                .map(ROW)
                .findOne());
    }

    /** What is stored, as the transaction sees it, which nobody else changes until its end. */
    Optional<Stored> find(Transaction transaction) {
        transaction.exclusive("cache rules");
        return transaction.run("cache_rules.find", handle -> handle.createQuery(
                        "SELECT version, rules, updated_at, updated_by FROM cache_rules")
                .map(ROW)
                .findOne());
    }

    void put(Transaction transaction, long version, CacheRulesBody rules, Instant at, String actor) {
        transaction.run("cache_rules.put", handle -> handle.createUpdate("""
                        INSERT INTO cache_rules (no, version, rules, updated_at, updated_by)
                        VALUES (1, :version, :rules, :at, :actor)
                        ON CONFLICT (no)
                        DO UPDATE SET version = excluded.version, rules = excluded.rules,
                                      updated_at = excluded.updated_at, updated_by = excluded.updated_by
                        """)
                .bind("version", version)
                .bind("rules", Json.write(rules))
                .bind("at", at.toEpochMilli())
                .bind("actor", actor)
                .execute());
    }
}
