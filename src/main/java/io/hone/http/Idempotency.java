package io.hone.http;

import io.hone.database.Transaction;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes a retried creation harmless: the answer to an {@code Idempotency-Key} is stored in the transaction that created,
 * so it survives a restart, and a repeated key gives it again. Thread-safe.
 */
@Singleton
public class Idempotency {

    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");

    /**
     * A key with the request it belongs to.
     *
     * @param request operation and key
     * @param bodyHash SHA-256 of the body as it was understood, in hexadecimal
     */
    public record Key(String request, String bodyHash) {

        /**
         * The key of that request; null where the client sent none.
         *
         * @param operation method and template
         * @throws ProblemException 422 for a key that is no token of 1 to 255 visible characters
         */
        public static @Nullable Key of(HttpHeaders headers, String operation, Object body) {
            String key = headers.getHeaderString("Idempotency-Key");
            if (key == null) {
                return null;
            }
            if (!KEY.matcher(key).matches()) {
                throw ProblemException.invalid("Idempotency-Key", "is not 1 to 255 visible ASCII characters");
            }
            return new Key(operation + " " + key, HexFormat.of().formatHex(Encoding.sha256(Json.write(body))));
        }
    }

    /**
     * What a creation gave.
     *
     * @param repeated whether it is the stored answer to an earlier request
     */
    public record Once<T>(T answer, boolean repeated) {}

    private record Stored(String bodyHash, String answer) {}

    private final Settings settings;
    private final Clock clock;

    @Inject
    public Idempotency(Settings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Creates, or gives the answer of the first time.
     *
     * @param key null to create unconditionally
     * @throws ProblemException 422 if the key was used with another body
     */
    public <T> Once<T> once(
            Transaction transaction, @Nullable Key key, Caller caller, Class<T> type, Supplier<T> creation) {
        if (key == null) {
            return new Once<>(creation.get(), false);
        }
        transaction.exclusive("idempotency " + caller.name() + ' ' + key.request());
        long now = clock.millis();
        long oldest =
                now - settings.duration(SettingsCatalogue.IDEMPOTENCY_RETENTION).toMillis();
        Optional<Stored> stored = transaction.run("idempotency.find", handle -> handle.createQuery("""
                        SELECT body_hash, answer
                          FROM idempotency
                         WHERE actor = :actor AND request = :request AND created_at >= :oldest
                        """)
                .bind("actor", caller.name())
                .bind("request", key.request())
                .bind("oldest", oldest)
                .map((row, context) -> new Stored(row.getString(1), row.getString(2)))
                .findOne());
        if (stored.isPresent()) {
            if (!stored.get().bodyHash().equals(key.bodyHash())) {
                throw new ProblemException(
                        ProblemType.IDEMPOTENCY_KEY_REUSED,
                        "This Idempotency-Key was used with another body; use a new key for a new request");
            }
            return new Once<>(Json.read(stored.get().answer(), type), true);
        }
        T answer = creation.get();
        transaction.run("idempotency.insert", handle -> handle.createUpdate("""
                        INSERT INTO idempotency (actor, request, body_hash, answer, created_at)
                        VALUES (:actor, :request, :hash, :answer, :now)
                        ON CONFLICT (actor, request)
                        DO UPDATE SET body_hash = excluded.body_hash, answer = excluded.answer,
                                      created_at = excluded.created_at
                        """)
                .bind("actor", caller.name())
                .bind("request", key.request())
                .bind("hash", key.bodyHash())
                .bind("answer", Json.write(answer))
                .bind("now", now)
                .execute());
        return new Once<>(answer, false);
    }

    /** Forgets answers whose time is over; returns how many. */
    public int forgetOld(Transaction transaction) {
        long oldest = clock.millis()
                - settings.duration(SettingsCatalogue.IDEMPOTENCY_RETENTION).toMillis();
        return transaction.run("idempotency.forget", handle -> handle.createUpdate(
                        "DELETE FROM idempotency WHERE created_at < :oldest")
                .bind("oldest", oldest)
                .execute());
    }
}
