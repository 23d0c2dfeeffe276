package io.hone.cache;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.hone.cache.CacheEntryRepository.Found;
import io.hone.cache.CacheEntryRepository.Size;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Entries in the database, for caches whose loads cost money: there after a restart, and for all nodes. A database that
 * cannot be asked costs a read nothing but the first wait: it is then left alone for a while, and the source is asked.
 * Removals are not given up like that: they throw. Thread-safe.
 */
@Singleton
class Durable {

    /** Stands for a generation that could not be read: nothing is stored under it. */
    private static final long UNKNOWN = -1;

    /** Larger values stay on the heap: each is written and read in one piece, while others wait for the writer. */
    private static final int MOST_BYTES = 4 * 1_024 * 1_024;

    private static final Logger LOG = LoggerFactory.getLogger(Durable.class);

    private final CacheEntryRepository repository;
    private final Settings settings;
    private final Clock clock;
    private final Background background;
    private final CircuitBreaker breaker = Grid.breaker("durable", Grid.FIRST_PAUSE);

    @Inject
    Durable(CacheEntryRepository repository, Settings settings, Clock clock, Background background) {
        this.repository = repository;
        this.settings = settings;
        this.clock = clock;
        this.background = background;
        breaker.getEventPublisher()
                .onStateTransition(
                        event -> LOG.warn("The database behind durable caches: {}", event.getStateTransition()));
    }

    /** How it is. */
    TierState state() {
        if (most() == 0) {
            return TierState.OFF;
        }
        return breaker.getState() == CircuitBreaker.State.CLOSED ? TierState.ACTIVE : TierState.DEGRADED;
    }

    /** Which database it is. */
    String kind() {
        return repository.kind();
    }

    /** The part of one cache in it. */
    Part part(CacheDefinition definition, TierCounts counts) {
        return new Part(definition.name(), counts);
    }

    private long most() {
        return settings.get(SettingsCatalogue.CACHE_DURABLE_BYTES);
    }

    /** One cache in the database: bytes by key. */
    final class Part {

        private final String name;
        private final TierCounts counts;

        private Part(String name, TierCounts counts) {
            this.name = name;
            this.counts = counts;
        }

        /** What is stored under a key; nothing where the database cannot be asked. */
        Found find(String key) {
            Found found = tried(() -> repository.find(name, key, clock.millis()));
            return found == null ? new Found(UNKNOWN, null) : found;
        }

        /**
         * Stores soon what was loaded, unless something of the cache is removed before.
         *
         * @param generation of before the load
         */
        void putSoon(String key, byte[] bytes, List<String> tags, long leftMs, long generation) {
            if (generation == UNKNOWN || leftMs <= 0) {
                return;
            }
            if (bytes.length > MOST_BYTES || !background.run(() -> put(key, bytes, tags, leftMs, generation))) {
                counts.errors.increment();
            }
        }

        /** Stores a value that takes the place of what is there. */
        void replace(String key, byte @Nullable [] bytes, List<String> tags, long leftMs) {
            repository.remove(name, key);
            if (bytes != null && bytes.length <= MOST_BYTES && leftMs > 0) {
                put(key, bytes, tags, leftMs, find(key).generation());
            }
        }

        private void put(String key, byte[] bytes, List<String> tags, long leftMs, long generation) {
            Boolean stored = tried(() -> repository.put(name, key, bytes, tags, clock.millis() + leftMs, generation));
            if (Boolean.TRUE.equals(stored)) {
                counts.puts.increment();
            }
        }

        long remove(String key) {
            return counted(repository.remove(name, key));
        }

        long removeTagged(String tag) {
            return counted(repository.removeTagged(name, tag));
        }

        long removeIf(Predicate<String> keys) {
            return counted(repository.removeIf(name, keys));
        }

        long clear() {
            return counted(repository.clear(name));
        }

        /** Removes what has expired, and what is too much: that which would expire next. */
        long cleanUp() {
            long expired = repository.removeExpired(name, clock.millis());
            counts.expired.add(expired);
            long pushedOut = 0;
            while (repository.size(name).bytes() > most()) {
                long some = repository.removeNextToExpire(name);
                if (some == 0) {
                    break;
                }
                pushedOut += some;
            }
            counts.evictedBySize.add(pushedOut);
            return expired + pushedOut;
        }

        /** How much there is; null where the database cannot be asked. */
        @Nullable
        Size size() {
            return tried(() -> repository.size(name));
        }

        private long counted(long removed) {
            counts.invalidations.add(removed);
            return removed;
        }

        private <T> @Nullable T tried(Supplier<T> work) {
            if (state() == TierState.OFF || !breaker.tryAcquirePermission()) {
                return null;
            }
            long start = System.nanoTime();
            try {
                T result = work.get();
                breaker.onSuccess(System.nanoTime() - start, TimeUnit.NANOSECONDS);
                return result;
            } catch (RuntimeException e) {
                // Whatever is wrong with the database, the source can still be asked.
                counts.errors.increment();
                breaker.onError(System.nanoTime() - start, TimeUnit.NANOSECONDS, e);
                // Once for each pause of the breaker.
                LOG.warn("The durable part of cache {} could not be asked", name, e);
                return null;
            }
        }
    }
}
