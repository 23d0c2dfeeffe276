package io.hone.cache;

import com.github.benmanes.caffeine.cache.Ticker;
import io.hone.cache.CacheDefinition.Tier;
import io.hone.http.ProblemException;
import io.hone.metrics.Metrics;
import io.hone.settings.Setting;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The front door of all caches: each by its name, and what concerns several. Thread-safe. */
@Singleton
public class Caches {

    private final CacheParts parts;
    private final Metrics metrics;
    private final Map<String, TieredCache<?>> open = new ConcurrentHashMap<>();
    private final Flights<Object> coalesced = new Flights<>(Ticker.systemTicker());

    @Inject
    Caches(
            Settings settings,
            Epochs epochs,
            Grid grid,
            Durable durable,
            Background background,
            Clock clock,
            Metrics metrics) {
        this(new CacheParts(settings, epochs, grid, durable, background, clock, Ticker.systemTicker()), metrics);
    }

    Caches(CacheParts parts, Metrics metrics) {
        this.parts = parts;
        this.metrics = metrics;
    }

    /**
     * A cache as the catalogue declares it.
     *
     * @param <V> what is in it: the same wherever it is opened
     * @throws IllegalArgumentException if there is none of that name
     */
    public <V> TieredCache<V> open(String name) {
        return open(name, value -> null, Objects::equals);
    }

    /**
     * A cache as the catalogue declares it, with what only its owner knows; to be opened by nobody else before.
     *
     * @param shorter time to live of a value where that is under the cache's own, else null
     * @param same whether a value loaded again says what the one before said
     */
    @SuppressWarnings("unchecked") // each cache has one owner, who names its type
    public <V> TieredCache<V> open(String name, Function<V, @Nullable Duration> shorter, BiPredicate<V, V> same) {
        TieredCache<?> known = open.get(name);
        if (known == null) {
            known = open.computeIfAbsent(name, key -> {
                TieredCache<V> cache = new TieredCache<>(definition(key), parts, shorter, same);
                register(cache);
                return cache;
            });
        }
        return (TieredCache<V>) known;
    }

    /**
     * Makes one call of all that have equal keys at the same time, and keeps nothing.
     *
     * @throws io.hone.http.ProblemException 503 if somebody else's call takes longer than
     *     {@code hone.cache.load-timeout-ms}
     */
    Object coalesce(CacheKey key, Supplier<Object> call) {
        Duration patience = parts.settings().duration(SettingsCatalogue.CACHE_LOAD_TIMEOUT);
        long forgotten = Ticker.systemTicker().read() + patience.toNanos();
        return coalesced.run(key, new Flight<>(0, 0, forgotten), patience, call, call);
    }

    /** Calls of methods with {@link Coalesced}. */
    public CacheStatistics.Coalescing coalescedCalls() {
        return coalesced.statistics();
    }

    /** Every cache of the catalogue, in its order. */
    public List<TieredCache<?>> all() {
        return CacheCatalogue.ALL.stream()
                .<TieredCache<?>>map(definition -> open(definition.name()))
                .toList();
    }

    /** @throws ProblemException 404 if there is no such cache */
    TieredCache<?> find(String name) {
        if (CacheCatalogue.find(name).isEmpty()) {
            throw ProblemException.notFound("cache", name);
        }
        return open(name);
    }

    /** What each did, in the order of the catalogue. */
    public List<CacheStatistics> statistics() {
        return all().stream().<CacheStatistics>map(TieredCache::statistics).toList();
    }

    /** How each is, in the order of the catalogue. */
    public List<CacheHealth> health() {
        TierState state = parts.grid().state();
        return all().stream()
                .<CacheHealth>map(cache -> CacheHealth.of(
                        cache.definition(), cache.statistics(), state, durable().state()))
                .toList();
    }

    /** The data grid behind them. */
    public Grid grid() {
        return parts.grid();
    }

    /** The database behind those that are durable. */
    Durable durable() {
        return parts.durable();
    }

    /** Removes what has expired outside the heap, and what is too much there. To be called now and then. */
    public void cleanUpDurable() {
        open.values().forEach(TieredCache::cleanUpDurable);
    }

    /**
     * Outdates everything that is made of what these tags stand for, in all caches. To be called after the change is
     * committed and before it is acknowledged.
     *
     * @return how many entries went, by tag
     */
    public Map<String, Removed> invalidate(Collection<String> tags) {
        // The database first: what is read there until then has the old epochs, and ends with them.
        Map<String, Long> durable = new LinkedHashMap<>();
        for (String tag : tags) {
            durable.put(tag, Tags.OFTEN.contains(tag) ? 0 : sum(cache -> cache.removeDurable(tag)));
        }
        // Then all epochs: nobody may find one part old that depends on another part new.
        tags.forEach(parts.epochs()::advance);
        Map<String, Removed> removed = new LinkedHashMap<>();
        for (String tag : tags) {
            Removed sum = new Removed(0, 0, durable.getOrDefault(tag, 0L));
            for (TieredCache<?> cache : open.values()) {
                sum = sum.plus(cache.removeTagged(tag));
            }
            removed.put(tag, sum);
        }
        return removed;
    }

    /** As {@link #invalidate(Collection)}. */
    public void invalidate(String... tags) {
        invalidate(List.of(tags));
    }

    /** Makes a new time to live hold for what is cached already. */
    public void timeToLiveChanged(Setting<?> setting) {
        for (TieredCache<?> cache : open.values()) {
            if (cache.definition().timeToLive().equals(setting)) {
                cache.outdate();
            }
        }
    }

    /** Removes the keys that match a pattern from some tiers of all caches. */
    public Removed removeMatching(KeyPattern pattern, Set<Tier> tiers) {
        Removed sum = Removed.NOTHING;
        Predicate<String> texts = pattern::matches;
        for (TieredCache<?> cache : open.values()) {
            sum = sum.plus(cache.removeMatching(texts, tiers));
        }
        return sum;
    }

    private long sum(ToLongFunction<TieredCache<?>> work) {
        return open.values().stream().mapToLong(work).sum();
    }

    private static CacheDefinition definition(String name) {
        return CacheCatalogue.find(name)
                .orElseThrow(() -> new IllegalArgumentException("No cache " + name + " in the catalogue"));
    }

    private void register(TieredCache<?> cache) {
        for (Tier tier : cache.definition().tiers()) {
            register(cache, tier, cache.counts(tier));
        }
        Gauge.builder("hone.cache.entries", cache, TieredCache::entries)
                .description("Entries of a cache")
                .tag("cache", cache.definition().name())
                .tag("tier", Tier.L1.label())
                .register(metrics.registry());
    }

    private void register(TieredCache<?> cache, Tier tier, TierCounts counts) {
        counter("hone.cache.gets", "Reads of a cache, by whether it had the value", cache, tier, counts.hits, "hit");
        counter("hone.cache.gets", "Reads of a cache, by whether it had the value", cache, tier, counts.misses, "miss");
        counter("hone.cache.puts", "Entries written to a cache", cache, tier, counts.puts, null);
        counter("hone.cache.errors", "Reads and writes of a cache that failed", cache, tier, counts.errors, null);
    }

    private void counter(
            String name,
            String description,
            TieredCache<?> cache,
            Tier tier,
            LongAdder count,
            @Nullable String result) {
        FunctionCounter.Builder<LongAdder> builder = FunctionCounter.builder(name, count, LongAdder::sum)
                .description(description)
                .tag("cache", cache.definition().name())
                .tag("tier", tier.label());
        if (result != null) {
            builder.tag("result", result);
        }
        builder.register(metrics.registry());
    }
}
