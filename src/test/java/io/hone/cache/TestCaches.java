package io.hone.cache;

import com.github.benmanes.caffeine.cache.Ticker;
import io.hone.metrics.Metrics;
import io.hone.settings.Setting;
import io.hone.settings.SettingSource.Origin;
import io.hone.settings.SettingSource.RawValue;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import java.time.Clock;
import java.util.Map;

/** Caches for tests that run without a container. */
public final class TestCaches {

    private TestCaches() {}

    /** Caches without a data grid behind them. */
    public static Caches onHeap(Clock clock) {
        return onHeap(clock, Ticker.systemTicker(), new Epochs(), Map.of());
    }

    static Caches onHeap(Clock clock, Ticker ticker, Epochs epochs, Map<Setting<?>, String> values) {
        Settings settings = settings(Map.of(SettingsCatalogue.CACHE_GRID, "false"), values);
        return new Caches(
                parts(settings, epochs, new Grid(null, settings), new Background(), clock, ticker), new Metrics());
    }

    /** Parts of caches that are not durable. */
    static CacheParts parts(
            Settings settings, Epochs epochs, Grid grid, Background background, Clock clock, Ticker ticker) {
        Durable none = new Durable(null, settings, clock, background);
        return new CacheParts(settings, epochs, grid, none, background, clock, ticker);
    }

    static Settings settings(Map<Setting<?>, String> values, Map<Setting<?>, String> more) {
        return Settings.from(setting -> {
            String value = more.getOrDefault(setting, values.get(setting));
            return value == null ? null : new RawValue(value, Origin.FILE);
        });
    }
}
