package io.hone.cache;

import com.github.benmanes.caffeine.cache.Ticker;
import io.hone.cache.CacheStatistics.Coalescing;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Makes one load of many that ask for the same at the same time. Thread-safe.
 *
 * @param <V> value
 */
final class Flights<V> {

    private final ConcurrentHashMap<CacheKey, Flight<V>> flights = new ConcurrentHashMap<>();
    private final Ticker ticker;
    private final LongAdder calls = new LongAdder();
    private final LongAdder coalesced = new LongAdder();

    Flights(Ticker ticker) {
        this.ticker = ticker;
    }

    /**
     * Runs a load on this thread, or waits for the one that is like it.
     *
     * @param alone what to do instead where this thread is loading the key already: waiting for itself would be for ever
     * @throws io.hone.http.ProblemException 503 if the one that is waited for takes longer than that
     */
    V run(CacheKey key, Flight<V> mine, Duration patience, Supplier<? extends V> alone, Supplier<V> load) {
        calls.increment();
        Flight<V> running = flights.putIfAbsent(key, mine);
        while (running != null) {
            if (running.isOfThisThread()) {
                return alone.get();
            }
            if (running.isLike(mine) && ticker.read() - running.forgotten < 0) {
                coalesced.increment();
                return running.await(patience);
            }
            if (flights.replace(key, running, mine)) {
                break;
            }
            running = flights.putIfAbsent(key, mine);
        }
        return lead(key, mine, load);
    }

    /**
     * Runs a load in the background, unless one of that key is under way.
     *
     * @return false if there was no room for it
     */
    boolean runIfNone(CacheKey key, Flight<V> mine, Background background, Supplier<V> load) {
        if (flights.putIfAbsent(key, mine) != null) {
            return true;
        }
        boolean taken = background.run(() -> {
            mine.takeOver();
            lead(key, mine, load);
        });
        if (!taken) {
            flights.remove(key, mine);
            mine.fail(Flight.overloaded(Duration.ZERO));
        }
        return taken;
    }

    Coalescing statistics() {
        long called = calls.sum();
        long shared = coalesced.sum();
        return new Coalescing(called, shared, flights.size(), called == 0 ? null : (double) shared / called);
    }

    private V lead(CacheKey key, Flight<V> mine, Supplier<V> load) {
        try {
            V value = load.get();
            mine.complete(value);
            return value;
        } catch (RuntimeException | Error e) {
            mine.fail(e);
            throw e;
        } finally {
            flights.remove(key, mine);
        }
    }
}
