package io.hone.cache;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an entry of a cache is found by: one or more values that know {@code equals}. On the heap it is compared as it is;
 * elsewhere, and where people see it, it is {@code hone:{cache}:{parts}}.
 */
public final class CacheKey {

    /** Longer keys are replaced by their digest. */
    static final int LONGEST = 250;

    static final String PREFIX = "hone:";

    /** Keys and tokens of Hone and of providers, by the beginnings they are known by; and what is called a password. */
    private static final Pattern SECRET = Pattern.compile(
            "(?i)eyJ[\\w-]{8,}|\\b(sk|hone|ghp|xox[a-z])[-_][\\w-]{8,}|bearer%20|password|secret|api[-_]?key");

    private final @Nullable Object[] parts;
    private final int hash;

    private CacheKey(@Nullable Object[] parts) {
        this.parts = parts;
        this.hash = Arrays.deepHashCode(parts);
    }

    /** The key of these parts; each is a value of the standard library, an enum or a record. */
    public static CacheKey of(@Nullable Object... parts) {
        return new CacheKey(parts.clone());
    }

    /** A digest of texts, for parts of keys that are long, or that nobody is to see. */
    public static String digestOf(List<String> texts) {
        StringBuilder all = new StringBuilder();
        for (String text : texts) {
            all.append(text.length()).append(':').append(text);
        }
        return digest(all);
    }

    /** Its parts, in their order. */
    @Nullable
    Object[] parts() {
        return parts.clone();
    }

    /**
     * The key as text, different for different keys whose parts have the same types.
     *
     * @param hashed whether nothing of the parts may be seen
     */
    String text(String cache, boolean hashed) {
        StringBuilder text = new StringBuilder(PREFIX).append(cache);
        for (Object part : parts) {
            text.append(':');
            if (part == null) {
                text.append("%0");
            } else {
                escape(part.toString(), text);
            }
        }
        if (!hashed && text.length() <= LONGEST && !SECRET.matcher(text).find()) {
            return text.toString();
        }
        return PREFIX + cache + ":sha256-" + digest(text);
    }

    /** Percent-encodes what separates parts, what patterns use, and what no log should carry. */
    private static void escape(String part, StringBuilder text) {
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            if (c == ':' || c == '%' || c == '*' || c == '?' || c <= ' ' || c == 0x7F) {
                text.append('%').append(HexFormat.of().withUpperCase().toHexDigits((byte) c));
            } else {
                text.append(c);
            }
        }
    }

    private static String digest(CharSequence text) {
        try {
            // UTF-16, so that halves of surrogate pairs, which UTF-8 cannot write, do not all become one.
            ByteBuffer bytes = ByteBuffer.allocate(text.length() * Character.BYTES);
            bytes.asCharBuffer().append(text);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof CacheKey key && hash == key.hash && Arrays.deepEquals(parts, key.parts));
    }

    @Override
    public int hashCode() {
        return hash;
    }

    /** Without the parts, which may be secret. */
    @Override
    public String toString() {
        return "CacheKey of %d parts".formatted(parts.length);
    }
}
