package io.hone.secrets;

import io.hone.database.StartException;
import io.hone.http.Encoding;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The key that encrypts what the database keeps secret. It comes from {@code HONE_SECRET_KEY}, which several nodes
 * share, or else from a file in the data folder that only its owner may read and that the first start creates.
 * Thread-safe.
 */
@Singleton
public class SecretKey {

    /** Name of the file in the data folder. */
    static final String FILE = "secret.key";

    private static final int SHORTEST = 32;

    private final byte[] key;

    /** Another one than that which encrypts, made from it. */
    private final byte[] digestKey;

    /** @throws StartException if there is no key that can be used */
    @Inject
    public SecretKey(Settings settings) {
        this(Path.of(settings.get(SettingsCatalogue.DATA_DIR)), System.getenv("HONE_SECRET_KEY"));
    }

    SecretKey(Path folder, @Nullable String given) {
        if (given == null) {
            key = ofFolder(folder.resolve(FILE));
        } else if (given.length() < SHORTEST) {
            throw new StartException(
                    "HONE_SECRET_KEY has %d characters, at least %d are needed; try: openssl rand -hex 32"
                            .formatted(given.length(), SHORTEST));
        } else {
            key = Encoding.sha256(given);
        }
        digestKey = Encoding.sha256("digests " + HexFormat.of().formatHex(key));
    }

    /** Encrypts for the database. */
    public byte[] seal(byte[] plain) {
        return Sealed.seal(key, plain);
    }

    /** Decrypts; null where it was encrypted with another key, or changed. */
    public byte @Nullable [] open(byte[] sealed) {
        return Sealed.open(key, sealed);
    }

    /**
     * What the database may know a token by: nobody can tell it from the token without the key, and with another key
     * every token is unknown.
     *
     * @return 64 hexadecimal digits
     */
    public String digest(String token) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(digestKey, "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(token.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has HMAC with SHA-256", e);
        }
    }

    private static byte[] ofFolder(Path file) {
        try {
            if (!Files.exists(file)) {
                create(file);
            }
            byte[] key = HexFormat.of().parseHex(Files.readString(file).strip());
            if (key.length == Sealed.KEY_BYTES) {
                return key;
            }
        } catch (IllegalArgumentException e) {
            throw unusable(file);
        } catch (IOException e) {
            throw new StartException("Cannot read or create %s: %s".formatted(file, e), e);
        }
        throw unusable(file);
    }

    private static void create(Path file) throws IOException {
        PrivateFile.write(file, HexFormat.of().formatHex(Sealed.random(Sealed.KEY_BYTES)) + '\n');
    }

    private static StartException unusable(Path file) {
        return new StartException(
                "%s is no key of 64 hexadecimal digits; restore it from a backup, or delete it to sign everybody out"
                        .formatted(file));
    }
}
