package io.hone.metrics;

import org.jspecify.annotations.Nullable;

/**
 * Where the time of the request on this thread went, for its {@code Server-Timing}. Work outside a request is not
 * counted. Confined to the thread that answers the request.
 */
public final class RequestParts {

    private static final ThreadLocal<@Nullable RequestParts> CURRENT = new ThreadLocal<>();

    private long databaseNanos;
    private long cacheNanos;
    private @Nullable String cacheResult;

    /** Starts counting for the request on this thread. */
    public static RequestParts begin() {
        RequestParts parts = new RequestParts();
        CURRENT.set(parts);
        return parts;
    }

    /** Stops counting on this thread. */
    public static void end() {
        CURRENT.remove();
    }

    /** Adds time waited for the database. */
    public static void database(long nanos) {
        RequestParts parts = CURRENT.get();
        if (parts != null) {
            parts.databaseNanos += nanos;
        }
    }

    /** Adds time spent in a cache, and whether it had the answer. */
    public static void cache(long nanos, boolean hit) {
        RequestParts parts = CURRENT.get();
        if (parts != null) {
            parts.cacheNanos += nanos;
            parts.cacheResult = hit ? "hit" : "miss";
        }
    }

    public long databaseNanos() {
        return databaseNanos;
    }

    public long cacheNanos() {
        return cacheNanos;
    }

    /** {@code hit}, {@code miss}, or null when no cache was asked. */
    public @Nullable String cacheResult() {
        return cacheResult;
    }
}
