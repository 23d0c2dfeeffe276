package io.hone.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hone.audit.StoreContract;
import io.hone.cache.CacheDefinition.Bound;
import io.hone.cache.CacheDefinition.Refresh;
import io.hone.cache.CacheDefinition.Tier;
import io.hone.database.Database;
import io.hone.settings.SettingsCatalogue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A cache whose entries are in the database too. */
abstract class DurableContract extends StoreContract {

    private static final long PATIENCE_SECONDS = 30;
    private static final CacheKey KEY = CacheKey.of("key");
    private static final List<String> TAGS = List.of("provider:openai");

    private final AtomicInteger loads = new AtomicInteger();
    private final AtomicLong nanos = new AtomicLong();
    private Background background;
    private TieredCache<String> cache;

    @BeforeEach
    void build() {
        settings = TestCaches.settings(Map.of(SettingsCatalogue.CACHE_GRID, "false"), Map.of());
        background = new Background();
        loads.set(0);
        cache = node();
    }

    @AfterEach
    void stop() {
        background.stop();
    }

    @Test
    void loadedValue_isThereAfterARestart() {
        cache.get(KEY, TAGS, () -> load("paid for"));
        awaitEntries(1);

        TieredCache<String> restarted = node();
        assertThat(restarted.get(KEY, TAGS, () -> load("paid again"))).isEqualTo("paid for");
        assertThat(restarted.get(KEY, TAGS, () -> load("paid again"))).isEqualTo("paid for");
        assertThat(loads).hasValue(1);

        CacheStatistics.Tier durable = restarted.statistics().tiers().get("durable");
        assertThat(durable.hits()).isEqualTo(1);
        assertThat(durable.misses()).isZero();
        assertThat(durable.entries()).isEqualTo(1);
        assertThat(durable.bytes()).isPositive();
        assertThat(restarted.statistics().hitRate()).isEqualTo(1);
        assertThat(cache.statistics().tiers().get("durable").puts()).isEqualTo(1);
    }

    @Test
    void timeToLive_goesOnFromTheLoad_andNoStepOfTheClockLengthensIt() {
        cache.get(KEY, () -> load("a"));
        awaitEntries(1);
        clock.advance(Duration.ofSeconds(29));
        TieredCache<String> later = node();
        assertThat(later.get(KEY, () -> load("b"))).isEqualTo("a");
        nanos.addAndGet(Duration.ofMillis(1_100).toNanos());
        clock.advance(Duration.ofMillis(1_100));
        assertThat(later.get(KEY, () -> load("b"))).isEqualTo("b");

        awaitEntries(1);
        clock.advance(Duration.ofDays(-30));
        TieredCache<String> afterStepBack = node();
        afterStepBack.get(KEY, () -> load("c"));
        nanos.addAndGet(Duration.ofSeconds(31).toNanos());
        clock.advance(Duration.ofDays(31));
        assertThat(afterStepBack.get(KEY, () -> load("d"))).isEqualTo("d");
    }

    /** What removes the entry, on another node than the one that loads it. */
    static Stream<Consumer<TieredCache<String>>> removals() {
        return Stream.of(
                cache -> cache.remove(KEY),
                cache -> cache.put(KEY, TAGS, "new"),
                TieredCache::outdate,
                cache -> cache.clear(Set.of(Tier.values())),
                cache -> cache.removeDurable(TAGS.get(0)),
                cache -> cache.removeMatching("hone:dashboard.stats:key"::equals, Set.of(Tier.values())));
    }

    @ParameterizedTest
    @MethodSource("removals")
    void loadFromBeforeARemoval_isNotStoredAfterIt(Consumer<TieredCache<String>> removal) throws Exception {
        TieredCache<String> other = node();
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<String> old = thread.submit(() -> cache.get(KEY, TAGS, () -> {
                loading.countDown();
                open(go);
                return "old";
            }));
            open(loading);
            removal.accept(other);
            go.countDown();
            assertThat(old.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("old");
        } finally {
            thread.shutdownNow();
        }
        // What was to be stored soon has been, or never will be.
        background.stop();
        background = new Background();

        assertThat(node().get(KEY, TAGS, () -> "new")).isEqualTo("new");
    }

    @ParameterizedTest
    @MethodSource("removals")
    void removedEntry_isNotFoundAgain(Consumer<TieredCache<String>> removal) {
        cache.get(KEY, TAGS, () -> "old");
        awaitEntries(1);
        removal.accept(cache);
        assertThat(node().get(KEY, TAGS, () -> "new")).isEqualTo("new");
    }

    @Test
    void removals_sayHowManyWent_andLeaveTheOthers() {
        for (int i = 0; i < 1_200; i++) {
            cache.get(CacheKey.of(i < 1_100 ? "a" : "b", i), List.of(i % 2 == 0 ? "even" : "odd"), () -> "value");
            if (i % 100 == 99) {
                awaitEntries(i + 1);
            }
        }
        assertThat(cache.removeDurable("even")).isEqualTo(600);
        assertThat(cache.removeDurable("unknown")).isZero();
        assertThat(cache.removeMatching(text -> text.startsWith("hone:dashboard.stats:b:"), Set.of(Tier.DURABLE)))
                .isEqualTo(new Removed(0, 0, 50));
        assertThat(cache.clear(Set.of(Tier.DURABLE))).isEqualTo(new Removed(0, 0, 550));
        assertThat(count("cache_entry_tag")).isZero();
        assertThat(cache.statistics().tiers().get("durable").invalidations()).isEqualTo(1_200);
    }

    @Test
    void cleanUp_takesWhatExpired_thenWhatExpiresNext_untilTheBoundHolds() {
        String large = "x".repeat(10_000);
        settings.store(SettingsCatalogue.CACHE_COMPRESS_MIN, "16777216");
        cache.get(CacheKey.of("expired"), () -> large);
        awaitEntries(1);
        clock.advance(Duration.ofSeconds(31));
        assertThat(cache.cleanUpDurable()).isEqualTo(1);

        for (int i = 0; i < 700; i++) {
            cache.get(CacheKey.of(i), () -> large);
            if (i % 50 == 49) {
                awaitEntries(i + 1);
                clock.advance(Duration.ofMillis(10));
            }
        }
        settings.store(SettingsCatalogue.CACHE_DURABLE_BYTES, "3000000");
        assertThat(cache.cleanUpDurable()).isEqualTo(500);
        assertThat(count("cache_entry")).isEqualTo(200);
        Map<String, Long> evictions = cache.statistics().tiers().get("durable").evictions();
        assertThat(evictions).containsEntry("expired", 1L).containsEntry("size", 500L);
        TieredCache<String> restarted = node();
        assertThat(restarted.get(CacheKey.of(699), () -> load("gone"))).isEqualTo(large);
        assertThat(restarted.get(CacheKey.of(0), () -> load("gone"))).isEqualTo("gone");
    }

    @Test
    void boundOfZero_switchesTheTierOff() {
        settings.store(SettingsCatalogue.CACHE_DURABLE_BYTES, "0");
        cache.get(KEY, () -> load("a"));
        assertThat(node().get(KEY, () -> load("b"))).isEqualTo("b");
        background.stop();
        assertThat(count("cache_entry")).isZero();
    }

    @Test
    void valueThatIsTooLarge_staysOnTheHeap_andIsCounted() {
        settings.store(SettingsCatalogue.CACHE_COMPRESS_MIN, "16777216");
        cache.get(KEY, () -> "x".repeat(5_000_000));
        assertThat(cache.get(KEY, () -> load("again"))).hasSize(5_000_000);
        background.stop();
        assertThat(count("cache_entry")).isZero();
        assertThat(cache.statistics().tiers().get("durable").errors()).isEqualTo(1);
    }

    @Test
    void readersOfManyNodes_neverSeeWhatWasBeforeAnAcknowledgedChange() throws Exception {
        AtomicInteger source = new AtomicInteger();
        AtomicInteger acknowledged = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        CountDownLatch ready = new CountDownLatch(4);
        try {
            List<Future<?>> runs = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                runs.add(threads.submit(() -> {
                    ready.countDown();
                    open(ready);
                    for (int n = 0; n < 150; n++) {
                        int before = acknowledged.get();
                        // A node of its own each time, so that only the database can have it.
                        String seen = node().get(KEY, TAGS, () -> Integer.toString(source.get()));
                        assertThat(Integer.parseInt(seen)).isGreaterThanOrEqualTo(before);
                    }
                }));
            }
            runs.add(threads.submit(() -> {
                ready.countDown();
                open(ready);
                for (int n = 1; n <= 100; n++) {
                    source.set(n);
                    cache.removeDurable(TAGS.get(0));
                    acknowledged.set(n);
                }
            }));
            for (Future<?> run : runs) {
                run.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(acknowledged).hasValue(100);
    }

    @Test
    void lostDatabase_costsTheTier_andNoRead(@TempDir Path folder) {
        Database lost = open(folder);
        TieredCache<String> node = node(lost);
        lost.close();
        assertThat(node.get(KEY, () -> load("a"))).isEqualTo("a");
        assertThat(node.get(CacheKey.of("other"), () -> load("b"))).isEqualTo("b");
        assertThat(node.get(KEY, () -> load("c"))).isEqualTo("a");
        CacheStatistics.Tier durable = node.statistics().tiers().get("durable");
        assertThat(durable.errors()).isEqualTo(1);
        assertThat(durable.entries()).isNull();
        assertThatThrownBy(() -> node.remove(KEY)).isInstanceOf(RuntimeException.class);
    }

    private String load(String value) {
        loads.incrementAndGet();
        return value;
    }

    private void awaitEntries(long entries) {
        await().until(() -> count("cache_entry") == entries);
    }

    /** The cache of a node that has just started. */
    private TieredCache<String> node() {
        return node(database);
    }

    private TieredCache<String> node(Database database) {
        CacheEntryRepository repository = new CacheEntryRepository(database);
        CacheParts parts = new CacheParts(
                settings,
                new Epochs(),
                new Grid(null, settings),
                new Durable(repository, settings, clock, background),
                background,
                clock,
                nanos::get);
        CacheDefinition definition = new CacheDefinition(
                "dashboard.stats",
                Set.of(Tier.L1, Tier.DURABLE),
                SettingsCatalogue.DASHBOARD_TTL,
                Bound.entries(10_000),
                false,
                Refresh.NONE,
                false,
                List.of(),
                0.5,
                "A test's.");
        return new TieredCache<>(definition, parts, value -> null, Objects::equals);
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
