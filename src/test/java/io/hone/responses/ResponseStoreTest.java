package io.hone.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.hone.audit.SettableClock;
import io.hone.cache.CacheStatistics;
import io.hone.cache.Epochs;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ResponseStoreTest {

    private static final long BOUND = 4 << 20;

    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-20T12:00:00Z"));
    private final Epochs epochs = new Epochs();
    private final ResponseStore store = TestStores.of(BOUND, epochs, clock);

    @Test
    void find_takesTheVariantThatSuits() {
        StoredAnswer german = answer("/a", 1, Fields.of("Accept-Language", "de"), List.of());
        StoredAnswer french = answer("/a", 1, Fields.of("Accept-Language", "fr"), List.of());
        store.put("k", german);
        store.put("k", french);

        assertThat(store.find("k", Fields.of("accept-language", "de"))).isEqualTo(german);
        assertThat(store.find("k", Fields.of("Accept-Language", " fr "))).isEqualTo(french);
        assertThat(store.find("k", Fields.of("Accept-Language", "it"))).isNull();
        assertThat(store.find("k", Fields.NONE)).isNull();
    }

    @Test
    void put_sameVariant_replacesIt() {
        StoredAnswer first = answer("/a", 1, Fields.NONE, List.of());
        StoredAnswer second = answer("/a", 1, Fields.NONE, List.of());
        store.put("k", first);
        store.put("k", second);
        assertThat(store.get("k")).containsExactly(second);
    }

    @Test
    void put_manyVariants_dropsTheOldest() {
        IntStream.range(0, 40).forEach(i -> store.put("k", answer("/a", 1, Fields.of("Accept", "a/" + i), List.of())));
        assertThat(store.get("k")).hasSize(16);
        assertThat(store.find("k", Fields.of("Accept", "a/39"))).isNotNull();
        assertThat(store.find("k", Fields.of("Accept", "a/0"))).isNull();
    }

    @Test
    void find_afterATagAdvanced_findsNothing_andForgets() {
        store.put("k", answer("/a", 1, Fields.NONE, List.of("sessions", "x")));
        assertThat(store.find("k", Fields.NONE)).isNotNull();
        epochs.advance("sessions");
        assertThat(store.find("k", Fields.NONE)).isNull();
        assertThat(store.statistics().entries()).isZero();
    }

    /** Made before the change, stored after it. */
    @Test
    void put_afterATagAdvanced_isNotFound() {
        StoredAnswer late = answer("/a", 1, Fields.NONE, List.of("sessions"));
        epochs.advance("sessions");
        store.put("k", late);
        assertThat(store.find("k", Fields.NONE)).isNull();
    }

    @Test
    void entries_leaveWhenTheyAreOfNoUse_withoutBeingRead() {
        store.put("k", answer("/a", 1, Fields.NONE, List.of()));
        clock.advance(Duration.ofSeconds(69));
        store.cleanUp();
        assertThat(store.statistics().entries()).isEqualTo(1);
        clock.advance(Duration.ofSeconds(2));
        store.cleanUp();
        assertThat(store.statistics().entries()).isZero();
        assertThat(store.statistics().cacheSizeBytes()).isZero();
    }

    @Test
    void cleanUp_removesWhatHoldsNoMore() {
        store.put("a", answer("/a", 1, Fields.NONE, List.of("sessions")));
        store.put("b", answer("/b", 1, Fields.NONE, List.of("criteria")));
        epochs.advance("sessions");
        assertThat(store.cleanUp()).isEqualTo(1);
        assertThat(store.statistics().entries()).isEqualTo(1);
    }

    @Test
    void invalidate_byTagAndPattern_countsWhatWent() {
        store.put("a", answer("/api/a", 1, Fields.NONE, List.of("sessions")));
        store.put("b", answer("/api/b", 1, Fields.NONE, List.of("sessions")));
        store.put("c", answer("/files/c", 1, Fields.NONE, List.of()));
        assertThat(store.invalidatePattern(PathPattern.of("/files/*"))).isEqualTo(1);
        assertThat(store.invalidateTags(List.of("sessions"))).isEqualTo(2);
        assertThat(store.invalidateTags(List.of("sessions"))).isZero();
        store.put("c", answer("/files/c", 1, Fields.NONE, List.of()));
        assertThat(store.clear()).isEqualTo(1);
        assertThat(heap().invalidations()).isEqualTo(4);
    }

    @Test
    void bytes_stayWithinTheBound_whateverComes() {
        for (int i = 0; i < 4_000; i++) {
            store.put("key " + i, answer("/a", 1 + i % 20_000, Fields.NONE, List.of()));
            assertThat(store.statistics().cacheSizeBytes()).isLessThanOrEqualTo(BOUND);
        }
        assertThat(store.statistics().cacheSizeBytes()).isGreaterThan(BOUND * 9 / 10);
        assertThat(heap().evictions().get("size")).isPositive();
    }

    private StoredAnswer answer(String path, int bytes, Fields varying, List<String> tags) {
        return new StoredAnswer(
                new Answer(200, Fields.of("Content-Type", "text/plain"), new byte[bytes]),
                null,
                new StoredAnswer.Life(clock.millis(), 60_000, 10_000),
                new StoredAnswer.Origin(path, varying, tags, epochs.of(tags), null, null, false, null, 1));
    }

    /** The first hits of a cold server would tell of harm where there is none. */
    @Test
    void speedUp_isToldAfterEnoughOfBoth() {
        for (int i = 0; i < 10; i++) {
            store.count(ResponseStore.Result.MISS, 4_000_000);
        }
        for (int i = 0; i < 99; i++) {
            store.count(ResponseStore.Result.HIT, 1_000_000);
        }
        assertThat(store.asCache().speedUp()).isNull();
        assertThat(store.asCache().timeSavedMs()).isCloseTo(297, withinPercentage(2));
        store.count(ResponseStore.Result.HIT, 1_000_000);
        assertThat(store.asCache().speedUp()).isCloseTo(4, withinPercentage(2));
    }

    private CacheStatistics.Tier heap() {
        return store.asCache().tiers().get("l1");
    }
}
