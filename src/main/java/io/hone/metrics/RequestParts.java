package io.hone.metrics;

import org.jspecify.annotations.Nullable;

/**
 * Where the time of the request on this thread went, for its {@code Server-Timing}. Work outside a request is not
 * counted. Confined to the thread that answers the request, but for what is said otherwise.
 */
public final class RequestParts {

    private static final ThreadLocal<@Nullable RequestParts> CURRENT = new ThreadLocal<>();

    private long databaseNanos;
    private long cacheNanos;
    private volatile long upstreamNanos;
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

    /** Those of the request on this thread, to go on with elsewhere; new ones where there are none. */
    public static RequestParts current() {
        RequestParts parts = CURRENT.get();
        return parts == null ? new RequestParts() : parts;
    }

    /** Notes how long another server took to begin its answer. From any thread. */
    public void upstream(long nanos) {
        upstreamNanos = nanos;
    }

    /** 0 where no other server was asked. */
    public long upstreamNanos() {
        return upstreamNanos;
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
