package io.hone.responses;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.List;

/**
 * Which paths are meant: {@code *} stands for anything within a segment, {@code **} for anything at all, {@code {a,b}} for
 * one of the words, of which one may be
 * empty. Immutable.
 */
public final class PathPattern {

    private static final int LONGEST = 200;
    private static final int MOST_WILDCARDS = 8;
    private static final int MOST_ALTERNATIVES = 32;

    private final String text;
    private final List<String> alternatives;

    private PathPattern(String text, List<String> alternatives) {
        this.text = text;
        this.alternatives = alternatives;
    }

    /**
     * Reads a pattern.
     *
     * @throws IllegalArgumentException saying what is wrong, as a half-sentence
     */
    public static PathPattern of(String text) {
        if (!text.startsWith("/")) {
            throw new IllegalArgumentException("does not begin with /");
        }
        if (text.length() > LONGEST) {
            throw new IllegalArgumentException("has %d characters, not 1 to %d".formatted(text.length(), LONGEST));
        }
        if (!text.chars().allMatch(c -> c > ' ' && c < 127) || text.matches(".*[?#%;\\\\\\[\\]].*")) {
            throw new IllegalArgumentException("has a character that no path of an interface has: only letters, digits,"
                    + " punctuation without ? # % ; \\ [ ], the wildcards * and **, and {a,b}");
        }
        if (text.contains("***")) {
            throw new IllegalArgumentException("has ***, which is neither * nor **");
        }
        int wildcards = text.length() - text.replace("**", "*").replace("*", "").length();
        if (wildcards > 2 * MOST_WILDCARDS) {
            throw new IllegalArgumentException("has more than %d wildcards".formatted(MOST_WILDCARDS));
        }
        return new PathPattern(text, alternatives(text));
    }

    private static List<String> alternatives(String text) {
        int open = text.indexOf('{');
        int close = text.indexOf('}');
        if (open < 0 && close < 0) {
            return List.of(text);
        }
        if (open < 0 || close < open || text.indexOf('{', open + 1) >= 0 || text.indexOf('}', close + 1) >= 0) {
            throw new IllegalArgumentException("has braces other than one {a,b}");
        }
        List<String> all = new ArrayList<>();
        for (String word : text.substring(open + 1, close).split(",", -1)) {
            all.add(text.substring(0, open) + word + text.substring(close + 1));
        }
        if (all.size() > MOST_ALTERNATIVES) {
            throw new IllegalArgumentException("has more than %d words in its braces".formatted(MOST_ALTERNATIVES));
        }
        return List.copyOf(all);
    }

    /** Whether that path, decoded and without query, is meant. */
    public boolean matches(String path) {
        for (String glob : alternatives) {
            if (matches(glob, path)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Walks both at once and goes back to the last wildcard where they differ. Taking as little as possible for each is
     * enough: what is left is taken by the next one.
     */
    private static boolean matches(String glob, String path) {
        int g = 0;
        int p = 0;
        int star = -1; // behind the last * since the last **
        int starAt = 0;
        int any = -1; // behind the last **
        int anyAt = 0;
        while (p < path.length() || g < glob.length()) {
            char wanted = g < glob.length() ? glob.charAt(g) : '\0';
            if (wanted == '*') {
                if (glob.startsWith("**", g)) {
                    g += 2;
                    any = g;
                    anyAt = p;
                    star = -1;
                } else {
                    g++;
                    star = g;
                    starAt = p;
                }
            } else if (p < path.length() && wanted == path.charAt(p)) {
                g++;
                p++;
            } else if (star >= 0 && starAt < path.length() && path.charAt(starAt) != '/') {
                starAt++;
                g = star;
                p = starAt;
            } else if (any >= 0 && anyAt < path.length()) {
                anyAt++;
                g = any;
                p = anyAt;
                star = -1;
            } else {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PathPattern pattern && pattern.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** As it was written. */
    @JsonValue
    @Override
    public String toString() {
        return text;
    }
}
