package io.hone.auth;

import org.jspecify.annotations.Nullable;

/**
 * What a sign-in or refresh gives.
 *
 * @param tokenType always {@code Bearer}
 * @param expiresIn seconds until the access token expires
 * @param refreshToken gives the next pair; null where a cookie holds it
 */
public record Tokens(
        String accessToken,
        String tokenType,
        long expiresIn,
        @Nullable String refreshToken,
        Account account) {

    /** The same for a browser, whose scripts are not to see the refresh token. */
    Tokens withoutRefreshToken() {
        return new Tokens(accessToken, tokenType, expiresIn, null, account);
    }
}
