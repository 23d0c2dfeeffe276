package io.hone.auth;

import io.hone.http.Encoding;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The SHA-256 digest of a credential, which is random enough not to be guessed from it: what caches and the database
 * know of it. As four numbers, since comparing and hashing them costs less than a text.
 */
record TokenHash(long first, long second, long third, long fourth) {

    /** Digests are made once for each thread; they are reset after each use. */
    private static final ThreadLocal<MessageDigest> SHA_256 = ThreadLocal.withInitial(() -> {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    });

    static TokenHash of(String token) {
        ByteBuffer digest = ByteBuffer.wrap(SHA_256.get().digest(token.getBytes(StandardCharsets.UTF_8)));
        return new TokenHash(digest.getLong(), digest.getLong(), digest.getLong(), digest.getLong());
    }

    /** For the database: 64 hexadecimal digits. */
    static String hex(String token) {
        return HexFormat.of().formatHex(Encoding.sha256(token));
    }

    /** Spread enough already: it is a digest. */
    @Override
    public int hashCode() {
        return (int) first;
    }
}
