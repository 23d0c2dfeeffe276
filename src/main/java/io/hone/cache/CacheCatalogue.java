package io.hone.cache;

import com.hazelcast.cache.CacheStatistics;
import com.hazelcast.cache.ICache;
import io.hone.metrics.Metrics;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import io.micrometer.core.instrument.FunctionCounter;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.Duration;

/**
 * Every cache there is. They are created before the first annotated call: one that the interceptor has to create itself
 * would never expire.
 */
@Singleton
public class CacheCatalogue {

    /** Names for the annotations, which take constants only. */
    public static final String DASHBOARD_STATS = "dashboard.stats";

    public static final String CONFIGURATION = "configuration";

    /** The catalogue: name, time to live, what for and who invalidates. */
    public static final List<CacheDefinition> ALL = List.of(
            new CacheDefinition(
                    DASHBOARD_STATS,
                    SettingsCatalogue.DASHBOARD_TTL,
                    "Dashboard statistics by window and project; every change of a session starts a new epoch."),
            new CacheDefinition(
                    CONFIGURATION,
                    SettingsCatalogue.CONFIGURATION_TTL,
                    "Criteria and stored settings; every change of either starts a new epoch."));

    private final CacheManager manager;
    private final Settings settings;
    private final Metrics metrics;

    @Inject
    public CacheCatalogue(CacheManager manager, Settings settings, Metrics metrics) {
        this.manager = manager;
        this.settings = settings;
        this.metrics = metrics;
    }

    /** Creates the caches in the data grid and registers their meters. */
    public void create() {
        for (CacheDefinition definition : ALL) {
            long seconds = settings.get(definition.timeToLive());
            // A redeployed application finds the caches of the one before, with the settings of that time.
            manager.destroyCache(definition.name());
            Cache<Object, Object> cache = manager.createCache(
                    definition.name(),
                    new MutableConfiguration<>()
                            .setExpiryPolicyFactory(
                                    CreatedExpiryPolicy.factoryOf(new Duration(TimeUnit.SECONDS, seconds)))
                            .setStatisticsEnabled(true));
            register(definition.name(), cache);
        }
    }

    private void register(String name, Cache<Object, Object> cache) {
        CacheStatistics statistics = cache.unwrap(ICache.class).getLocalCacheStatistics();
        counter(name, statistics, "hit", CacheStatistics::getCacheHits);
        counter(name, statistics, "miss", CacheStatistics::getCacheMisses);
        FunctionCounter.builder("hone.cache.puts", statistics, CacheStatistics::getCachePuts)
                .description("Entries written to a cache")
                .tag("cache", name)
                .tag("tier", "l2")
                .register(metrics.registry());
    }

    private void counter(
            String name, CacheStatistics statistics, String result, ToDoubleFunction<CacheStatistics> count) {
        FunctionCounter.builder("hone.cache.gets", statistics, count)
                .description("Reads of a cache, by whether it had the value")
                .tag("cache", name)
                .tag("tier", "l2")
                .tag("result", result)
                .register(metrics.registry());
    }
}
