package io.hone.cache;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A number for each cache that goes up with every change of what it is made from. As part of the key it makes
 * invalidation exact: a value that was loaded before a change is stored under the epoch of before, where nobody looks
 * any more, even if it is stored after the change. Removing keys alone would let such a late store live on.
 *
 * <p>Thread-safe.
 */
@Singleton
public class Epochs {

    private final Map<String, AtomicLong> epochs = new ConcurrentHashMap<>();
    private final long first;

    /** Starts at the time of day in microseconds, so that no restart meets an epoch again. */
    @Inject
    public Epochs(Clock clock) {
        first = Math.multiplyExact(clock.millis(), 1_000L);
    }

    /** The epoch to ask that cache with; to be read before the value is loaded. */
    public long of(String cache) {
        return counter(cache).get();
    }

    /** Starts a new epoch: what was cached before is not found any more. To be called after the change is committed. */
    public void advance(String cache) {
        counter(cache).incrementAndGet();
    }

    private AtomicLong counter(String cache) {
        return epochs.computeIfAbsent(cache, name -> new AtomicLong(first));
    }
}
