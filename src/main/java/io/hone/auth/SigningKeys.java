package io.hone.auth;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import io.hone.database.Database;
import io.hone.database.Transaction;
import io.hone.secrets.Sealed;
import io.hone.secrets.SecretKey;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The keys that sign access tokens: the newest signs, older ones verify until their last token has expired. They are in
 * the database, encrypted, so that they outlive a restart and all nodes have the same. Thread-safe.
 */
@Singleton
class SigningKeys {

    /** A key that another node made is asked for at most so often, however many tokens name one that nobody has. */
    private static final long LOOK_AGAIN_MS = 5_000;

    /** Few, since the id goes with each token; a number that comes twice fails on the primary key. */
    private static final int ID_BYTES = 5;

    private record Stored(String id, byte[] secret, long createdAt) {}

    private record Known(List<Stored> newestFirst, JWKSet set, long readAt) {}

    private final Database database;
    private final SecretKey secretKey;
    private final Settings settings;
    private final Clock clock;
    private volatile @Nullable Known known;

    @Inject
    SigningKeys(Database database, SecretKey secretKey, Settings settings, Clock clock) {
        this.database = database;
        this.secretKey = secretKey;
        this.settings = settings;
        this.clock = clock;
    }

    /** The key to sign with; made where there is none, or the newest is due. */
    OctetSequenceKey current() {
        Known keys = keys();
        if (keys.newestFirst().isEmpty() || isDue(keys.newestFirst().get(0))) {
            keys = rotate();
        }
        return jwk(keys.newestFirst().get(0));
    }

    /** Every key that may have signed a token which is still valid, with the one of that id if there is one at all. */
    JWKSet forVerification(@Nullable String id) {
        Known keys = keys();
        boolean missing = id != null && keys.set().getKeyByKeyId(id) == null;
        if (missing && clock.millis() - keys.readAt() > LOOK_AGAIN_MS) {
            keys = read();
        }
        return keys.set();
    }

    private Known keys() {
        Known keys = known;
        return keys == null ? read() : keys;
    }

    private Known read() {
        return remember(database.read("signing_key.list", SigningKeys::list));
    }

    private Known rotate() {
        return remember(database.write(transaction -> {
            transaction.exclusive("signing_key");
            List<Stored> keys = transaction.run("signing_key.list", SigningKeys::list);
            // Another node, or thread, may have been first.
            if (keys.isEmpty()
                    || isDue(keys.get(0))
                    || secretKey.open(keys.get(0).secret()) == null) {
                insert(transaction);
                forgetOld(transaction);
                return transaction.run("signing_key.list", SigningKeys::list);
            }
            return keys;
        }));
    }

    private Known remember(List<Stored> stored) {
        // A key of another secret is of no use: its tokens are not valid here.
        List<Stored> usable = stored.stream()
                .filter(key -> secretKey.open(key.secret()) != null)
                .toList();
        List<JWK> set = new ArrayList<>();
        usable.forEach(key -> set.add(jwk(key)));
        Known keys = new Known(usable, new JWKSet(set), clock.millis());
        known = keys;
        return keys;
    }

    private boolean isDue(Stored newest) {
        return clock.millis() - newest.createdAt()
                >= settings.duration(SettingsCatalogue.SIGNING_KEY).toMillis();
    }

    private void insert(Transaction transaction) {
        transaction.run("signing_key.insert", handle -> handle.createUpdate(
                        "INSERT INTO signing_key (id, secret, created_at) VALUES (:id, :secret, :at)")
                .bind("id", HexFormat.of().formatHex(Sealed.random(ID_BYTES)))
                .bind("secret", secretKey.seal(Sealed.random(Sealed.KEY_BYTES)))
                .bind("at", clock.millis())
                .execute());
    }

    /** What was the newest for its time, and then for the longest that a token lives, has signed nothing valid. */
    private void forgetOld(Transaction transaction) {
        Duration life = settings.duration(SettingsCatalogue.SIGNING_KEY)
                .plus(settings.duration(SettingsCatalogue.ACCESS_TOKEN))
                .plusDays(1);
        transaction.run("signing_key.delete", handle -> handle.createUpdate(
                        "DELETE FROM signing_key WHERE created_at < :before")
                .bind("before", clock.millis() - life.toMillis())
                .execute());
    }

    private OctetSequenceKey jwk(Stored stored) {
        byte[] secret = secretKey.open(stored.secret());
        if (secret == null) {
            throw new IllegalStateException("A signing key cannot be decrypted");
        }
        return new OctetSequenceKey.Builder(secret)
                .keyID(stored.id())
                .algorithm(JWSAlgorithm.HS256)
                .keyUse(KeyUse.SIGNATURE)
                .build();
    }

    private static List<Stored> list(Handle handle) {
        return handle.createQuery("SELECT id, secret, created_at FROM signing_key ORDER BY created_at DESC, id DESC")
                .map((row, context) -> new Stored(row.getString(1), row.getBytes(2), row.getLong(3)))
                .list();
    }
}
