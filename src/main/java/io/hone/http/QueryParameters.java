package io.hone.http;

import jakarta.ws.rs.core.UriInfo;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The query of a request, read strictly: a wrong value names its parameter and range, and a parameter that nobody asked
 * for is refused, since it is probably a typo. Not thread-safe.
 */
public final class QueryParameters {

    /** Page size where none is asked for, and the largest there is. */
    public static final int DEFAULT_LIMIT = 50;

    public static final int MAX_LIMIT = 500;

    private static final int LONGEST_VALUE = 4_096;

    private final Map<String, List<String>> query;
    private final Set<String> asked = new HashSet<>();
    private final Violations violations = new Violations();

    private final String place;

    public QueryParameters(UriInfo uri) {
        this(uri.getQueryParameters(), "?");
    }

    /**
     * Reads what stands elsewhere by the same rules.
     *
     * @param place what comes before a parameter's name where it is wrong
     */
    public QueryParameters(Map<String, List<String>> parameters, String place) {
        query = parameters;
        this.place = place;
    }

    /** The value, or null where it is missing. */
    public @Nullable String text(String name) {
        asked.add(name);
        List<String> values = query.get(name);
        if (values == null || values.isEmpty()) {
            return null;
        }
        if (values.size() > 1) {
            violations.add(place + name, "is given %d times, once is allowed".formatted(values.size()));
        }
        String value = values.get(0);
        if (value.length() > LONGEST_VALUE || !Violations.isStorable(value)) {
            violations.add(
                    place + name, "has a NUL, half a surrogate pair or over %d characters".formatted(LONGEST_VALUE));
            return null;
        }
        return value;
    }

    /** Every value of a repeatable parameter; empty where it is missing. */
    public List<String> texts(String name) {
        asked.add(name);
        List<String> values = query.get(name);
        if (values == null) {
            return List.of();
        }
        List<String> kept = new ArrayList<>(new java.util.LinkedHashSet<>(values));
        if (kept.size() > 50
                || kept.stream().anyMatch(value -> value.length() > LONGEST_VALUE || !Violations.isStorable(value))) {
            violations.add(
                    place + name,
                    "is given more than 50 times, or has a NUL, half a surrogate pair or over 4096 characters");
            return List.of();
        }
        return kept;
    }

    /** A whole number in a range, or null where it is missing. */
    public @Nullable Long number(String name, long min, long max) {
        String value = text(name);
        if (value == null) {
            return null;
        }
        try {
            long number = Long.parseLong(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            violations.add(place + name, "is no whole number from %d to %d".formatted(min, max));
            return null;
        }
        violations.add(place + name, "is not from %d to %d".formatted(min, max));
        return null;
    }

    /** How many items a page may have. */
    public int limit() {
        Long limit = number("limit", 1, MAX_LIMIT);
        return limit == null ? DEFAULT_LIMIT : limit.intValue();
    }

    /** An RFC 3339 time, or null where it is missing. */
    public @Nullable Instant time(String name) {
        String value = text(name);
        if (value == null) {
            return null;
        }
        try {
            return Times.parse(value);
        } catch (DateTimeException e) {
            violations.add(place + name, "is no RFC 3339 time like 2026-11-20T18:00:00.000Z");
            return null;
        }
    }

    /** One of a few words, or null where it is missing. */
    public @Nullable String oneOf(String name, List<String> allowed) {
        String value = text(name);
        if (value != null && !allowed.contains(value)) {
            violations.add(place + name, "is none of " + String.join(", ", allowed));
            return null;
        }
        return value;
    }

    /** A UUID, or null where it is missing. */
    public @Nullable UUID uuid(String name) {
        String value = text(name);
        if (value == null) {
            return null;
        }
        UUID uuid = Uuids.parse(value);
        if (uuid == null) {
            violations.add(place + name, "is no UUID");
        }
        return uuid;
    }

    /** Notes a wrong value that only the caller can tell. */
    public void refuse(String name, String detail) {
        violations.add(place + name, detail);
    }

    /**
     * To be called when everything was read.
     *
     * @throws ProblemException if a value was wrong or a parameter was not asked for
     */
    public void done() {
        for (String name : new TreeSet<>(query.keySet())) {
            if (!asked.contains(name)) {
                violations.add(place + name, "is unknown; known are " + String.join(", ", new TreeSet<>(asked)));
            }
        }
        violations.refuseIfAny();
    }
}
