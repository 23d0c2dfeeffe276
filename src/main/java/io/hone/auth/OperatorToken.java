package io.hone.auth;

import io.hone.database.StartException;
import io.hone.secrets.PrivateFile;
import io.hone.secrets.Sealed;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/**
 * What lets the commands of {@code ./hone} in on the server's machine: a token for this run of the server, in a file of
 * the data folder that only its owner may read. Who can read that folder has the database anyway. Thread-safe.
 */
@Singleton
public class OperatorToken {

    private static final int SECRET_BYTES = 32;

    private final TokenHash hash;
    private final String token;
    private final Path file;

    @Inject
    OperatorToken(Settings settings) {
        token = "honeo_" + Base64.getUrlEncoder().withoutPadding().encodeToString(Sealed.random(SECRET_BYTES));
        hash = TokenHash.of(token);
        file = file(Path.of(settings.get(SettingsCatalogue.DATA_DIR)));
    }

    /** Where the token of a server with that data folder is. */
    private static Path file(Path dataFolder) {
        return dataFolder.resolve("server").resolve("operator-token");
    }

    /** @throws StartException if the file cannot be written */
    public void store() {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            PrivateFile.write(file, token + '\n');
        } catch (IOException e) {
            throw new StartException("Cannot write %s: %s".formatted(file, e), e);
        }
    }

    boolean is(TokenHash other) {
        return hash.equals(other);
    }
}
