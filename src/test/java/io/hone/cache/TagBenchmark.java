package io.hone.cache;

import com.github.benmanes.caffeine.cache.Ticker;
import io.hone.cache.CacheDefinition.Bound;
import io.hone.cache.CacheDefinition.Refresh;
import io.hone.cache.CacheDefinition.Tier;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What it costs to invalidate a tag in a cache of 100,000 entries, until no reader finds its entries any more. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class TagBenchmark {

    private static final int ENTRIES = 100_000;

    /** Entries that have the tag. */
    @Param({"10", "1000", "100000"})
    public int tagged;

    private Epochs epochs;
    private TieredCache<Integer> cache;

    @Setup(Level.Invocation)
    public void fill() {
        epochs = new Epochs();
        Settings settings = TestCaches.settings(Map.of(SettingsCatalogue.CACHE_GRID, "false"), Map.of());
        cache = new TieredCache<>(
                new CacheDefinition(
                        "dashboard.stats",
                        Set.of(Tier.L1),
                        SettingsCatalogue.DASHBOARD_TTL,
                        Bound.entries(2 * ENTRIES),
                        false,
                        Refresh.NONE,
                        false,
                        List.of(),
                        0.5,
                        "A measurement's."),
                TestCaches.parts(
                        settings,
                        epochs,
                        new Grid(null, settings),
                        new Background(),
                        Clock.systemUTC(),
                        Ticker.systemTicker()),
                value -> null,
                Objects::equals);
        for (int i = 0; i < ENTRIES; i++) {
            int value = i;
            cache.get(CacheKey.of(i), List.of(i < tagged ? "tag" : "other:" + i % 1_000), () -> value);
        }
    }

    @Benchmark
    public Removed invalidate() {
        epochs.advance("tag");
        return cache.removeTagged("tag");
    }
}
