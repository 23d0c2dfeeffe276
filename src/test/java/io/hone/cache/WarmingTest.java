package io.hone.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.benmanes.caffeine.cache.Ticker;
import io.hone.cache.HotKeys.HotKey;
import io.hone.database.Database;
import io.hone.database.TestDatabases;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WarmingTest {

    private final Queue<HotKey> loaded = new ConcurrentLinkedQueue<>();
    private final Settings settings = TestCaches.settings(Map.of(SettingsCatalogue.CACHE_GRID, "false"), Map.of());
    private Database database;

    @BeforeEach
    void open(@TempDir Path folder) {
        database = TestDatabases.sqlite(folder);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void keysOfTheLastRun_areLoaded_theMostAskedFirst() {
        Caches caches = caches();
        TieredCache<String> cache = caches.open(CacheCatalogue.DASHBOARD_STATS);
        ask(cache, "seldom", 1);
        ask(cache, "often", 2_000);
        ask(cache, "sometimes", 200);
        warming(caches, true).store();

        Caches restarted = caches();
        Warming warming = warming(restarted, true);
        warming.start();
        await().until(() -> loaded.size() == 3);
        assertThat(loaded.stream().map(key -> key.parts().get(0))).containsExactly("often", "sometimes", "seldom");
        assertThat(loaded.element().tags()).containsExactly("project:often");
        assertThat(loaded.element().key()).isEqualTo(CacheKey.of("often", null, 7));
        await().until(() ->
                restarted.open(CacheCatalogue.DASHBOARD_STATS).statistics().warmed() == 3);
        warming.stop();
    }

    @Test
    void keysOfTheRunBefore_stayBehindThoseOfThisOne() {
        Caches first = caches();
        ask(first.open(CacheCatalogue.DASHBOARD_STATS), "first", 100);
        warming(first, true).store();
        Caches second = caches();
        warming(second, true).store();
        ask(second.open(CacheCatalogue.DASHBOARD_STATS), "second", 1);
        Warming warming = warming(second, true);

        assertThat(warming.warm(Set.of(CacheCatalogue.DASHBOARD_STATS), 10))
                .containsExactly(Map.entry(CacheCatalogue.DASHBOARD_STATS, 2));
        await().until(() -> loaded.size() == 2);
        assertThat(loaded.stream().map(key -> key.parts().get(0))).containsExactly("second", "first");
        assertThat(warming.warm(Set.of(CacheCatalogue.DASHBOARD_STATS), 1).values())
                .containsExactly(1);
        warming.stop();
    }

    @Test
    void keysOfSensitiveCaches_areNeverStored() {
        Caches caches = caches();
        ask(caches.open(CacheCatalogue.TOKEN_VALIDATION), "secret", 100);
        Warming warming = warming(caches, true);
        assertThat(warming.warm(Set.of(CacheCatalogue.TOKEN_VALIDATION), 10)).isEmpty();
        assertThat(database.<Long, RuntimeException>read(
                        "test.count", handle -> handle.createQuery("SELECT COUNT(*) FROM cache_hot_key")
                                .mapTo(Long.class)
                                .one()))
                .isZero();
        warming.stop();
    }

    @Test
    void loadThatFails_keepsNoOtherFromBeingLoaded() {
        Caches caches = caches();
        TieredCache<String> cache = caches.open(CacheCatalogue.DASHBOARD_STATS);
        ask(cache, "a", 200);
        ask(cache, "b", 1);
        Warming warming = warming(caches, false);
        warming.store();
        warming.start();
        await().until(() -> loaded.size() == 2);
        warming.stop();
        assertThat(cache.statistics().warmed()).isZero();
    }

    @Test
    void settingOfZero_warmsNothing() {
        Caches caches = caches();
        ask(caches.open(CacheCatalogue.DASHBOARD_STATS), "a", 200);
        settings.store(SettingsCatalogue.CACHE_WARM_KEYS, "0");
        Warming warming = warming(caches, true);
        warming.store();
        assertThat(warming.warm(Set.of(CacheCatalogue.DASHBOARD_STATS), 10).values())
                .containsExactly(0);
        warming.stop();
    }

    private static void ask(TieredCache<String> cache, String name, int times) {
        for (int i = 0; i < times; i++) {
            cache.get(CacheKey.of(name, null, 7), List.of("project:" + name), () -> name);
        }
    }

    private Warming warming(Caches caches, boolean working) {
        return new Warming(
                caches,
                new CacheEntryRepository(database),
                (cache, key) -> {
                    loaded.add(key);
                    if (!working) {
                        throw new IllegalStateException("The source is away");
                    }
                    return true;
                },
                settings);
    }

    private Caches caches() {
        return TestCaches.onHeap(Clock.systemUTC(), Ticker.systemTicker(), new Epochs(), Map.of());
    }
}
