package io.hone.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Scheduler;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What of one cache is on this node's heap. Whether an entry still holds is for its reader to tell. Thread-safe.
 *
 * @param <V> value
 */
final class HeapTier<V> {

    private final Cache<CacheKey, Entry<V>> entries;
    private final boolean boundByBytes;
    private final TagIndex<V> index = new TagIndex<>();

    /** Counts up when keys of a pattern are removed: what is loading then may be one of them, and is not kept. */
    private final AtomicLong patterns = new AtomicLong();

    /** Shared by those who store, exclusive for who counts up: what is stored later has seen the new number. */
    private final StampedLock storing = new StampedLock();

    final TierCounts counts = new TierCounts();

    HeapTier(CacheDefinition definition, Ticker ticker) {
        boundByBytes = definition.bound().bytes();
        Caffeine<Object, Object> builder = Caffeine.newBuilder();
        if (!boundByBytes) {
            builder.maximumSize(definition.bound().most());
        }
        Caffeine<CacheKey, Entry<V>> typed = builder.ticker(ticker)
                // Maintenance is short, and so is what happens on a removal: both on the thread that caused them.
                .executor(Runnable::run)
                .scheduler(Scheduler.systemScheduler())
                .removalListener((@Nullable CacheKey key, @Nullable Entry<V> entry, RemovalCause cause) -> {
                    if (entry != null) {
                        index.remove(entry);
                        counts.evicted(cause);
                    }
                })
                .expireAfter(Expiry.writing((CacheKey key, Entry<V> entry) ->
                        Duration.ofNanos(Math.max(0, entry.expires - ticker.read()))));
        if (boundByBytes) {
            typed = typed.maximumWeight(definition.bound().most())
                    .weigher((CacheKey key, Entry<V> entry) -> entry.bytes);
        }
        entries = typed.build();
    }

    @Nullable
    Entry<V> find(CacheKey key) {
        return entries.getIfPresent(key);
    }

    /** To be read before a load begins. */
    long patterns() {
        return patterns.get();
    }

    /** Keeps an entry, unless keys were removed by a pattern since that number was read. */
    void keep(Entry<V> entry, long patternsBefore) {
        long read = storing.readLock();
        try {
            if (patterns.get() == patternsBefore) {
                // In the index first: whoever finds the entry can also remove it by its tags.
                index.add(entry);
                entries.put(entry.key, entry);
                counts.puts.increment();
            }
        } finally {
            storing.unlockRead(read);
        }
    }

    /** Removes a key; 1 if it was there, else 0. */
    long remove(CacheKey key) {
        long removed = entries.asMap().remove(key) == null ? 0 : 1;
        counts.invalidations.add(removed);
        return removed;
    }

    /** Removes an entry, unless another took its place. */
    boolean remove(Entry<V> entry) {
        return entries.asMap().remove(entry.key, entry);
    }

    /** Removes everything, and says how many there were. */
    long removeAll() {
        long removed = entries.estimatedSize();
        counts.invalidations.add(removed);
        entries.invalidateAll();
        return removed;
    }

    /** Takes the entries of a tag out of the index; they are still to be removed. */
    Set<Entry<V>> takeTagged(String tag) {
        Set<Entry<V>> tagged = index.take(tag);
        counts.invalidations.add(tagged.size());
        return tagged;
    }

    /** From now on nothing is kept that is loading now. */
    void keepNothingOfNow() {
        long write = storing.writeLock();
        patterns.incrementAndGet();
        storing.unlockWrite(write);
    }

    /** Removes the keys that a condition holds for, and says how many; readers go on meanwhile. */
    long removeIf(Predicate<CacheKey> keys) {
        long removed = 0;
        for (Map.Entry<CacheKey, Entry<V>> entry : entries.asMap().entrySet()) {
            if (keys.test(entry.getKey()) && remove(entry.getValue())) {
                removed++;
            }
        }
        counts.invalidations.add(removed);
        return removed;
    }

    /** Removes what is expired, or does not hold any more, and says how many. */
    long cleanUp(Predicate<Entry<V>> holds) {
        long before = entries.estimatedSize();
        entries.cleanUp();
        entries.asMap().values().stream().filter(holds.negate()).forEach(this::remove);
        return Math.max(0, before - entries.estimatedSize());
    }

    long size() {
        return entries.estimatedSize();
    }

    /** Tags that have entries. */
    int tags() {
        return index.size();
    }

    CacheStatistics.Tier statistics() {
        return counts.statistics(entries.estimatedSize(), bytes(), 0);
    }

    private long bytes() {
        return boundByBytes
                ? entries.policy()
                        .eviction()
                        .map(policy -> policy.weightedSize().orElse(0))
                        .orElse(0L)
                : entries.asMap().values().stream()
                        .mapToLong(entry -> entry.bytes)
                        .sum();
    }
}
