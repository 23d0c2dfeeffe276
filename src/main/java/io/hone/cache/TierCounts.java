package io.hone.cache;

import com.github.benmanes.caffeine.cache.RemovalCause;
import io.hone.cache.CacheStatistics.Latency;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What one tier of one cache counts. Thread-safe. */
final class TierCounts {

    final LongAdder hits = new LongAdder();
    final LongAdder misses = new LongAdder();
    final LongAdder outdated = new LongAdder();
    final LongAdder puts = new LongAdder();
    final LongAdder invalidations = new LongAdder();
    final LongAdder errors = new LongAdder();
    final LongAdder plainBytes = new LongAdder();
    final LongAdder storedBytes = new LongAdder();
    final Durations hit = new Durations();
    final LongAdder evictedBySize = new LongAdder();
    final LongAdder expired = new LongAdder();

    void evicted(RemovalCause cause) {
        if (cause == RemovalCause.SIZE) {
            evictedBySize.increment();
        } else if (cause == RemovalCause.EXPIRED) {
            expired.increment();
        }
    }

    /** @param evictedElsewhere entries that the tier itself pushed out, and counted */
    CacheStatistics.Tier statistics(@Nullable Long entries, @Nullable Long bytes, long evictedElsewhere) {
        long found = hits.sum();
        long missed = misses.sum();
        long plain = plainBytes.sum();
        Latency latency = hit.latency();
        return new CacheStatistics.Tier(
                found,
                missed,
                outdated.sum(),
                puts.sum(),
                Map.of("size", evictedBySize.sum() + evictedElsewhere, "expired", expired.sum()),
                invalidations.sum(),
                errors.sum(),
                found + missed == 0 ? null : (double) found / (found + missed),
                latency,
                entries,
                bytes,
                plain == 0 ? null : (double) storedBytes.sum() / plain);
    }
}
