package io.hone.responses;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Addresses whose last answer was for one alone. Whoever asks for such a thing does not wait to see whether somebody
 * else's answer will do: it would not, and of many who ask at the same time each would wait for the one before. They share
 * a fixed number of places by their hash: two that meet are asked about once too often, and never wrongly answered.
 * Thread-safe.
 */
final class Loners {

    /** A power of two; 64 KiB. */
    private static final int PLACES = 1 << 13;

    /** After that it is tried again: servers change their mind. */
    private static final long REMEMBERED_MS = Duration.ofMinutes(1).toMillis();

    /** Until when, by the wall clock in milliseconds. */
    private final AtomicLongArray places = new AtomicLongArray(PLACES);

    boolean contains(String key, long nowMs) {
        return nowMs < places.get(place(key));
    }

    void add(String key, long nowMs) {
        places.set(place(key), nowMs + REMEMBERED_MS);
    }

    void remove(String key) {
        places.set(place(key), 0);
    }

    private static int place(String key) {
        int hash = key.hashCode();
        return (hash ^ hash >>> 16) & (PLACES - 1);
    }
}
