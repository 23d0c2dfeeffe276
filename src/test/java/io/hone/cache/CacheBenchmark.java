package io.hone.cache;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import com.hazelcast.core.HazelcastInstance;
import io.hone.cache.CacheDefinition.Tier;
import io.hone.metrics.Metrics;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What a hit costs through the front door with statistics on, beside a bare Caffeine cache with expiry, and in the data
 * grid of one member.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CacheBenchmark {

    private static final String VALUE = "a value of some length, as text ".repeat(60);
    private static final List<String> TAGS = List.of("session:1", "project:2");

    private HazelcastInstance member;
    private Background background;
    private TieredCache<String> cache;
    private com.github.benmanes.caffeine.cache.Cache<CacheKey, String> bare;
    private CacheKey key;

    @Setup(Level.Trial)
    public void open() {
        member = TestGrid.start();
        background = new Background();
        Settings settings = TestCaches.settings(Map.of(SettingsCatalogue.CONFIGURATION_TTL, "86400"), Map.of());
        Grid grid = new Grid(TestGrid.manager(member), settings);
        Caches caches = new Caches(
                TestCaches.parts(settings, new Epochs(), grid, background, Clock.systemUTC(), Ticker.systemTicker()),
                new Metrics());
        cache = caches.open(CacheCatalogue.CONFIGURATION);
        key = CacheKey.of("edge", 3);
        bare = Caffeine.newBuilder()
                .maximumSize(1_000)
                .expireAfterWrite(Duration.ofDays(1))
                .build();
        bare.put(key, VALUE);
    }

    @TearDown(Level.Trial)
    public void close() {
        background.stop();
        member.shutdown();
    }

    @Benchmark
    public String caffeine() {
        return bare.getIfPresent(CacheKey.of("edge", 3));
    }

    @Benchmark
    public String heap() {
        return cache.get(CacheKey.of("edge", 3), () -> VALUE);
    }

    @Benchmark
    public String heapWithTags() {
        return cache.get(CacheKey.of("tagged", 3), TAGS, () -> VALUE);
    }

    /** With the removal from the heap that makes it ask the grid. */
    @Benchmark
    public String grid() {
        cache.clear(Set.of(Tier.L1));
        return cache.get(CacheKey.of("grid", 3), () -> VALUE);
    }
}
