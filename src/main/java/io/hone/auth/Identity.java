package io.hone.auth;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Whom a valid credential belongs to.
 *
 * @param name for owners and the audit: a username, {@code key:NAME}, or {@code operator}
 * @param accountId the account, for one that signed in
 * @param signIn id of the sign-in that an access token belongs to
 * @param token id of the access token or key
 * @param expiresAt when the credential ends by itself; null for never
 */
public record Identity(
        Kind kind,
        String name,
        Role role,
        @Nullable UUID accountId,
        @Nullable UUID signIn,
        @Nullable String token,
        @Nullable Instant expiresAt) {

    /** What sort of credential. */
    public enum Kind {
        ACCOUNT,
        KEY,
        /** Whoever may read the data folder of the server's machine. */
        OPERATOR;

        @JsonValue
        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
