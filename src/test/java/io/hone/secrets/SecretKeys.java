package io.hone.secrets;

import java.nio.file.Path;

/** Keys for tests. */
public final class SecretKeys {

    private SecretKeys() {}

    /** The key of a text of at least 32 characters. */
    public static SecretKey of(String text) {
        return new SecretKey(Path.of("nowhere"), text);
    }
}
