package io.hone.cache;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one cache did since the start of the server.
 *
 * @param requests reads
 * @param hits reads that some tier answered
 * @param misses reads that had to load, or waited for somebody's load
 * @param hitRate hits as a share of requests, 0 to 1; null before the first request
 * @param tiers by {@code l1} and {@code l2}
 * @param load how long loading takes
 * @param speedUp average load as a multiple of an average hit; null before both are known
 * @param timeSavedMs what the hits would have taken longer as loads; never less than 0
 * @param moneySavedUsd what the hits would have cost as loads; a decimal, 0 where loads cost nothing
 * @param coalescing loads that were shared
 * @param verification what comparing hits with fresh loads showed
 * @param refreshes loads ahead of an expiry
 * @param dropped background loads that were left out because too many waited
 * @param warmed keys that were loaded before anybody asked for them
 * @param uptimeSeconds time that these numbers cover
 */
public record CacheStatistics(
        String name,
        long requests,
        long hits,
        long misses,
        @Nullable Double hitRate,
        Map<String, Tier> tiers,
        Latency load,
        @Nullable Double speedUp,
        double timeSavedMs,
        String moneySavedUsd,
        Coalescing coalescing,
        Verification verification,
        long refreshes,
        long dropped,
        long warmed,
        double uptimeSeconds) {

    /**
     * One tier.
     *
     * @param misses reads that this tier could not answer
     * @param outdated misses whose entry was there, but made before a change or by another version of Hone
     * @param evictions entries that went without being asked to, by cause: {@code size}, {@code expired}
     * @param invalidations entries removed because of a change or by people
     * @param errors reads and writes that failed or took too long
     * @param hit how long hits take; a sample of them on the heap
     * @param entries now; null where it cannot be told
     * @param bytes now, estimated on the heap; null where it cannot be told
     * @param compressionRatio stored bytes as a share of the values' own; null where nothing was compressed
     */
    public record Tier(
            long hits,
            long misses,
            long outdated,
            long puts,
            Map<String, Long> evictions,
            long invalidations,
            long errors,
            @Nullable Double hitRate,
            Latency hit,
            @Nullable Long entries,
            @Nullable Long bytes,
            @Nullable Double compressionRatio) {}

    /**
     * How long something takes, in milliseconds; 0 while there is nothing to tell.
     *
     * @param count how often it was measured
     */
    public record Latency(long count, double avgMs, double p95Ms) {}

    /**
     * Loads that were shared.
     *
     * @param calls reads that found no entry
     * @param coalesced those that took over somebody's load
     * @param inFlight loads running now
     * @param rate coalesced as a share of calls; null before the first
     */
    public record Coalescing(
            long calls,
            long coalesced,
            int inFlight,
            @Nullable Double rate) {}

    /**
     * What comparing hits with fresh loads showed.
     *
     * @param compared hits that were loaded again
     * @param wrong those that differed although nothing was changed
     * @param wrongHitRate 0 to 1; null before the first comparison
     * @param wrongHitRateLow lower end of its 95% confidence interval (Wilson, 1927)
     * @param wrongHitRateHigh upper end
     * @param savedPerHitMs what a hit saves on average, from the compared ones; null before the second
     * @param savedPerHitLowMs lower end of its 95% confidence interval (normal approximation)
     * @param savedPerHitHighMs upper end
     */
    public record Verification(
            long compared,
            long wrong,
            @Nullable Double wrongHitRate,
            @Nullable Double wrongHitRateLow,
            @Nullable Double wrongHitRateHigh,
            @Nullable Double savedPerHitMs,
            @Nullable Double savedPerHitLowMs,
            @Nullable Double savedPerHitHighMs) {}
}
