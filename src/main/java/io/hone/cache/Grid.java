package io.hone.cache;

import com.hazelcast.cache.ICache;
import com.hazelcast.config.CacheConfig;
import com.hazelcast.config.EvictionConfig;
import com.hazelcast.config.EvictionPolicy;
import com.hazelcast.config.MaxSizePolicy;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.core.IntervalFunction;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.cache.CacheManager;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.ExpiryPolicy;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data grid behind all caches. Whatever it does, a read waits for it no longer than {@link #PATIENCE}, and after one
 * that failed or took longer it is left alone for a while: one second at first, half a minute at most. Writes are handed
 * over and not waited for. Thread-safe.
 */
@Singleton
public class Grid {

    /** Under the 50 ms that a lost grid may cost a request, with room for what else the request does. */
    static final Duration PATIENCE = Duration.ofMillis(40);

    static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final double PAUSE_GROWTH = 2;

    /** At the start nobody waits yet. */
    private static final Duration AT_START = Duration.ofSeconds(10);

    /** Writes that may be under way at the same time; further ones are left out. */
    private static final int MOST_WRITES = 512;

    private static final Logger LOG = LoggerFactory.getLogger(Grid.class);

    private final CacheManager manager;
    private final Settings settings;
    private final Duration patience;
    private final CircuitBreaker breaker;
    private final Semaphore writes = new Semaphore(MOST_WRITES);
    private final AtomicReference<String> lastFailure = new AtomicReference<>("");

    @Inject
    public Grid(CacheManager manager, Settings settings) {
        this(manager, settings, FIRST_PAUSE, PATIENCE);
    }

    Grid(CacheManager manager, Settings settings, Duration firstPause, Duration patience) {
        this.manager = manager;
        this.settings = settings;
        this.patience = patience;
        breaker = breaker("grid", firstPause);
        breaker.getEventPublisher()
                .onStateTransition(event -> LOG.warn(
                        "The data grid behind the caches: {} {}", event.getStateTransition(), lastFailure.get()));
    }

    /** Leaves something alone after one failure, for ever longer while it goes on failing. */
    static CircuitBreaker breaker(String name, Duration firstPause) {
        return CircuitBreaker.of(
                name,
                CircuitBreakerConfig.custom()
                        .slidingWindowType(CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                        .slidingWindowSize(1)
                        .minimumNumberOfCalls(1)
                        .failureRateThreshold(100)
                        .permittedNumberOfCallsInHalfOpenState(1)
                        .waitIntervalFunctionInOpenState(
                                IntervalFunction.ofExponentialBackoff(firstPause, PAUSE_GROWTH, LONGEST_PAUSE))
                        .build());
    }

    /** How it is. */
    public TierState state() {
        if (!settings.get(SettingsCatalogue.CACHE_GRID)) {
            return TierState.OFF;
        }
        return breaker.getState() == CircuitBreaker.State.CLOSED ? TierState.ACTIVE : TierState.DEGRADED;
    }

    /** Why it is left alone; null unless it is. */
    public @Nullable String failure() {
        return state() == TierState.DEGRADED ? lastFailure.get() : null;
    }

    /** Asks each cache's part once, without haste: the first question of all loads much of the grid's code. */
    public void prepare() {
        for (CacheDefinition definition : CacheCatalogue.ALL) {
            if (definition.tiers().contains(CacheDefinition.Tier.L2)) {
                Part part = part(definition, new TierCounts());
                part.ask(() -> part.cache().getAsync(CacheKey.PREFIX), AT_START);
            }
        }
    }

    /** The part of one cache in it. */
    Part part(CacheDefinition definition, TierCounts counts) {
        return new Part(definition, counts);
    }

    /** One cache in the grid: bytes by key. */
    final class Part {

        private final CacheDefinition definition;
        private final TierCounts counts;
        private volatile @Nullable ICache<String, byte[]> opened;

        private Part(CacheDefinition definition, TierCounts counts) {
            this.definition = definition;
            this.counts = counts;
        }

        /** What is stored; null where nothing is, or where the grid cannot be asked. */
        byte @Nullable [] get(String key) {
            return ask(() -> cache().getAsync(key), patience);
        }

        void put(String key, byte[] bytes, Duration life) {
            if (!writes.tryAcquire()) {
                counts.errors.increment();
                return;
            }
            ExpiryPolicy policy =
                    new CreatedExpiryPolicy(new javax.cache.expiry.Duration(TimeUnit.MILLISECONDS, life.toMillis()));
            if (!tell(() -> cache().putAsync(key, bytes, policy), writes::release)) {
                return;
            }
            counts.puts.increment();
        }

        void remove(String key) {
            tell(() -> cache().removeAsync(key), () -> {});
        }

        /**
         * Removes what a condition holds for.
         *
         * @return how many went; -1 where the grid cannot be asked
         */
        long removeIf(Function<String, Boolean> keys) {
            return administer(cache -> {
                long removed = 0;
                for (var entry : cache) {
                    if (keys.apply(entry.getKey()) && cache.remove(entry.getKey())) {
                        removed++;
                    }
                }
                return removed;
            });
        }

        /** How many went; -1 where the grid cannot be asked. */
        long clear() {
            return administer(cache -> {
                long removed = cache.size();
                cache.clear();
                return removed;
            });
        }

        /** Entries on this node; null where the grid cannot be asked. */
        @Nullable
        Long entries() {
            long entries = administer(cache -> cache.getLocalCacheStatistics().getOwnedEntryCount());
            return entries < 0 ? null : entries;
        }

        /** Entries that were pushed out on this node for want of room; 0 where the grid cannot be asked. */
        long evictions() {
            return Math.max(
                    0, administer(cache -> cache.getLocalCacheStatistics().getCacheEvictions()));
        }

        private long administer(Function<ICache<String, byte[]>, Long> work) {
            if (state() != TierState.ACTIVE) {
                return -1;
            }
            try {
                return work.apply(cache());
            } catch (RuntimeException e) {
                // Hazelcast names no common type for all that can be wrong with a grid.
                failed(0, e);
                return -1;
            }
        }

        private <T> @Nullable T ask(Supplier<CompletionStage<T>> question, Duration longest) {
            if (!isPermitted()) {
                return null;
            }
            long start = System.nanoTime();
            try {
                T answer = question.get().toCompletableFuture().get(longest.toMillis(), TimeUnit.MILLISECONDS);
                breaker.onSuccess(System.nanoTime() - start, TimeUnit.NANOSECONDS);
                return answer;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                breaker.releasePermission();
            } catch (ExecutionException | TimeoutException | RuntimeException e) {
                failed(System.nanoTime() - start, e);
            }
            return null;
        }

        private boolean tell(Supplier<CompletionStage<?>> message, Runnable done) {
            if (!isPermitted()) {
                done.run();
                return false;
            }
            long start = System.nanoTime();
            try {
                message.get().whenComplete((nothing, failure) -> {
                    done.run();
                    if (failure == null) {
                        breaker.onSuccess(System.nanoTime() - start, TimeUnit.NANOSECONDS);
                    } else {
                        failed(System.nanoTime() - start, failure);
                    }
                });
                return true;
            } catch (RuntimeException e) {
                done.run();
                failed(System.nanoTime() - start, e);
                return false;
            }
        }

        private boolean isPermitted() {
            if (!settings.get(SettingsCatalogue.CACHE_GRID)) {
                return false;
            }
            try {
                breaker.acquirePermission();
                return true;
            } catch (CallNotPermittedException e) {
                return false;
            }
        }

        private void failed(long nanos, Throwable failure) {
            counts.errors.increment();
            lastFailure.set(failure.getClass().getSimpleName());
            opened = null;
            breaker.onError(nanos, TimeUnit.NANOSECONDS, failure);
        }

        @SuppressWarnings("unchecked") // Hazelcast's manager makes no other
        private ICache<String, byte[]> cache() {
            ICache<String, byte[]> cache = opened;
            if (cache == null || cache.isDestroyed() || cache.isClosed()) {
                javax.cache.Cache<String, byte[]> found =
                        manager.getCache(definition.name(), String.class, byte[].class);
                if (found == null) {
                    found = manager.createCache(definition.name(), configuration());
                }
                cache = found.unwrap(ICache.class);
                opened = cache;
            }
            return cache;
        }

        private CacheConfig<String, byte[]> configuration() {
            CacheConfig<String, byte[]> configuration = new CacheConfig<>(definition.name());
            configuration.setTypes(String.class, byte[].class);
            configuration.setEvictionConfig(new EvictionConfig()
                    .setMaxSizePolicy(MaxSizePolicy.ENTRY_COUNT)
                    .setEvictionPolicy(EvictionPolicy.LRU)
                    .setSize(Math.toIntExact(definition.bound().most())));
            configuration.setStatisticsEnabled(true);
            return configuration;
        }
    }
}
