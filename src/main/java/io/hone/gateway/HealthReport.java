package io.hone.gateway;

import io.hone.failures.ProviderHealth;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a provider is, as its last calls tell.
 *
 * @param calls that this is made of: the last 50, none of them older than five minutes
 * @param latencyMs how long answers took to begin; null without answers
 * @param errorRate share of the calls that failed through the provider, 0 to 1; null without calls
 * @param since when it came to be so
 * @param observedAt when it was called last; null if never
 * @param lastErrorCategory what its last failure meant, a category of failures; null for none
 * @param lastErrorAt when that was; null for none
 * @param paused whether calls to it are refused for now, because too many of them failed
 */
public record HealthReport(
        String name,
        ProviderHealth status,
        int calls,
        @Nullable Latency latencyMs,
        @Nullable Double errorRate,
        Instant since,
        @Nullable Instant observedAt,
        @Nullable String lastErrorCategory,
        @Nullable Instant lastErrorAt,
        boolean paused) {

    /** Milliseconds until answers began: half of them, and 95 of 100, took no longer. */
    public record Latency(long p50, long p95) {}
}
