package io.hone.auth;

import io.hone.database.Database;
import io.hone.database.Transaction;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** The table of keys. Thread-safe. */
@Singleton
class KeyRepository {

    private static final String COLUMNS =
            "k.id, k.name, k.role, k.hint, k.created_at, k.created_by, k.expires_at, k.last_used_at";

    private static final RowMapper<ApiKey> KEY = (row, context) -> new ApiKey(
            UUID.fromString(row.getString("id")),
            row.getString("name"),
            Role.of(row.getString("role")),
            row.getString("hint"),
            Instant.ofEpochMilli(row.getLong("created_at")),
            row.getString("created_by"),
            AccountRepository.time(row, "expires_at"),
            AccountRepository.time(row, "last_used_at"));

    private final Database database;

    @Inject
    KeyRepository(Database database) {
        this.database = database;
    }

    /** The key of that hash, if the account it belongs to may sign in. */
    Optional<ApiKey> findUsable(String hash) {
        return findUsable("k.hash", hash);
    }

    /** The key of that id, if the account it belongs to may sign in. */
    Optional<ApiKey> findUsable(UUID id) {
        return findUsable("k.id", id.toString());
    }

    private Optional<ApiKey> findUsable(String column, String value) {
        return database.read(
                "api_key.usable", handle -> handle.createQuery("SELECT " + COLUMNS + """
                          FROM api_key k
                          LEFT JOIN account a ON a.id = k.account_id
                         WHERE COALESCE(a.disabled, 0) = 0 AND\s""" + column + " = :value")
                        .bind("value", value)
                        .map(KEY)
                        .findOne());
    }

    Optional<ApiKey> find(UUID id) {
        return database.read(
                "api_key.find", handle -> handle.createQuery("SELECT " + COLUMNS + " FROM api_key k WHERE k.id = :id")
                        .bind("id", id.toString())
                        .map(KEY)
                        .findOne());
    }

    boolean exists(Transaction transaction, String name) {
        return transaction.run("api_key.by_name", handle -> handle.createQuery(
                        "SELECT EXISTS (SELECT 1 FROM api_key WHERE name = :name)")
                .bind("name", name)
                .mapTo(boolean.class)
                .one());
    }

    /** Keys by name, after a name. */
    List<ApiKey> list(String after, int limit) {
        return database.read("api_key.list", handle -> handle.createQuery(
                        "SELECT " + COLUMNS + " FROM api_key k WHERE k.name > :after ORDER BY k.name LIMIT :limit")
                .bind("after", after)
                .bind("limit", limit)
                .map(KEY)
                .list());
    }

    void insert(Transaction transaction, ApiKey key, String hash, @Nullable UUID account) {
        transaction.run("api_key.insert", handle -> handle.createUpdate("""
                        INSERT INTO api_key (id, name, role, hash, hint, account_id, created_at, created_by, expires_at)
                        VALUES (:id, :name, :role, :hash, :hint, :account, :createdAt, :createdBy, :expiresAt)
                        """)
                .bind("id", key.id().toString())
                .bind("name", key.name())
                .bind("role", key.role().label())
                .bind("hash", hash)
                .bind("hint", key.hint())
                .bind("account", account == null ? null : account.toString())
                .bind("createdAt", key.createdAt().toEpochMilli())
                .bind("createdBy", key.createdBy())
                .bind(
                        "expiresAt",
                        key.expiresAt() == null ? null : key.expiresAt().toEpochMilli())
                .execute());
    }

    boolean delete(Transaction transaction, UUID id) {
        return transaction.run("api_key.delete", handle -> handle.createUpdate("DELETE FROM api_key WHERE id = :id")
                        .bind("id", id.toString())
                        .execute())
                > 0;
    }

    /** Notes when keys were used last. */
    void used(Transaction transaction, Map<UUID, Long> lastUses) {
        transaction.run("api_key.used", handle -> {
            PreparedBatch batch = handle.prepareBatch("UPDATE api_key SET last_used_at = :at WHERE id = :id");
            lastUses.forEach(
                    (id, at) -> batch.bind("at", at).bind("id", id.toString()).add());
            return batch.execute().length;
        });
    }
}
