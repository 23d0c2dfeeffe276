package io.hone.cache;

import io.hone.metrics.RequestParts;
import java.util.function.Supplier;

/** Notes for a request's {@code Server-Timing} and log whether a cache had the answer, and how long asking took. */
public final class CachedReads {

    private static final ThreadLocal<Boolean> LOADED = ThreadLocal.withInitial(() -> false);

    private CachedReads() {}

    /** Asks a cached method. */
    public static <T> T timed(Supplier<T> cachedCall) {
        LOADED.set(false);
        long start = System.nanoTime();
        T value = cachedCall.get();
        RequestParts.cache(System.nanoTime() - start, !LOADED.get());
        return value;
    }

    /** To be called by a cached method: reaching its body means that the cache did not have the value. */
    public static void loading() {
        LOADED.set(true);
    }
}
