package io.hone.http;

import io.hone.http.ProblemException.Violation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gathers what is wrong with an input, so that a client learns of all of it at once. Not thread-safe. */
public final class Violations {

    private final List<Violation> found = new ArrayList<>();

    /** Notes an invalid place. */
    public void add(String pointer, String detail) {
        found.add(new Violation(pointer, detail));
    }

    /** Notes the place unless the condition holds. */
    public void require(boolean condition, String pointer, String detail) {
        if (!condition) {
            add(pointer, detail);
        }
    }

    /** Requires a text of {@code min} to {@code max} characters; null counts as missing. */
    public void text(@Nullable String value, String pointer, int min, int max) {
        if (value == null) {
            add(pointer, "is required");
        } else if (value.length() < min || value.length() > max) {
            add(pointer, "has %d characters, not %d to %d".formatted(value.length(), min, max));
        } else if (min > 0 && value.isBlank()) {
            add(pointer, "is blank");
        } else if (!isStorable(value)) {
            add(pointer, "has a NUL character or half a surrogate pair, which databases cannot store");
        }
    }

    /** Requires a time from 1970 to {@link Times#LAST}. */
    public void time(@Nullable Instant value, String pointer) {
        if (value == null) {
            add(pointer, "is required");
        } else if (value.isBefore(Instant.EPOCH) || value.isAfter(Times.LAST)) {
            add(pointer, "is not from 1970 to 9999");
        }
    }

    /** @throws ProblemException if anything was found */
    public void refuseIfAny() {
        if (!found.isEmpty()) {
            throw ProblemException.invalid(found);
        }
    }

    /** Whether every database stores the text as it is: no NUL, and well-formed Unicode. */
    public static boolean isStorable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\0' || Character.isLowSurrogate(c)) {
                return false;
            }
            if (Character.isHighSurrogate(c)) {
                i++;
                if (i == text.length() || !Character.isLowSurrogate(text.charAt(i))) {
                    return false;
                }
            }
        }
        return true;
    }

    /** A key as one reference token of a JSON Pointer (RFC 6901, section 3). */
    public static String token(String key) {
        return key.replace("~", "~0").replace("/", "~1");
    }
}
