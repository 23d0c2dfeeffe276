package io.hone.responses;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code Cache-Control} field says (RFC 9111, section 5.2). Of a directive that comes twice the first counts, as
 * section 4.2.1 allows. Immutable.
 */
final class Directives {

    static final Directives NONE = new Directives(Map.of());

    /** Larger numbers of seconds count as this (RFC 9111, section 1.2.2). */
    static final long FOREVER_SECONDS = 1L << 31;

    private final Map<String, String> values;

    private Directives(Map<String, String> values) {
        this.values = values;
    }

    static Directives of(Fields fields) {
        return parse(fields.joined("Cache-Control"));
    }

    static Directives parse(@Nullable String field) {
        if (field == null) {
            return NONE;
        }
        Map<String, String> values = new HashMap<>();
        int at = 0;
        while (at < field.length()) {
            int end = endOfMember(field, at);
            String member = field.substring(at, end).strip();
            int equals = member.indexOf('=');
            String name = (equals < 0 ? member : member.substring(0, equals)).toLowerCase(Locale.ROOT);
            if (!name.isEmpty()) {
                values.putIfAbsent(name, equals < 0 ? "" : unquoted(member.substring(equals + 1)));
            }
            at = end + 1;
        }
        return new Directives(values);
    }

    /** The comma that ends a member: one within quotes does not. */
    private static int endOfMember(String field, int from) {
        boolean quoted = false;
        for (int i = from; i < field.length(); i++) {
            char c = field.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (quoted && c == '\\') {
                i++;
            } else if (c == ',' && !quoted) {
                return i;
            }
        }
        return field.length();
    }

    private static String unquoted(String value) {
        return value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")
                ? value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1")
                : value;
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    /** Whether it is there without an argument: with one, it is about single fields only. */
    boolean hasWhole(String name) {
        return "".equals(values.get(name));
    }

    /** The argument; empty for none, null where the directive is not there. */
    @Nullable
    String argument(String name) {
        return values.get(name);
    }

    /** Seconds of a directive; -1 where it is not there, 0 where it is no number: what cannot be read is stale. */
    long seconds(String name) {
        String value = values.get(name);
        return value == null ? -1 : seconds(value, 0);
    }

    /** Whole seconds (RFC 9111, section 1.2.2). */
    static long seconds(String text, long otherwise) {
        if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return otherwise;
        }
        return text.length() > 10 ? FOREVER_SECONDS : Math.min(FOREVER_SECONDS, Long.parseLong(text));
    }
}
