package io.hone.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hone.audit.SettableClock;
import io.hone.cache.CacheDefinition.Bound;
import io.hone.cache.CacheDefinition.Refresh;
import io.hone.cache.CacheDefinition.Tier;
import io.hone.http.ProblemException;
import io.hone.metrics.RequestParts;
import io.hone.settings.Setting;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One cache on the heap, without a data grid behind it. */
class TieredCacheTest {

    private static final long PATIENCE_SECONDS = 30;
    private static final CacheKey KEY = CacheKey.of("key");

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger loads = new AtomicInteger();
    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-20T12:00:00Z"));
    private final Epochs epochs = new Epochs();
    private final Background background = new Background();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private Settings settings = TestCaches.settings(Map.of(SettingsCatalogue.CACHE_GRID, "false"), Map.of());
    private TieredCache<String> cache = cache(Bound.entries(1_000));

    @AfterEach
    void stop() {
        threads.shutdownNow();
        background.stop();
    }

    @Test
    void value_isLoadedOnce() {
        assertThat(cache.get(KEY, load("a"))).isEqualTo("a");
        assertThat(cache.get(KEY, load("b"))).isEqualTo("a");
        assertThat(loads).hasValue(1);
        assertThat(cache.getIfPresent(KEY, List.of())).isEqualTo("a");
        assertThat(cache.getIfPresent(CacheKey.of("other"), List.of())).isNull();
    }

    @Test
    void value_endsWithItsTimeToLive_withoutBeingRead() {
        cache.get(KEY, load("a"));
        nanos.addAndGet(Duration.ofSeconds(29).toNanos());
        assertThat(cache.get(KEY, load("b"))).isEqualTo("a");
        nanos.addAndGet(Duration.ofSeconds(2).toNanos());

        assertThat(cache.cleanUp().l1()).isEqualTo(1);
        assertThat(cache.statistics().tiers().get("l1").evictions()).containsEntry("expired", 1L);
        assertThat(cache.get(KEY, load("b"))).isEqualTo("b");
    }

    @Test
    void stepOfTheClock_changesNothingOnTheHeap() {
        cache.get(KEY, load("a"));
        clock.advance(Duration.ofDays(300));
        assertThat(cache.get(KEY, load("b"))).isEqualTo("a");
        clock.advance(Duration.ofDays(-600));
        assertThat(cache.get(KEY, load("b"))).isEqualTo("a");
    }

    @Test
    void ownTimeToLive_shortensTheCaches_andNeverLengthensIt() {
        TieredCache<Integer> own = new TieredCache<>(
                definition(Bound.entries(10), Refresh.NONE, false), parts(), Duration::ofSeconds, Integer::equals);
        own.get(KEY, () -> 5);
        own.get(CacheKey.of("long"), () -> 3_000);
        nanos.addAndGet(Duration.ofSeconds(6).toNanos());
        assertThat(own.getIfPresent(KEY, List.of())).isNull();
        nanos.addAndGet(Duration.ofSeconds(25).toNanos());
        assertThat(own.getIfPresent(CacheKey.of("long"), List.of())).isNull();
    }

    @Test
    void timeToLiveOfZero_switchesItOff() {
        settings.store(SettingsCatalogue.DASHBOARD_TTL, "0");
        cache.get(KEY, load("a"));
        assertThat(cache.get(KEY, load("b"))).isEqualTo("b");
        assertThat(cache.entries()).isZero();
    }

    @Test
    void boundOfEntries_holds() {
        cache = cache(Bound.entries(100));
        for (int i = 0; i < 1_000; i++) {
            cache.get(CacheKey.of(i), load("v"));
        }
        cache.cleanUp();
        assertThat(cache.entries()).isLessThanOrEqualTo(100);
        assertThat(cache.statistics().tiers().get("l1").evictions().get("size")).isGreaterThanOrEqualTo(900);
    }

    @Test
    void boundOfBytes_holds_andWhatIsTooLargeIsNotKept() {
        TieredCache<byte[]> bytes = new TieredCache<>(
                definition(new Bound(1_000_000, true), Refresh.NONE, false), parts(), value -> null, Object::equals);
        for (int i = 0; i < 500; i++) {
            bytes.get(CacheKey.of(i), () -> new byte[10_000]);
        }
        bytes.cleanUp();
        assertThat(bytes.statistics().tiers().get("l1").bytes()).isBetween(900_000L, 1_000_000L);
        assertThat(bytes.get(KEY, () -> new byte[2_000_000])).hasSize(2_000_000);
        bytes.cleanUp();
        assertThat(bytes.getIfPresent(KEY, List.of())).isNull();
    }

    @Test
    void thousandCallersAtOnce_loadOnce() throws Exception {
        int callers = 1_000;
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        List<Future<String>> answers = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            answers.add(threads.submit(() -> cache.get(KEY, () -> {
                loading.countDown();
                open(go);
                return load("a").get();
            })));
        }
        open(loading);
        await().until(() -> cache.statistics().coalescing().coalesced() == callers - 1);
        assertThat(cache.statistics().coalescing().inFlight()).isEqualTo(1);
        go.countDown();

        for (Future<String> answer : answers) {
            assertThat(answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("a");
        }
        assertThat(loads).hasValue(1);
        assertThat(cache.statistics().coalescing().inFlight()).isZero();
        assertThat(cache.statistics().coalescing().rate()).isEqualTo(0.999);
    }

    @Test
    void failure_reachesAllWhoWait_andIsNotKept() throws Exception {
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        IllegalArgumentException failure = new IllegalArgumentException("no");
        Supplier<String> failing = () -> {
            loading.countDown();
            open(go);
            throw failure;
        };
        Future<String> first = threads.submit(() -> cache.get(KEY, failing));
        open(loading);
        Future<String> second = threads.submit(() -> cache.get(KEY, load("never")));
        await().until(() -> cache.statistics().coalescing().coalesced() == 1);
        go.countDown();

        for (Future<String> waiting : List.of(first, second)) {
            assertThatThrownBy(() -> waiting.get(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCause(failure);
        }
        assertThat(cache.get(KEY, load("a"))).isEqualTo("a");
    }

    @Test
    void loadThatHangs_isNotWaitedForBeyondTheDeadline_andForgotten() throws Exception {
        settings.store(SettingsCatalogue.CACHE_LOAD_TIMEOUT, "100");
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Future<String> hanging = threads.submit(() -> cache.get(KEY, () -> {
            loading.countDown();
            open(go);
            return "late";
        }));
        open(loading);

        assertThatThrownBy(() -> cache.get(KEY, load("b"))).isInstanceOf(ProblemException.class);
        nanos.addAndGet(Duration.ofMillis(101).toNanos());
        assertThat(cache.get(KEY, load("b"))).isEqualTo("b");
        go.countDown();
        assertThat(hanging.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("late");
    }

    @Test
    void loadThatAsksForItself_isAnswered() {
        assertThat(cache.get(KEY, () -> "outer of " + cache.get(KEY, () -> "inner")))
                .isEqualTo("outer of inner");
    }

    @Test
    void loadHeldUpBeyondAChange_isNotSeenAfterIt_norJoined() throws Exception {
        for (Runnable change : List.<Runnable>of(
                () -> cache.remove(KEY),
                cache::outdate,
                () -> epochs.advance("of-all"),
                () -> epochs.advance("of-entry"),
                () -> cache.clear(Set.of(Tier.L1, Tier.L2)),
                () -> cache.removeMatching("hone:dashboard.stats:key"::equals, Set.of(Tier.L1)),
                () -> cache.put(KEY, List.of("of-entry"), "new"))) {
            CountDownLatch loading = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            cache.remove(KEY);
            Future<String> slow = threads.submit(() -> cache.get(KEY, List.of("of-entry"), () -> {
                loading.countDown();
                open(go);
                return "old";
            }));
            open(loading);
            change.run();

            assertThat(cache.get(KEY, List.of("of-entry"), () -> "new")).isEqualTo("new");
            go.countDown();
            assertThat(slow.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("old");
            assertThat(cache.get(KEY, List.of("of-entry"), () -> "new")).isEqualTo("new");
        }
    }

    @Test
    void tag_takesItsEntriesAlone() {
        for (int i = 0; i < 10; i++) {
            cache.get(CacheKey.of(i), List.of(i % 2 == 0 ? "even" : "odd", "all"), load("v" + i));
        }
        epochs.advance("even");
        assertThat(cache.removeTagged("even")).isEqualTo(Removed.onHeap(5));
        assertThat(cache.entries()).isEqualTo(5);
        assertThat(cache.get(CacheKey.of(1), List.of("odd", "all"), load("new")))
                .isEqualTo("v1");
        assertThat(cache.removeTagged("unknown")).isEqualTo(Removed.NOTHING);
        epochs.advance("of-all");
        assertThat(cache.removeTagged("of-all")).isEqualTo(Removed.onHeap(5));
    }

    @Test
    void tagIndex_growsNoLargerThanTheCache() {
        cache = cache(Bound.entries(50));
        for (int i = 0; i < 5_000; i++) {
            cache.get(CacheKey.of(i), List.of("tag:" + i), load("v"));
        }
        cache.cleanUp();
        assertThat(cache.tags()).isEqualTo((int) cache.entries()).isLessThanOrEqualTo(50);
        cache.outdate();
        assertThat(cache.tags()).isZero();
    }

    @Test
    void pattern_takesTheKeysThatMatch() {
        cache.get(CacheKey.of("user", "ada"), load("1"));
        cache.get(CacheKey.of("user", "a:b*"), load("2"));
        cache.get(CacheKey.of("users"), load("3"));
        KeyPattern pattern = KeyPattern.parse("dashboard.stats:user:*", "/pattern");

        assertThat(cache.removeMatching(pattern::matches, Set.of(Tier.L1))).isEqualTo(Removed.onHeap(2));
        assertThat(cache.getIfPresent(CacheKey.of("users"), List.of())).isEqualTo("3");
    }

    @Test
    void nearExpiry_expensiveValuesAreLoadedAhead_oneAtATime() {
        cache = new TieredCache<>(
                definition(Bound.entries(10), Refresh.EARLY, false), parts(), value -> null, String::equals);
        cache.get(KEY, load("a"));
        // Due at the latest a nanosecond before the end: that is less than any load takes.
        nanos.addAndGet(Duration.ofSeconds(30).toNanos() - 1);

        await().until(() -> {
            String value = cache.get(KEY, load("b"));
            assertThat(value).isIn("a", "b");
            return value.equals("b");
        });
        assertThat(cache.statistics().refreshes()).isEqualTo(1);
        assertThat(loads).hasValue(2);
    }

    @Test
    void hitsAreComparedWithFreshLoads() {
        settings.store(SettingsCatalogue.CACHE_VERIFIED_SHARE, "0.05");
        cache = new TieredCache<>(
                definition(Bound.entries(10), Refresh.NONE, true), parts(), value -> null, String::equals);
        cache.get(KEY, load("a"));

        await().until(() -> {
            for (int i = 0; i < 1_000; i++) {
                cache.get(KEY, load("b"));
            }
            return cache.statistics().verification().compared() >= 3;
        });
        CacheStatistics.Verification result = cache.statistics().verification();
        assertThat(result.wrongHitRate()).isEqualTo(1);
        assertThat(result.wrongHitRateLow()).isBetween(0.3, 0.99);
        assertThat(result.wrongHitRateHigh()).isEqualTo(1);
        assertThat(result.savedPerHitLowMs()).isLessThanOrEqualTo(result.savedPerHitMs());
        assertThat(cache.get(KEY, load("b"))).isEqualTo("a");
    }

    @Test
    void statistics_countWhatHappened() {
        RequestParts parts = RequestParts.begin();
        try {
            cache.get(KEY, load("a"));
            assertThat(parts.cacheResult()).isEqualTo("miss");
            for (int i = 0; i < 999; i++) {
                cache.get(KEY, load("a"));
            }
            assertThat(parts.cacheResult()).isEqualTo("hit");
            assertThat(parts.cacheNanos()).isPositive();
        } finally {
            RequestParts.end();
        }
        cache.remove(KEY);
        cache.get(KEY, load("a"));

        CacheStatistics statistics = cache.statistics();
        assertThat(statistics.requests()).isEqualTo(1_001);
        assertThat(statistics.hits()).isEqualTo(999);
        assertThat(statistics.misses()).isEqualTo(2);
        assertThat(statistics.hitRate()).isEqualTo(999 / 1_001.0);
        assertThat(statistics.load().count()).isEqualTo(2);
        assertThat(statistics.coalescing().calls()).isEqualTo(2);
        CacheStatistics.Tier heap = statistics.tiers().get("l1");
        assertThat(heap.puts()).isEqualTo(2);
        assertThat(heap.invalidations()).isEqualTo(1);
        assertThat(heap.entries()).isEqualTo(1);
        assertThat(heap.bytes()).isBetween(200L, 400L);
        assertThat(heap.evictions()).containsOnly(Map.entry("size", 0L), Map.entry("expired", 0L));
        assertThat(statistics.tiers()).containsOnlyKeys("l1");
    }

    private Supplier<String> load(String value) {
        return () -> {
            loads.incrementAndGet();
            return value;
        };
    }

    private TieredCache<String> cache(Bound bound) {
        return new TieredCache<>(definition(bound, Refresh.NONE, false), parts(), value -> null, String::equals);
    }

    private static CacheDefinition definition(Bound bound, Refresh refresh, boolean verified) {
        Setting<Long> timeToLive = SettingsCatalogue.DASHBOARD_TTL;
        return new CacheDefinition(
                "dashboard.stats",
                Set.of(Tier.L1),
                timeToLive,
                bound,
                false,
                refresh,
                verified,
                List.of("of-all"),
                0.5,
                "A test's.");
    }

    private CacheParts parts() {
        return TestCaches.parts(settings, epochs, new Grid(null, settings), background, clock, nanos::get);
    }

    private static void open(CountDownLatch latch) {
        try {
            assertThat(latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
