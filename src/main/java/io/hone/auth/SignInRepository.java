package io.hone.auth;

import io.hone.database.Database;
import io.hone.database.Transaction;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The tables of sign-ins, refresh tokens and links. Thread-safe. */
@Singleton
class SignInRepository {

    /** A sign-in with its account. */
    record SignIn(UUID id, Account account, Instant expiresAt, boolean ended) {}

    /**
     * A refresh token.
     *
     * @param successor the pair that took its place, sealed with the token; null while it is unused
     */
    record RefreshToken(
            UUID signIn, Instant expiresAt, @Nullable Instant usedAt, byte @Nullable [] successor) {}

    private final Database database;

    @Inject
    SignInRepository(Database database) {
        this.database = database;
    }

    void insert(Transaction transaction, UUID id, UUID account, Instant at, Instant expires) {
        transaction.run("sign_in.insert", handle -> handle.createUpdate("""
                        INSERT INTO sign_in (id, account_id, created_at, expires_at)
                        VALUES (:id, :account, :at, :expires)
                        """)
                .bind("id", id.toString())
                .bind("account", account.toString())
                .bind("at", at.toEpochMilli())
                .bind("expires", expires.toEpochMilli())
                .execute());
    }

    Optional<SignIn> find(UUID id) {
        return database.read("sign_in.find", handle -> handle.createQuery("SELECT s.expires_at, s.ended_at, "
                        + AccountRepository.COLUMNS
                        + " FROM sign_in s JOIN account a ON a.id = s.account_id WHERE s.id = :id")
                .bind("id", id.toString())
                .map((row, context) -> new SignIn(
                        id,
                        AccountRepository.ACCOUNT.map(row, context),
                        Instant.ofEpochMilli(row.getLong("expires_at")),
                        row.getObject("ended_at") != null))
                .findOne());
    }

    /** Longer, after a use. */
    void extend(Transaction transaction, UUID id, Instant expires) {
        transaction.run("sign_in.extend", handle -> handle.createUpdate(
                        "UPDATE sign_in SET expires_at = :expires WHERE id = :id")
                .bind("expires", expires.toEpochMilli())
                .bind("id", id.toString())
                .execute());
    }

    void end(Transaction transaction, UUID id, long at) {
        transaction.run("sign_in.end", handle -> handle.createUpdate(
                        "UPDATE sign_in SET ended_at = :at WHERE id = :id AND ended_at IS NULL")
                .bind("at", at)
                .bind("id", id.toString())
                .execute());
    }

    /** Ends all sign-ins of an account but one; null for all. */
    void endAll(Transaction transaction, UUID account, @Nullable UUID without, long at) {
        transaction.run("sign_in.end_all", handle -> handle.createUpdate("""
                        UPDATE sign_in SET ended_at = :at
                         WHERE account_id = :account AND ended_at IS NULL AND id <> :without
                        """)
                .bind("at", at)
                .bind("account", account.toString())
                .bind("without", without == null ? "" : without.toString())
                .execute());
    }

    void insertToken(Transaction transaction, String hash, UUID signIn, Instant expires) {
        transaction.run("refresh_token.insert", handle -> handle.createUpdate(
                        "INSERT INTO refresh_token (hash, sign_in_id, expires_at) VALUES (:hash, :signIn, :expires)")
                .bind("hash", hash)
                .bind("signIn", signIn.toString())
                .bind("expires", expires.toEpochMilli())
                .execute());
    }

    /** Whether there is a refresh token of that hash, used or not. */
    boolean isKnown(String hash) {
        return database.read("refresh_token.exists", handle -> handle.createQuery(
                        "SELECT EXISTS (SELECT 1 FROM refresh_token WHERE hash = :hash)")
                .bind("hash", hash)
                .mapTo(boolean.class)
                .one());
    }

    /** The refresh token of a hash, for the change that follows. */
    Optional<RefreshToken> findToken(Transaction transaction, String hash) {
        return transaction.run("refresh_token.find", handle -> handle.createQuery("""
                        SELECT sign_in_id, expires_at, used_at, successor FROM refresh_token WHERE hash = :hash
                        """ + transaction.forUpdate())
                .bind("hash", hash)
                .map((row, context) -> new RefreshToken(
                        UUID.fromString(row.getString("sign_in_id")),
                        Instant.ofEpochMilli(row.getLong("expires_at")),
                        AccountRepository.time(row, "used_at"),
                        row.getBytes("successor")))
                .findOne());
    }

    void useToken(Transaction transaction, String hash, long at, byte[] successor) {
        transaction.run("refresh_token.use", handle -> handle.createUpdate(
                        "UPDATE refresh_token SET used_at = :at, successor = :successor WHERE hash = :hash")
                .bind("at", at)
                .bind("successor", successor)
                .bind("hash", hash)
                .execute());
    }

    /** Revokes one access token; nothing happens to one that is revoked. */
    void revoke(Transaction transaction, String tokenId, Instant expires) {
        transaction.run("revoked_token.insert", handle -> handle.createUpdate("""
                        INSERT INTO revoked_token (id, expires_at) VALUES (:id, :expires) ON CONFLICT (id) DO NOTHING
                        """)
                .bind("id", tokenId)
                .bind("expires", expires.toEpochMilli())
                .execute());
    }

    boolean isRevoked(String tokenId) {
        return database.read("revoked_token.find", handle -> handle.createQuery(
                        "SELECT EXISTS (SELECT 1 FROM revoked_token WHERE id = :id)")
                .bind("id", tokenId)
                .mapTo(boolean.class)
                .one());
    }

    void insertLink(Transaction transaction, String hash, UUID account, Instant expires) {
        transaction.run("sign_in_link.insert", handle -> handle.createUpdate(
                        "INSERT INTO sign_in_link (hash, account_id, expires_at) VALUES (:hash, :account, :expires)")
                .bind("hash", hash)
                .bind("account", account.toString())
                .bind("expires", expires.toEpochMilli())
                .execute());
    }

    /** The account of a link, which is of no more use after that; empty for one that is unknown or too old. */
    Optional<UUID> takeLink(Transaction transaction, String hash, long now) {
        Optional<UUID> account = transaction.run("sign_in_link.find", handle -> handle.createQuery(
                        "SELECT account_id FROM sign_in_link WHERE hash = :hash AND expires_at > :now"
                                + transaction.forUpdate())
                .bind("hash", hash)
                .bind("now", now)
                .mapTo(String.class)
                .findOne()
                .map(UUID::fromString));
        int taken = transaction.run(
                "sign_in_link.delete", handle -> handle.createUpdate("DELETE FROM sign_in_link WHERE hash = :hash")
                        .bind("hash", hash)
                        .execute());
        return taken == 1 ? account : Optional.empty();
    }

    void deleteLinks(Transaction transaction, UUID account) {
        transaction.run("sign_in_link.delete_all", handle -> handle.createUpdate(
                        "DELETE FROM sign_in_link WHERE account_id = :account")
                .bind("account", account.toString())
                .execute());
    }

    /** Deletes what has expired. */
    int deleteExpired(Transaction transaction, long now) {
        int deleted = 0;
        for (String table : new String[] {"refresh_token", "sign_in", "revoked_token", "sign_in_link"}) {
            deleted += transaction.run(table + ".delete_expired", handle -> handle.createUpdate(
                            "DELETE FROM " + table + " WHERE expires_at <= :now")
                    .bind("now", now)
                    .execute());
        }
        return deleted;
    }
}
