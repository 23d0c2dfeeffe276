package io.hone.auth;

import io.hone.database.Database;
import io.hone.database.Transaction;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;

/** The table of accounts. Thread-safe. */
@Singleton
class AccountRepository {

    static final String COLUMNS = """
            a.id, a.username, a.role, a.disabled, a.password_hash IS NOT NULL AS password_chosen, a.created_at,
                   a.created_by, a.last_signed_in_at, a.version""";

    static final RowMapper<Account> ACCOUNT = (row, context) -> new Account(
            UUID.fromString(row.getString("id")),
            row.getString("username"),
            Role.of(row.getString("role")),
            row.getInt("disabled") == 1,
            row.getBoolean("password_chosen"),
            Instant.ofEpochMilli(row.getLong("created_at")),
            row.getString("created_by"),
            time(row, "last_signed_in_at"),
            row.getLong("version"));

    /** An account with the hash of its password; null where none was chosen. */
    record WithPassword(Account account, @Nullable String passwordHash) {}

    private final Database database;

    @Inject
    AccountRepository(Database database) {
        this.database = database;
    }

    Optional<Account> find(UUID id) {
        return database.read("account.find", handle -> select(handle, "a.id = :value", id.toString(), ""));
    }

    Optional<Account> find(Transaction transaction, UUID id) {
        return transaction.run(
                "account.find", handle -> select(handle, "a.id = :value", id.toString(), transaction.forUpdate()));
    }

    Optional<Account> findByName(Transaction transaction, String username) {
        return transaction.run("account.by_name", handle -> select(handle, "a.username = :value", username, ""));
    }

    Optional<WithPassword> findWithPassword(String username) {
        return database.read("account.password", handle -> handle.createQuery(
                        "SELECT " + COLUMNS + ", a.password_hash FROM account a WHERE a.username = :username")
                .bind("username", username)
                .map((row, context) -> new WithPassword(ACCOUNT.map(row, context), row.getString("password_hash")))
                .findOne());
    }

    /** Accounts by name, after a name. */
    List<Account> list(String after, int limit) {
        return database.read("account.list", handle -> handle.createQuery("SELECT " + COLUMNS + """
                          FROM account a
                         WHERE a.username > :after
                         ORDER BY a.username
                         LIMIT :limit
                        """)
                .bind("after", after)
                .bind("limit", limit)
                .map(ACCOUNT)
                .list());
    }

    boolean isEmpty(Transaction transaction) {
        return transaction.run("account.any", handle -> handle.createQuery("SELECT NOT EXISTS (SELECT 1 FROM account)")
                .mapTo(boolean.class)
                .one());
    }

    /** Admins that can sign in, without that one. */
    boolean hasOtherAdmin(Transaction transaction, UUID without) {
        return transaction.run("account.admins", handle -> handle.createQuery("""
                        SELECT EXISTS (SELECT 1 FROM account
                                        WHERE role = 'admin' AND disabled = 0 AND id <> :without)
                        """)
                .bind("without", without.toString())
                .mapTo(boolean.class)
                .one());
    }

    void insert(Transaction transaction, Account account, @Nullable String passwordHash) {
        transaction.run("account.insert", handle -> handle.createUpdate("""
                        INSERT INTO account (id, username, password_hash, role, disabled, created_at, created_by, version)
                        VALUES (:id, :username, :hash, :role, :disabled, :createdAt, :createdBy, :version)
                        """)
                .bind("id", account.id().toString())
                .bind("username", account.username())
                .bind("hash", passwordHash)
                .bind("role", account.role().label())
                .bind("disabled", account.disabled() ? 1 : 0)
                .bind("createdAt", account.createdAt().toEpochMilli())
                .bind("createdBy", account.createdBy())
                .bind("version", account.version())
                .execute());
    }

    void update(Transaction transaction, Account account) {
        transaction.run("account.update", handle -> handle.createUpdate("""
                        UPDATE account SET role = :role, disabled = :disabled, version = :version WHERE id = :id
                        """)
                .bind("role", account.role().label())
                .bind("disabled", account.disabled() ? 1 : 0)
                .bind("version", account.version())
                .bind("id", account.id().toString())
                .execute());
    }

    void setPassword(Transaction transaction, UUID id, String passwordHash) {
        transaction.run("account.set_password", handle -> handle.createUpdate(
                        "UPDATE account SET password_hash = :hash, version = version + 1 WHERE id = :id")
                .bind("hash", passwordHash)
                .bind("id", id.toString())
                .execute());
    }

    void signedIn(Transaction transaction, UUID id, Instant at) {
        transaction.run("account.signed_in", handle -> handle.createUpdate(
                        "UPDATE account SET last_signed_in_at = :at WHERE id = :id")
                .bind("at", at.toEpochMilli())
                .bind("id", id.toString())
                .execute());
    }

    void delete(Transaction transaction, UUID id) {
        transaction.run("account.delete", handle -> handle.createUpdate("DELETE FROM account WHERE id = :id")
                .bind("id", id.toString())
                .execute());
    }

    private static Optional<Account> select(Handle handle, String condition, String value, String suffix) {
        return handle.createQuery("SELECT " + COLUMNS + " FROM account a WHERE " + condition + suffix)
                .bind("value", value)
                .map(ACCOUNT)
                .findOne();
    }

    /** A time of a column that may be NULL. */
    static @Nullable Instant time(ResultSet row, String column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? null : Instant.ofEpochMilli(millis);
    }
}
