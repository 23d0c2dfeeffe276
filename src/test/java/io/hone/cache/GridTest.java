package io.hone.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.benmanes.caffeine.cache.Ticker;
import com.hazelcast.core.HazelcastInstance;
import io.hone.audit.SettableClock;
import io.hone.cache.CacheDefinition.Bound;
import io.hone.cache.CacheDefinition.Refresh;
import io.hone.cache.CacheDefinition.Tier;
import io.hone.database.Database;
import io.hone.database.TestDatabases;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.processor.EntryProcessor;
import javax.cache.processor.MutableEntry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Caches with a real data grid of one member behind them. */
class GridTest {

    /** Longer than in the server: a busy machine must not look like a lost grid. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final CacheKey KEY = CacheKey.of("key");
    private static final String LONG = "compressible ".repeat(500);
    private static HazelcastInstance member;
    private static CacheManager manager;

    /** Tests tell the partition's thread, which this process runs, when to go on. */
    private static volatile CountDownLatch paused = new CountDownLatch(0);

    private static volatile CountDownLatch pausing = new CountDownLatch(0);

    private final AtomicInteger loads = new AtomicInteger();
    private final AtomicLong nanos = new AtomicLong();
    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-20T12:00:00Z"));
    private final Epochs epochs = new Epochs();
    private final Background background = new Background();
    private Settings settings;
    private Grid grid;

    @BeforeAll
    static void startMember() {
        member = TestGrid.start();
        manager = TestGrid.manager(member);
    }

    @AfterAll
    static void stopMember() {
        member.shutdown();
    }

    @BeforeEach
    void build() {
        manager.destroyCache("dashboard.stats");
        settings = TestCaches.settings(Map.of(), Map.of());
        grid = new Grid(manager, settings, Duration.ofMillis(100), PATIENCE);
    }

    @AfterEach
    void stop() {
        paused.countDown();
        background.stop();
    }

    @Test
    void valueThatLeftTheHeap_isInTheGrid_compressed() {
        TieredCache<String> cache = cache();
        cache.get(KEY, List.of("tag"), () -> load(LONG));
        awaitStored();
        cache.clear(Set.of(Tier.L1));

        assertThat(cache.get(KEY, List.of("tag"), () -> load("again"))).isEqualTo(LONG);
        assertThat(cache.get(KEY, List.of("tag"), () -> load("again"))).isEqualTo(LONG);

        assertThat(loads).hasValue(1);
        CacheStatistics.Tier l2 = cache.statistics().tiers().get("l2");
        assertThat(l2.hits()).isEqualTo(1);
        assertThat(l2.misses()).isEqualTo(1);
        assertThat(l2.puts()).isEqualTo(1);
        assertThat(l2.entries()).isEqualTo(1);
        assertThat(l2.compressionRatio()).isLessThan(0.4);
        assertThat(cache.statistics().hitRate()).isEqualTo(2 / 3.0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"zlib", "gzip"})
    void bothCompressions_areRead_whateverIsSetNow(String compression) {
        settings.store(SettingsCatalogue.CACHE_COMPRESSION, compression);
        TieredCache<String> cache = cache();
        cache.get(KEY, () -> LONG);
        awaitStored();
        cache.clear(Set.of(Tier.L1));
        settings.store(SettingsCatalogue.CACHE_COMPRESSION, "zlib");
        settings.store(SettingsCatalogue.CACHE_COMPRESS_MIN, "16777216");
        assertThat(cache.get(KEY, () -> "again")).isEqualTo(LONG);
    }

    @Test
    void valueOfBeforeAChange_isNotFoundInTheGrid() {
        TieredCache<String> cache = cache();
        cache.get(KEY, List.of("tag"), () -> load("old"));
        awaitStored();
        cache.clear(Set.of(Tier.L1));
        epochs.advance("tag");

        assertThat(cache.get(KEY, List.of("tag"), () -> load("new"))).isEqualTo("new");
        assertThat(cache.statistics().tiers().get("l2").outdated()).isEqualTo(1);
    }

    @Test
    void valueOfAnotherRunOfTheServer_isNotFound() {
        cache().get(KEY, () -> load("old"));
        awaitStored();
        TieredCache<String> restarted = new TieredCache<>(
                definition(),
                TestCaches.parts(settings, new Epochs(), grid, background, clock, nanos::get),
                value -> null,
                Objects::equals);
        assertThat(restarted.get(KEY, () -> load("new"))).isEqualTo("new");
    }

    @Test
    void timeToLiveInTheGrid_goesOnFromTheLoad_andNoStepOfTheClockLengthensIt() {
        TieredCache<String> cache = cache();
        cache.get(KEY, () -> load("old"));
        awaitStored();
        cache.clear(Set.of(Tier.L1));
        clock.advance(Duration.ofSeconds(20));
        cache.get(KEY, () -> load("new"));
        nanos.addAndGet(Duration.ofSeconds(9).toNanos());
        assertThat(cache.get(KEY, () -> load("new"))).isEqualTo("old");
        nanos.addAndGet(Duration.ofSeconds(2).toNanos());
        clock.advance(Duration.ofSeconds(11));
        assertThat(cache.get(KEY, () -> load("new"))).isEqualTo("new");

        awaitStored();
        cache.clear(Set.of(Tier.L1));
        clock.advance(Duration.ofDays(-100));
        assertThat(cache.get(KEY, () -> load("never"))).isEqualTo("new");
        nanos.addAndGet(Duration.ofSeconds(31).toNanos());
        assertThat(cache.getIfPresent(KEY, List.of())).isIn("new", null);
    }

    @Test
    void valueThatCannotBeSerialised_staysOnTheHeap_andIsCounted() {
        TieredCache<Object> cache = new TieredCache<>(definition(), parts(), value -> null, Objects::equals);
        Object odd = new Object();
        assertThat(cache.get(KEY, () -> odd)).isSameAs(odd);
        assertThat(cache.get(KEY, Object::new)).isSameAs(odd);
        assertThat(cache.statistics().tiers().get("l2").errors()).isEqualTo(1);
    }

    /** Its bytes are made to say that it was another once. */
    record Versioned(String name, int size) implements Serializable {}

    @Test
    void valueOfAnotherVersionOfItsClass_isAMiss_andWrittenOver() throws Exception {
        TieredCache<Versioned> cache = new TieredCache<>(definition(), parts(), value -> null, Objects::equals);
        cache.get(KEY, () -> new Versioned("a", 1));
        awaitStored();
        Cache<String, byte[]> stored = manager.getCache("dashboard.stats", String.class, byte[].class);
        byte[] bytes = stored.get("hone:dashboard.stats:key");
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        assertThat(text).contains("size");
        stored.put("hone:dashboard.stats:key", text.replace("size", "sise").getBytes(StandardCharsets.ISO_8859_1));
        cache.clear(Set.of(Tier.L1));

        assertThat(cache.get(KEY, () -> new Versioned("b", 2))).isEqualTo(new Versioned("b", 2));
        assertThat(cache.statistics().tiers().get("l2").outdated()).isEqualTo(1);
        stored.put("hone:dashboard.stats:key", new byte[] {9, 9, 9});
        cache.clear(Set.of(Tier.L1));
        assertThat(cache.get(KEY, () -> new Versioned("c", 3))).isEqualTo(new Versioned("c", 3));
    }

    @Test
    void tagsAndPatterns_takeFromTheGridToo() {
        TieredCache<String> cache = cache();
        cache.get(KEY, List.of("tag"), () -> load("a"));
        cache.get(CacheKey.of("other"), () -> load("b"));
        await().until(() -> cache.statistics().tiers().get("l2").entries().equals(2L));

        assertThat(cache.removeMatching("hone:dashboard.stats:other"::equals, Set.of(Tier.L1, Tier.L2)))
                .isEqualTo(new Removed(1, 1, 0));
        epochs.advance("tag");
        assertThat(cache.removeTagged("tag")).isEqualTo(new Removed(1, 1, 0));
        await().until(() -> cache.statistics().tiers().get("l2").entries().equals(0L));
        cache.get(KEY, () -> load("c"));
        awaitStored();
        assertThat(cache.clear(Set.of(Tier.L1, Tier.L2))).isEqualTo(new Removed(1, 1, 0));
    }

    /** Holds the thread of the key's partition. */
    private static final class Pause implements EntryProcessor<String, byte[], Boolean>, Serializable {
        private static final long serialVersionUID = 1L;

        @Override
        public Boolean process(MutableEntry<String, byte[]> entry, Object... arguments) {
            CountDownLatch held = paused;
            pausing.countDown();
            try {
                held.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return true;
        }
    }

    @Test
    void pausedGrid_isLeftAloneAfterOneWait_saysSo_andHeals() throws Exception {
        TieredCache<String> cache = cache();
        cache.get(KEY, () -> load("a"));
        awaitStored();
        cache.clear(Set.of(Tier.L1));
        paused = new CountDownLatch(1);
        pausing = new CountDownLatch(1);
        Cache<String, byte[]> stored = manager.getCache("dashboard.stats", String.class, byte[].class);
        Thread holder = new Thread(() -> stored.invoke("hone:dashboard.stats:key", new Pause()));
        holder.start();
        pausing.await();

        // No error, the source answers; and what is asked while the grid is left alone does not ask it.
        assertThat(cache.get(KEY, () -> load("b"))).isEqualTo("b");
        assertThat(grid.state()).isEqualTo(TierState.DEGRADED);
        assertThat(grid.failure()).isEqualTo("TimeoutException");
        long errors = cache.statistics().tiers().get("l2").errors();
        for (int i = 0; i < 20; i++) {
            cache.clear(Set.of(Tier.L1));
            cache.get(KEY, () -> load("b"));
        }
        assertThat(cache.statistics().tiers().get("l2").errors()).isBetween(errors, errors + 3);

        paused.countDown();
        holder.join();
        await().until(() -> {
            cache.clear(Set.of(Tier.L1));
            cache.get(KEY, () -> load("c"));
            return grid.state() == TierState.ACTIVE;
        });
    }

    @Test
    void patternRemovedWhileTheGridIsPaused_isNotFoundThereLater() throws Exception {
        TieredCache<String> cache = cache();
        cache.get(KEY, () -> load("old"));
        awaitStored();
        paused = new CountDownLatch(1);
        pausing = new CountDownLatch(1);
        Cache<String, byte[]> stored = manager.getCache("dashboard.stats", String.class, byte[].class);
        Thread holder = new Thread(() -> stored.invoke("hone:dashboard.stats:key", new Pause()));
        holder.start();
        pausing.await();
        cache.clear(Set.of(Tier.L1));
        cache.getIfPresent(KEY, List.of());
        assertThat(grid.state()).isEqualTo(TierState.DEGRADED);

        assertThat(cache.removeMatching(text -> true, Set.of(Tier.L1, Tier.L2)).l2())
                .isEqualTo(-1);
        paused.countDown();
        holder.join();

        await().until(() -> {
            assertThat(cache.getIfPresent(CacheKey.of("wakes the grid"), List.of()))
                    .isNull();
            return grid.state() == TierState.ACTIVE;
        });
        assertThat(cache.getIfPresent(KEY, List.of())).isNull();
    }

    @Test
    void stoppedGrid_costsNoError() {
        HazelcastInstance stopped = TestGrid.start();
        grid = new Grid(TestGrid.manager(stopped), settings, Duration.ofMillis(100), PATIENCE);
        TieredCache<String> cache = cache();
        cache.get(KEY, () -> load("a"));
        awaitStored();
        stopped.shutdown();
        cache.clear(Set.of(Tier.L1));

        assertThat(cache.get(KEY, () -> load("b"))).isEqualTo("b");
        assertThat(cache.get(KEY, () -> load("c"))).isEqualTo("b");
        assertThat(grid.state()).isEqualTo(TierState.DEGRADED);
        assertThat(cache.clear(Set.of(Tier.L2)).l2()).isEqualTo(-1);
        assertThat(cache.statistics().tiers().get("l2").entries()).isNull();
    }

    @Test
    void gridSwitchedOff_isNotAsked() {
        settings.store(SettingsCatalogue.CACHE_GRID, "false");
        TieredCache<String> cache = cache();
        cache.get(KEY, () -> load("a"));
        cache.clear(Set.of(Tier.L1));
        assertThat(cache.get(KEY, () -> load("b"))).isEqualTo("b");
        assertThat(grid.state()).isEqualTo(TierState.OFF);
        assertThat(cache.statistics().tiers().get("l2").puts()).isZero();
    }

    private String load(String value) {
        loads.incrementAndGet();
        return value;
    }

    @Test
    void readFallsThroughAllTiers_andFillsThemOnTheWayBack(@TempDir Path folder) {
        try (Database database = TestDatabases.sqlite(folder)) {
            CacheDefinition definition = definition(Tier.L1, Tier.L2, Tier.DURABLE);
            Durable durable = new Durable(new CacheEntryRepository(database), settings, clock, background);
            TieredCache<String> cache = new TieredCache<>(
                    definition,
                    new CacheParts(settings, epochs, grid, durable, background, clock, nanos::get),
                    value -> null,
                    Objects::equals);
            cache.get(KEY, () -> load("a"));
            awaitStored();
            await().until(() ->
                    durable.part(definition, new TierCounts()).size().entries() == 1);
            assertThat(cache.clear(Set.of(Tier.L1, Tier.L2))).isEqualTo(new Removed(1, 1, 0));

            assertThat(cache.get(KEY, () -> load("b"))).isEqualTo("a");
            awaitStored();
            cache.clear(Set.of(Tier.L1));
            assertThat(cache.get(KEY, () -> load("c"))).isEqualTo("a");
            assertThat(cache.get(KEY, () -> load("d"))).isEqualTo("a");

            assertThat(loads).hasValue(1);
            Map<String, CacheStatistics.Tier> tiers = cache.statistics().tiers();
            assertThat(tiers.keySet()).containsExactly("l1", "l2", "durable");
            assertThat(tiers.values().stream().map(CacheStatistics.Tier::hits)).containsExactly(1L, 1L, 1L);
            assertThat(tiers.values().stream().map(CacheStatistics.Tier::misses))
                    .containsExactly(3L, 2L, 1L);
        }
    }

    /** Writes to the grid are not waited for, but by those who want to see them. */
    private void awaitStored() {
        await().until(() -> grid.part(definition(), new TierCounts()).entries() > 0);
    }

    private TieredCache<String> cache() {
        return new TieredCache<>(definition(), parts(), value -> null, Objects::equals);
    }

    private static CacheDefinition definition() {
        return definition(Tier.L1, Tier.L2);
    }

    private static CacheDefinition definition(Tier... tiers) {
        return new CacheDefinition(
                "dashboard.stats",
                Set.of(tiers),
                SettingsCatalogue.DASHBOARD_TTL,
                Bound.entries(1_000),
                false,
                Refresh.NONE,
                false,
                List.of(),
                0.5,
                "A test's.");
    }

    private CacheParts parts() {
        Ticker ticker = nanos::get;
        return TestCaches.parts(settings, epochs, grid, background, clock, ticker);
    }
}
