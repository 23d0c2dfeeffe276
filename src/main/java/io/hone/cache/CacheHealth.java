package io.hone.cache;

import io.hone.cache.CacheStatistics.Tier;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Whether a cache does what it is there for.
 *
 * @param reasons why it is not healthy; empty when it is
 */
public record CacheHealth(String name, Status status, List<String> reasons) {

    /** From good to bad. */
    public enum Status {
        HEALTHY,
        WARNING,
        CRITICAL;

        /** As the interface names it. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Fewer reads tell nothing about a rate. */
    private static final long FEW = 100;

    /** Above this share of operations, evictions mean that the bound is too small. */
    private static final double MOST_EVICTIONS = 0.05;

    /** Above this share, a cache answers wrongly too often to be used. */
    private static final double MOST_WRONG = 0.01;

    /** Judges a cache by what it did. */
    static CacheHealth of(CacheDefinition definition, CacheStatistics statistics, TierState grid, TierState durable) {
        List<String> reasons = new ArrayList<>();
        Status status = Status.HEALTHY;
        Double rate = statistics.hitRate();
        if (rate != null && statistics.requests() >= FEW && rate < definition.targetHitRate()) {
            reasons.add(text("the hit rate %.2f is below its target %.2f", rate, definition.targetHitRate()));
            status = Status.WARNING;
        }
        Tier heap = statistics.tiers().get(CacheDefinition.Tier.L1.label());
        if (heap != null) {
            long evicted = heap.evictions().getOrDefault("size", 0L);
            long operations = statistics.requests() + heap.puts();
            if (operations >= FEW && evicted > operations * MOST_EVICTIONS) {
                reasons.add(text("%d of %d operations pushed out an entry that was still good", evicted, operations));
                status = Status.WARNING;
            }
        }
        if (definition.tiers().contains(CacheDefinition.Tier.L2) && grid == TierState.DEGRADED) {
            reasons.add("the data grid does not answer: only the heap is used");
            status = Status.WARNING;
        }
        if (definition.tiers().contains(CacheDefinition.Tier.DURABLE) && durable == TierState.DEGRADED) {
            reasons.add("the database does not answer: what is loaded is not stored");
            status = Status.WARNING;
        }
        if (statistics.speedUp() != null && statistics.speedUp() < 1) {
            reasons.add(text("a hit takes longer than a load (speed-up %.2f)", statistics.speedUp()));
            status = Status.CRITICAL;
        }
        Double wrong = statistics.verification().wrongHitRateLow();
        if (wrong != null && wrong > MOST_WRONG) {
            reasons.add(text("at least %.3f of the hits are wrong", wrong));
            status = Status.CRITICAL;
        }
        return new CacheHealth(definition.name(), status, reasons);
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
