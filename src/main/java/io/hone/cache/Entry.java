package io.hone.cache;

import java.util.List;

/**
 * An entry on the heap. Compared by identity: it leaves the index when it leaves the heap, whatever took its place.
 *
 * @param <V> value
 */
final class Entry<V> {

    final CacheKey key;
    final V value;

    /** Epochs of before the value was loaded. */
    final long stamp;

    /** Ticker's time from which it counts as expired. */
    final long expires;

    /** What loading it took, in nanoseconds. */
    final long loadNanos;

    final List<String> tags;

    /** On the heap, estimated; in bytes. */
    final int bytes;

    Entry(CacheKey key, V value, long stamp, long expires, long loadNanos, List<String> tags) {
        this.key = key;
        this.value = value;
        this.stamp = stamp;
        this.expires = expires;
        this.loadNanos = loadNanos;
        this.tags = List.copyOf(tags);
        this.bytes = HeapSize.ofEntry(key.parts(), value);
    }
}
