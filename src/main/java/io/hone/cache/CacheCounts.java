package io.hone.cache;

import com.github.benmanes.caffeine.cache.Ticker;
import io.hone.cache.CacheDefinition.Tier;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** What a cache counts beyond its tiers. Thread-safe. */
final class CacheCounts {

    private static final int NANO_DIGITS = 9;
    private static final double NANOS_OF_SECOND = 1e9;

    final Durations loads = new Durations();
    final Verifications verifications = new Verifications();
    final LongAdder refreshes = new LongAdder();

    /** Refreshes and comparisons that there was no room for. */
    final LongAdder dropped = new LongAdder();

    final LongAdder warmed = new LongAdder();
    final LongAdder savedNanoUsd = new LongAdder();
    private final Ticker ticker;
    private final long started;

    CacheCounts(Ticker ticker) {
        this.ticker = ticker;
        started = ticker.read();
    }

    /**
     * All of it.
     *
     * @param tiers by label; that of the heap is among them
     */
    CacheStatistics statistics(
            String name, Map<String, CacheStatistics.Tier> tiers, CacheStatistics.Coalescing coalescing) {
        CacheStatistics.Latency load = loads.latency();
        CacheStatistics.Tier heap = Objects.requireNonNull(tiers.get(Tier.L1.label()));
        long hits =
                tiers.values().stream().mapToLong(CacheStatistics.Tier::hits).sum();
        long requests = heap.hits() + heap.misses();
        double saved = tiers.values().stream()
                .mapToDouble(tier ->
                        tier.hits() * Math.max(0, load.avgMs() - tier.hit().avgMs()))
                .sum();
        double hit = heap.hit().avgMs();
        return new CacheStatistics(
                name,
                requests,
                hits,
                Math.max(0, requests - hits),
                requests == 0 ? null : (double) hits / requests,
                tiers,
                load,
                load.count() == 0 || hit == 0 ? null : load.avgMs() / hit,
                load.count() == 0 ? 0 : saved,
                BigDecimal.valueOf(savedNanoUsd.sum(), NANO_DIGITS)
                        .stripTrailingZeros()
                        .toPlainString(),
                coalescing,
                verifications.result(),
                refreshes.sum(),
                dropped.sum(),
                warmed.sum(),
                (ticker.read() - started) / NANOS_OF_SECOND);
    }
}
