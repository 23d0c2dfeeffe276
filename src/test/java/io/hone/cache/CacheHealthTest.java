package io.hone.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.hone.cache.CacheHealth.Status;
import io.hone.cache.CacheStatistics.Coalescing;
import io.hone.cache.CacheStatistics.Latency;
import io.hone.cache.CacheStatistics.Tier;
import io.hone.cache.CacheStatistics.Verification;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CacheHealthTest {

    private static final CacheDefinition DEFINITION =
            CacheCatalogue.find(CacheCatalogue.DASHBOARD_STATS).orElseThrow();

    @Test
    void goodCache_isHealthy() {
        assertThat(health(1_000, 0.9, 0, 100.0, null, TierState.ACTIVE))
                .isEqualTo(new CacheHealth("dashboard.stats", Status.HEALTHY, List.of()));
    }

    @Test
    void fewReads_tellNothing() {
        assertThat(health(99, 0.0, 0, null, null, TierState.ACTIVE).status()).isEqualTo(Status.HEALTHY);
        assertThat(health(0, null, 0, null, null, TierState.ACTIVE).status()).isEqualTo(Status.HEALTHY);
    }

    @Test
    void hitRateBelowItsTarget_isAWarning() {
        CacheHealth health = health(1_000, 0.49, 0, 100.0, null, TierState.ACTIVE);
        assertThat(health.status()).isEqualTo(Status.WARNING);
        assertThat(health.reasons()).containsExactly("the hit rate 0.49 is below its target 0.50");
    }

    @Test
    void evictionsOverATwentieth_areAWarning() {
        assertThat(health(1_000, 0.9, 50, 100.0, null, TierState.ACTIVE).status())
                .isEqualTo(Status.HEALTHY);
        assertThat(health(1_000, 0.9, 56, 100.0, null, TierState.ACTIVE).status())
                .isEqualTo(Status.WARNING);
    }

    @Test
    void lostGrid_isAWarning() {
        assertThat(health(1_000, 0.9, 0, 100.0, null, TierState.DEGRADED).status())
                .isEqualTo(Status.WARNING);
        assertThat(health(1_000, 0.9, 0, 100.0, null, TierState.OFF).status()).isEqualTo(Status.HEALTHY);
    }

    @Test
    void slowerThanItsSource_orWrong_isCritical() {
        assertThat(health(1_000, 0.9, 0, 0.9, null, TierState.ACTIVE).status()).isEqualTo(Status.CRITICAL);
        assertThat(health(1_000, 0.9, 0, 100.0, 0.02, TierState.ACTIVE).status())
                .isEqualTo(Status.CRITICAL);
        assertThat(health(1_000, 0.9, 0, 100.0, 0.005, TierState.ACTIVE).status())
                .isEqualTo(Status.HEALTHY);
    }

    private static CacheHealth health(
            long requests, Double hitRate, long evicted, Double speedUp, Double wrongAtLeast, TierState grid) {
        Latency none = new Latency(0, 0, 0);
        Tier heap = new Tier(0, 0, 0, 100, Map.of("size", evicted, "expired", 900L), 0, 0, hitRate, none, 1L, 1L, null);
        CacheStatistics statistics = new CacheStatistics(
                DEFINITION.name(),
                requests,
                0,
                0,
                hitRate,
                Map.of("l1", heap),
                none,
                speedUp,
                0,
                "0",
                new Coalescing(0, 0, 0, null),
                new Verification(0, 0, null, wrongAtLeast, null, null, null, null),
                0,
                0,
                0,
                1);
        return CacheHealth.of(DEFINITION, statistics, grid, TierState.ACTIVE);
    }
}
