package io.hone.gateway;

/**
 * What calls came to.
 *
 * @param calls that reached a provider or were settled singly
 * @param failed of them
 * @param cacheHits answers from a cache
 * @param unpriced calls whose cost is not known, and not in {@code costUsd}
 * @param costUsd what was paid
 * @param savedUsd what answers from a cache would have cost
 */
public record Spending(
        long calls,
        long failed,
        long cacheHits,
        long unpriced,
        long inputTokens,
        long outputTokens,
        Money costUsd,
        Money savedUsd) {}
