package io.hone.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.hone.metrics.RequestParts;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EpochsTest {

    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    private final Epochs epochs = at(NOON);

    @Test
    void of_withoutChange_staysTheSame() {
        assertThat(epochs.of("a")).isEqualTo(epochs.of("a"));
    }

    @Test
    void advance_cache_movesItAlone() {
        long a = epochs.of("a");
        long b = epochs.of("b");
        epochs.advance("a");
        assertThat(epochs.of("a")).isGreaterThan(a);
        assertThat(epochs.of("b")).isEqualTo(b);
    }

    @Test
    void advance_beforeTheFirstLook_counts() {
        epochs.advance("a");
        assertThat(epochs.of("a")).isGreaterThan(epochs.of("b"));
    }

    @Test
    void advance_byManyThreads_neverRepeats() {
        Set<Long> seen = ConcurrentHashMap.newKeySet();
        IntStream.range(0, 8).parallel().forEach(thread -> {
            for (int i = 0; i < 1_000; i++) {
                epochs.advance("a");
                seen.add(epochs.of("a"));
            }
        });
        assertThat(epochs.of("a")).isEqualTo(at(NOON).of("a") + 8_000);
        assertThat(seen).allMatch(epoch -> epoch > at(NOON).of("a"));
    }

    @Test
    void restart_aMillisecondLater_meetsNoEpochOfBefore() {
        for (int i = 0; i < 999; i++) {
            epochs.advance("a");
        }
        assertThat(at(NOON.plusMillis(1)).of("a")).isGreaterThan(epochs.of("a"));
    }

    @Test
    void timed_cachedCall_tellsHitFromMiss() {
        RequestParts parts = RequestParts.begin();
        try {
            assertThat(CachedReads.timed(() -> "cached")).isEqualTo("cached");
            assertThat(parts.cacheResult()).isEqualTo("hit");
            CachedReads.timed(() -> {
                CachedReads.loading();
                return List.of();
            });
            assertThat(parts.cacheResult()).isEqualTo("miss");
            CachedReads.timed(() -> "cached");
            assertThat(parts.cacheResult()).isEqualTo("hit");
            assertThat(parts.cacheNanos()).isPositive();
        } finally {
            RequestParts.end();
        }
    }

    private static Epochs at(Instant time) {
        return new Epochs(Clock.fixed(time, ZoneOffset.UTC));
    }
}
