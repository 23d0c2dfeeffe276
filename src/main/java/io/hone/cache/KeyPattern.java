package io.hone.cache;

import io.hone.http.ProblemException;
import java.util.regex.Pattern;

/**
 * Keys by their shape: {@code *} stands for any characters, {@code ?} for one, all others for themselves. With or without
 * the {@code hone:} that every key begins with.
 */
public final class KeyPattern {

    private static final int LONGEST = 500;
    private static final int MOST_STARS = 10;

    private final String text;
    private final Pattern pattern;

    private KeyPattern(String text, Pattern pattern) {
        this.text = text;
        this.pattern = pattern;
    }

    /**
     * Reads a pattern.
     *
     * @param pointer where it was sent
     * @throws ProblemException 422 for one that is empty, over 500 characters, or has more than 10 stars
     */
    public static KeyPattern parse(String text, String pointer) {
        String pattern = text.startsWith(CacheKey.PREFIX) ? text.substring(CacheKey.PREFIX.length()) : text;
        long stars = pattern.chars().filter(c -> c == '*').count();
        if (pattern.isBlank() || pattern.length() > LONGEST || stars > MOST_STARS) {
            throw ProblemException.invalid(
                    pointer,
                    "is not 1 to %d characters with at most %d stars, such as configuration:*"
                            .formatted(LONGEST, MOST_STARS));
        }
        StringBuilder regex = new StringBuilder();
        for (char c : pattern.replaceAll("\\*+", "*").toCharArray()) {
            regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
        }
        return new KeyPattern(text, Pattern.compile(regex.toString(), Pattern.DOTALL));
    }

    /** Whether every key matches. */
    public boolean isEverything() {
        return text.replaceAll("[*?:]", "").isEmpty() || text.equals(CacheKey.PREFIX + "*");
    }

    /**
     * Whether a key matches.
     *
     * @param key beginning with {@code hone:}
     */
    public boolean matches(String key) {
        return pattern.matcher(key.substring(CacheKey.PREFIX.length())).matches();
    }

    @Override
    public String toString() {
        return text;
    }
}
