package io.hone.secrets;

import io.hone.database.StartException;
import io.hone.http.Encoding;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
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
    }

    /** Encrypts for the database. */
    public byte[] seal(byte[] plain) {
        return Sealed.seal(key, plain);
    }

    /** Decrypts; null where it was encrypted with another key, or changed. */
    public byte @Nullable [] open(byte[] sealed) {
        return Sealed.open(key, sealed);
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
