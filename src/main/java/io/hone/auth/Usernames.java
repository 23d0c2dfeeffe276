package io.hone.auth;

import io.hone.http.Violations;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Names of accounts: no colon, so that none looks like a key's. */
final class Usernames {

    private static final Pattern VALID = Pattern.compile("[a-z0-9][a-z0-9._@-]{0,63}");

    /** Names that mean something else in the audit. */
    private static final java.util.Set<String> TAKEN = java.util.Set.of("operator", "hone", "local", "anonymous");

    private Usernames() {}

    /** The name in the form in which it is stored and compared. */
    static String normal(String username) {
        return username.strip().toLowerCase(Locale.ROOT);
    }

    static void check(@Nullable String username, Violations violations) {
        if (username == null) {
            violations.add("/username", "is required");
        } else if (!VALID.matcher(normal(username)).matches()) {
            violations.add(
                    "/username",
                    "is not 1 to 64 of a-z, 0-9, dot, hyphen, underscore and @, beginning with a letter or digit");
        } else if (TAKEN.contains(normal(username))) {
            violations.add("/username", "is reserved");
        }
    }
}
