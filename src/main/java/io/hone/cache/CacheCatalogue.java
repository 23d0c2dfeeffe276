package io.hone.cache;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.hazelcast.cache.CacheStatistics;
import com.hazelcast.cache.ICache;
import io.hone.cache.CacheDefinition.Tier;
import io.hone.metrics.Metrics;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import io.micrometer.core.instrument.FunctionCounter;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Every cache there is. They are created before the first annotated call: one that the interceptor has to create itself
 * would never expire.
 */
@Singleton
public class CacheCatalogue {

    /** Names for the annotations, which take constants only. */
    public static final String DASHBOARD_STATS = "dashboard.stats";

    public static final String CONFIGURATION = "configuration";

    public static final String TOKEN_VALIDATION = "token.validation";

    public static final String USER_SESSION = "user.session";

    /** The catalogue: name, tier, time to live, what for and who invalidates. */
    public static final List<CacheDefinition> ALL = List.of(
            new CacheDefinition(
                    DASHBOARD_STATS,
                    Tier.GRID,
                    SettingsCatalogue.DASHBOARD_TTL,
                    0,
                    "Dashboard statistics by window and project; every change of a session starts a new epoch."),
            new CacheDefinition(
                    CONFIGURATION,
                    Tier.GRID,
                    SettingsCatalogue.CONFIGURATION_TTL,
                    0,
                    "Criteria and stored settings; every change of either starts a new epoch."),
            new CacheDefinition(
                    TOKEN_VALIDATION,
                    Tier.HEAP,
                    SettingsCatalogue.TOKEN_VALIDATION_TTL,
                    5_000,
                    "Whom a token or key belongs to, by its digest; every change of access starts a new epoch."),
            new CacheDefinition(
                    USER_SESSION,
                    Tier.HEAP,
                    SettingsCatalogue.USER_SESSION_TTL,
                    10_000,
                    "The account behind a sign-in; every change of access starts a new epoch."));

    private final CacheManager manager;
    private final Settings settings;
    private final Metrics metrics;
    private final Epochs epochs;

    @Inject
    public CacheCatalogue(CacheManager manager, Settings settings, Metrics metrics, Epochs epochs) {
        this.manager = manager;
        this.settings = settings;
        this.metrics = metrics;
        this.epochs = epochs;
    }

    /** Creates the caches in the data grid and registers their meters. */
    public void create() {
        for (CacheDefinition definition : ALL) {
            if (definition.tier() != Tier.GRID) {
                continue;
            }
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

    /**
     * A cache on the heap, as the catalogue declares it.
     *
     * @param shorter time to live of an entry where that is under the cache's own, else null
     */
    public <K, V> HeapCache<K, V> onHeap(String name, Function<V, java.time.@Nullable Duration> shorter) {
        CacheDefinition definition = ALL.stream()
                .filter(known -> known.name().equals(name) && known.tier() == Tier.HEAP)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No cache on the heap " + name));
        java.time.Duration life = settings.duration(definition.timeToLive());
        com.github.benmanes.caffeine.cache.Cache<K, HeapCache.Entry<V>> cache = Caffeine.newBuilder()
                .maximumSize(definition.mostEntries())
                .expireAfter(Expiry.<K, HeapCache.Entry<V>>writing((key, entry) -> {
                    java.time.Duration own = shorter.apply(entry.value());
                    return own == null || own.compareTo(life) > 0 ? life : own;
                }))
                .recordStats()
                .build();
        for (String result : List.of("hit", "miss")) {
            FunctionCounter.builder(
                            "hone.cache.gets",
                            cache,
                            counted -> result.equals("hit")
                                    ? counted.stats().hitCount()
                                    : counted.stats().missCount())
                    .description("Reads of a cache, by whether it had the value")
                    .tag("cache", name)
                    .tag("tier", "l1")
                    .tag("result", result)
                    .register(metrics.registry());
        }
        return new HeapCache<>(cache, epochs, name);
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
