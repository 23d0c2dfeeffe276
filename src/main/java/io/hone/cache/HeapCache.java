package io.hone.cache;

import com.github.benmanes.caffeine.cache.Cache;
import java.util.function.Supplier;

/**
 * A cache on this node's heap. Each entry belongs to the epoch in which it was loaded: one that was loaded before a
 * change is not found after it, even if it is stored later. Thread-safe.
 *
 * @param <K> key
 * @param <V> value
 */
public final class HeapCache<K, V> {

    /** A value with the epoch of before it was loaded. */
    record Entry<V>(V value, long epoch) {}

    private final Cache<K, Entry<V>> entries;
    private final Epochs epochs;
    private final String name;

    HeapCache(Cache<K, Entry<V>> entries, Epochs epochs, String name) {
        this.entries = entries;
        this.epochs = epochs;
        this.name = name;
    }

    /** The value of a key; loaded, and kept, where it is not there. */
    public V get(K key, Supplier<V> load) {
        long epoch = epochs.of(name);
        Entry<V> entry = entries.getIfPresent(key);
        if (entry == null || entry.epoch() != epoch) {
            entry = new Entry<>(load.get(), epoch);
            entries.put(key, entry);
        }
        return entry.value();
    }
}
