package io.hone.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Scheduler;
import com.github.benmanes.caffeine.cache.Ticker;
import io.hone.cache.CacheDefinition.Refresh;
import io.hone.cache.CacheDefinition.Tier;
import io.hone.metrics.RequestParts;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.StampedLock;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One cache: on this node's heap, and where the catalogue says so in the data grid behind it. A read falls through the
 * tiers to the source and fills them on the way back. Concurrent reads of a key that is not there load once; the others
 * wait for that result, or for its failure, which is not kept. Every entry carries the epochs of before it was loaded:
 * after a change it is not found, even by a reader who was under way.
 *
 * <p>Thread-safe. Values are shared between threads: they must be immutable, and may not be null.
 *
 * @param <V> value
 */
public final class TieredCache<V> {

    private static final Logger LOG = LoggerFactory.getLogger(TieredCache.class);

    /** One hit in so many is timed, a power of two: reading the clock twice costs more than the hit. */
    private static final int TIMED_HITS = 128;

    /** One hit in so many may be compared with a fresh load: looking the share up costs more than the hit. */
    private static final int VERIFIABLE_HITS = 16;

    /** An entry is due for a refresh this many loads before its expiry at most: e^-40 happens to nobody. */
    private static final double EARLIEST = 40;

    /** The factor β of the algorithm; above 1 refreshes earlier. */
    private static final double BETA = 1;

    /** More entries than this are removed in the background: nobody finds them any more. */
    private static final int MOST_REMOVED_AT_ONCE = 1_000;

    private final CacheDefinition definition;
    private final Settings settings;
    private final Epochs epochs;
    private final Background background;
    private final Clock clock;
    private final Ticker ticker;
    private final Codec codec;
    private final Function<V, @Nullable Duration> shorter;
    private final BiPredicate<V, V> same;
    private final Cache<CacheKey, Entry<V>> heap;
    private final Grid.@Nullable Part grid;
    private final TagIndex<V> index = new TagIndex<>();
    private final Flights<V> flights;
    private final int place;
    private final long started;

    /** Counts up when keys of a pattern are removed: what is loading then may be one of them, and is not kept. */
    private final AtomicLong patterns = new AtomicLong();

    /** Shared by those who store, exclusive for who counts up: what is stored later has seen the new number. */
    private final StampedLock storing = new StampedLock();

    final TierCounts l1 = new TierCounts();
    final TierCounts l2 = new TierCounts();
    private final Durations loads = new Durations();
    private final Verifications verifications = new Verifications();
    private final LongAdder refreshes = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final AtomicLong unserialisable = new AtomicLong();

    TieredCache(
            CacheDefinition definition,
            CacheParts parts,
            Function<V, @Nullable Duration> shorter,
            BiPredicate<V, V> same) {
        this.definition = definition;
        this.settings = parts.settings();
        this.epochs = parts.epochs();
        this.background = parts.background();
        this.clock = parts.clock();
        this.ticker = parts.ticker();
        this.codec = new Codec(settings);
        this.shorter = shorter;
        this.same = same;
        this.place = Epochs.place(definition.ownTag());
        this.flights = new Flights<>(ticker);
        this.started = ticker.read();
        this.grid = definition.tiers().contains(Tier.L2) ? parts.grid().part(definition, l2) : null;
        Caffeine<Object, Object> builder = Caffeine.newBuilder();
        if (!definition.bound().bytes()) {
            builder.maximumSize(definition.bound().most());
        }
        Caffeine<CacheKey, Entry<V>> typed = builder.ticker(ticker)
                // Maintenance is short, and so is what happens on a removal: both on the thread that caused them.
                .executor(Runnable::run)
                .scheduler(Scheduler.systemScheduler())
                .removalListener((@Nullable CacheKey key, @Nullable Entry<V> entry, RemovalCause cause) -> {
                    if (entry != null) {
                        index.remove(entry);
                        l1.evicted(cause);
                    }
                })
                .expireAfter(Expiry.writing((CacheKey key, Entry<V> entry) ->
                        Duration.ofNanos(Math.max(0, entry.expires - ticker.read()))));
        if (definition.bound().bytes()) {
            typed = typed.maximumWeight(definition.bound().most())
                    .weigher((CacheKey key, Entry<V> entry) -> entry.bytes);
        }
        heap = typed.build();
    }

    /** What the catalogue says of it. */
    public CacheDefinition definition() {
        return definition;
    }

    /** As {@link #get(CacheKey, List, Supplier)}, without tags beyond those of the catalogue. */
    public V get(CacheKey key, Supplier<? extends V> load) {
        return get(key, List.of(), load);
    }

    /**
     * The value of a key; loaded, and kept, where it is not there.
     *
     * @param tags what the value is made of, beside what all of the cache is
     * @param load makes the value on this thread, at most once for all who ask at the same time; what it throws reaches
     *     all of them
     * @throws io.hone.http.ProblemException 503 if somebody else's load took longer than {@code hone.cache.load-timeout-ms}
     */
    public V get(CacheKey key, List<String> tags, Supplier<? extends V> load) {
        int dice = ThreadLocalRandom.current().nextInt();
        boolean timed = (dice & (TIMED_HITS - 1)) == 0;
        long start = timed ? System.nanoTime() : 0;
        long stamp = stamp(key, tags);
        Entry<V> entry = heap.getIfPresent(key);
        if (entry != null && entry.stamp == stamp) {
            l1.hits.increment();
            RequestParts.cache(0, true);
            if (timed) {
                l1.hit.record(System.nanoTime() - start);
            }
            if (definition.refresh() == Refresh.EARLY && isDue(entry)) {
                refresh(entry, load);
            }
            if (definition.verified() && (dice >>> 16) % VERIFIABLE_HITS == 0 && isVerified()) {
                verify(entry, load);
            }
            return entry.value;
        }
        l1.misses.increment();
        if (entry != null) {
            l1.outdated.increment();
        }
        long began = System.nanoTime();
        boolean[] found = {false};
        try {
            return join(key, tags, stamp, load, found);
        } finally {
            RequestParts.cache(System.nanoTime() - began, found[0]);
        }
    }

    /** The value of a key; null where no tier has it. */
    public @Nullable V getIfPresent(CacheKey key, List<String> tags) {
        long stamp = stamp(key, tags);
        Entry<V> entry = heap.getIfPresent(key);
        if (entry != null && entry.stamp == stamp) {
            l1.hits.increment();
            return entry.value;
        }
        l1.misses.increment();
        entry = fromGrid(key, tags, stamp);
        if (entry == null) {
            return null;
        }
        keep(entry, patterns.get());
        return entry.value;
    }

    /** Keeps a value under a key; loads of it that are under way are not kept. */
    public void put(CacheKey key, List<String> tags, V value) {
        epochs.advance(place(key));
        long stamp = stamp(key, tags);
        Entry<V> entry = entry(key, tags, stamp, value, 0);
        keep(entry, patterns.get());
        toGrid(entry);
    }

    /**
     * Removes a key.
     *
     * @return what went
     */
    public Removed remove(CacheKey key) {
        epochs.advance(place(key));
        boolean there = heap.asMap().remove(key) != null;
        l1.invalidations.add(there ? 1 : 0);
        long inGrid = 0;
        if (grid != null) {
            grid.remove(text(key));
        }
        return new Removed(there ? 1 : 0, inGrid);
    }

    /**
     * Outdates everything, at once and without waiting: for changes that concern all of it. What the grid holds is found
     * by nobody any more, and written over or expires.
     */
    public void outdate() {
        epochs.advance(place);
        l1.invalidations.add(heap.estimatedSize());
        heap.invalidateAll();
    }

    /** Removes everything from some tiers. */
    public Removed clear(Set<Tier> tiers) {
        long onHeap = 0;
        long inGrid = 0;
        if (tiers.contains(Tier.L1)) {
            onHeap = heap.estimatedSize();
            heap.invalidateAll();
            l1.invalidations.add(onHeap);
        }
        if (tiers.contains(Tier.L2) && grid != null) {
            inGrid = grid.clear();
            l2.invalidations.add(Math.max(0, inGrid));
        }
        if (inGrid < 0 || (tiers.contains(Tier.L1) && (grid == null || tiers.contains(Tier.L2)))) {
            // All that there is of it, so that what is loading now is of before; or what could not be removed.
            epochs.advance(place);
        }
        return new Removed(onHeap, inGrid);
    }

    /** Removes the entries of a tag, whose epoch is new already. */
    Removed removeTagged(String tag) {
        if (definition.tags().contains(tag)) {
            long entries = heap.estimatedSize();
            l1.invalidations.add(entries);
            inBackgroundIfMany(entries, heap::invalidateAll);
            return new Removed(entries, 0);
        }
        Set<Entry<V>> tagged = index.take(tag);
        l1.invalidations.add(tagged.size());
        inBackgroundIfMany(tagged.size(), () -> {
            for (Entry<V> entry : tagged) {
                heap.asMap().remove(entry.key, entry);
                if (grid != null) {
                    grid.remove(text(entry.key));
                }
            }
        });
        return new Removed(tagged.size(), grid == null ? 0 : tagged.size());
    }

    private void inBackgroundIfMany(long entries, Runnable removal) {
        if (entries <= MOST_REMOVED_AT_ONCE || !background.run(removal)) {
            removal.run();
        }
    }

    /** Removes the keys whose text a condition holds for; readers go on meanwhile. */
    Removed removeMatching(Predicate<String> texts, Set<Tier> tiers) {
        long write = storing.writeLock();
        patterns.incrementAndGet();
        storing.unlockWrite(write);
        long onHeap = 0;
        if (tiers.contains(Tier.L1)) {
            for (Map.Entry<CacheKey, Entry<V>> entry : heap.asMap().entrySet()) {
                if (texts.test(text(entry.getKey())) && heap.asMap().remove(entry.getKey(), entry.getValue())) {
                    onHeap++;
                }
            }
            l1.invalidations.add(onHeap);
        }
        long inGrid = 0;
        if (grid != null && tiers.contains(Tier.L2)) {
            inGrid = grid.removeIf(texts::test);
            l2.invalidations.add(Math.max(0, inGrid));
            if (inGrid < 0) {
                // The grid may come back with what should have gone.
                epochs.advance(place);
            }
        }
        return new Removed(onHeap, inGrid);
    }

    /** Removes what is expired or outdated. */
    Removed cleanUp() {
        long before = heap.estimatedSize();
        heap.cleanUp();
        for (Map.Entry<CacheKey, Entry<V>> entry : heap.asMap().entrySet()) {
            Entry<V> held = entry.getValue();
            if (held.stamp != stamp(held.key, held.tags)) {
                heap.asMap().remove(entry.getKey(), held);
            }
        }
        return new Removed(Math.max(0, before - heap.estimatedSize()), 0);
    }

    /** Entries on the heap now. */
    long entries() {
        return heap.estimatedSize();
    }

    /** Tags that have entries. */
    int tags() {
        return index.size();
    }

    /** What it did. */
    public CacheStatistics statistics() {
        CacheStatistics.Latency load = loads.latency();
        CacheStatistics.Tier onHeap = l1.statistics(heap.estimatedSize(), bytes(), 0);
        CacheStatistics.Tier inGrid = null;
        if (grid != null) {
            Long entries = grid.entries();
            inGrid = l2.statistics(entries, null, grid.evictions());
        }
        long hits = onHeap.hits() + (inGrid == null ? 0 : inGrid.hits());
        long requests = onHeap.hits() + onHeap.misses();
        double saved = onHeap.hits() * Math.max(0, load.avgMs() - onHeap.hit().avgMs())
                + (inGrid == null
                        ? 0
                        : inGrid.hits()
                                * Math.max(0, load.avgMs() - inGrid.hit().avgMs()));
        double hit = onHeap.hit().avgMs();
        return new CacheStatistics(
                definition.name(),
                requests,
                hits,
                Math.max(0, requests - hits),
                requests == 0 ? null : (double) hits / requests,
                inGrid == null ? Map.of("l1", onHeap) : Map.of("l1", onHeap, "l2", inGrid),
                load,
                load.count() == 0 || hit == 0 ? null : load.avgMs() / hit,
                load.count() == 0 ? 0 : saved,
                flights.statistics(),
                verifications.result(),
                refreshes.sum(),
                dropped.sum(),
                (ticker.read() - started) / 1e9);
    }

    private long bytes() {
        return definition.bound().bytes()
                ? heap.policy()
                        .eviction()
                        .map(policy -> policy.weightedSize().orElse(0))
                        .orElse(0L)
                : heap.asMap().values().stream().mapToLong(entry -> entry.bytes).sum();
    }

    private String text(CacheKey key) {
        return key.text(definition.name(), definition.sensitive());
    }

    private int place(CacheKey key) {
        return Epochs.place(key) ^ place;
    }

    /** Changes with everything that outdates an entry. */
    private long stamp(CacheKey key, Collection<String> tags) {
        long sum = epochs.at(place) + epochs.at(place(key)) + epochs.of(definition.tags());
        return tags.isEmpty() ? sum : sum + epochs.of(tags);
    }

    private boolean isOn() {
        return settings.get(definition.timeToLive()) > 0;
    }

    private V join(CacheKey key, List<String> tags, long stamp, Supplier<? extends V> load, boolean[] found) {
        Flight<V> mine = flight(stamp);
        return flights.run(key, mine, patience(), load, () -> {
            // Somebody may have stored it between the look and the turn.
            Entry<V> entry = heap.getIfPresent(key);
            if (entry != null && entry.stamp == stamp) {
                found[0] = true;
                return entry.value;
            }
            entry = fromGrid(key, tags, stamp);
            found[0] = entry != null;
            if (entry == null) {
                entry = load(key, tags, stamp, load);
                toGrid(entry);
            }
            keep(entry, mine.patterns);
            return entry.value;
        });
    }

    private Flight<V> flight(long stamp) {
        return new Flight<>(stamp, patterns.get(), ticker.read() + patience().toNanos());
    }

    private Duration patience() {
        return settings.duration(SettingsCatalogue.CACHE_LOAD_TIMEOUT);
    }

    private Entry<V> load(CacheKey key, List<String> tags, long stamp, Supplier<? extends V> load) {
        long start = System.nanoTime();
        V value = load.get();
        long nanos = System.nanoTime() - start;
        loads.record(nanos);
        return entry(key, tags, stamp, value, nanos);
    }

    private Entry<V> entry(CacheKey key, List<String> tags, long stamp, V value, long loadNanos) {
        return new Entry<>(
                key,
                value,
                stamp,
                ticker.read() + life(value).toNanos(),
                loadNanos,
                List.copyOf(tags),
                size(key, value));
    }

    private int size(CacheKey key, V value) {
        return HeapSize.ofEntry(key.parts(), value);
    }

    private Duration life(V value) {
        Duration life = settings.duration(definition.timeToLive());
        Duration own = shorter.apply(value);
        return own == null || own.compareTo(life) > 0 ? life : own;
    }

    private void keep(Entry<V> entry, long patternsBefore) {
        if (!isOn()) {
            return;
        }
        long read = storing.readLock();
        try {
            if (patterns.get() == patternsBefore) {
                // In the index first: whoever finds the entry can also remove it by its tags.
                index.add(entry);
                heap.put(entry.key, entry);
                l1.puts.increment();
            }
        } finally {
            storing.unlockRead(read);
        }
    }

    private @Nullable Entry<V> fromGrid(CacheKey key, List<String> tags, long stamp) {
        if (grid == null || !isOn()) {
            return null;
        }
        long start = System.nanoTime();
        byte[] bytes = grid.get(text(key));
        if (bytes == null) {
            l2.misses.increment();
            return null;
        }
        try {
            if (Codec.stamp(bytes) != stamp) {
                l2.misses.increment();
                l2.outdated.increment();
                return null;
            }
            Codec.Packed packed = Codec.decode(bytes);
            @SuppressWarnings("unchecked") // the keys of a cache have values of one type
            V value = (V) packed.value();
            // After a step of the clock an entry lives no longer than a new one would.
            Duration left = Duration.ofMillis(packed.expiresAt() - clock.millis());
            Duration whole = life(value);
            if (left.isNegative() || left.isZero()) {
                l2.misses.increment();
                return null;
            }
            l2.hits.increment();
            l2.hit.record(System.nanoTime() - start);
            return new Entry<>(
                    key,
                    value,
                    stamp,
                    ticker.read() + (left.compareTo(whole) > 0 ? whole : left).toNanos(),
                    packed.loadNanos(),
                    List.copyOf(tags),
                    size(key, value));
        } catch (IOException | ClassNotFoundException e) {
            // Another version of Hone wrote it: as good as nothing, and written over.
            LOG.debug("An entry of {} cannot be read", definition.name(), e);
            l2.misses.increment();
            l2.outdated.increment();
            return null;
        }
    }

    private void toGrid(Entry<V> entry) {
        if (grid == null || !isOn()) {
            return;
        }
        Duration life = Duration.ofNanos(entry.expires - ticker.read());
        if (life.toMillis() < 1) {
            return;
        }
        try {
            byte[] bytes = codec.encode(
                    new Codec.Packed(entry.value, entry.stamp, clock.millis() + life.toMillis(), entry.loadNanos), l2);
            grid.put(text(entry.key), bytes, life);
        } catch (IOException e) {
            l2.errors.increment();
            if (unserialisable.getAndIncrement() == 0) {
                LOG.warn(
                        "A value of cache {} cannot leave the heap; further ones are only counted",
                        definition.name(),
                        e);
            }
        }
    }

    private boolean isDue(Entry<V> entry) {
        long left = entry.expires - ticker.read();
        double load = entry.loadNanos * BETA;
        return left < load * EARLIEST
                && load * -Math.log(ThreadLocalRandom.current().nextDouble()) >= left;
    }

    private void refresh(Entry<V> entry, Supplier<? extends V> load) {
        long stamp = stamp(entry.key, entry.tags);
        Flight<V> mine = flight(stamp);
        boolean taken = flights.runIfNone(entry.key, mine, background, () -> {
            Entry<V> fresh = load(entry.key, entry.tags, stamp, load);
            toGrid(fresh);
            keep(fresh, mine.patterns);
            refreshes.increment();
            return fresh.value;
        });
        if (!taken) {
            dropped.increment();
        }
    }

    private boolean isVerified() {
        double share = settings.get(SettingsCatalogue.CACHE_VERIFIED_SHARE);
        return ThreadLocalRandom.current().nextDouble() < share * VERIFIABLE_HITS;
    }

    private void verify(Entry<V> entry, Supplier<? extends V> load) {
        boolean taken = background.run(() -> {
            long start = System.nanoTime();
            V fresh = load.get();
            long nanos = System.nanoTime() - start;
            // What was changed meanwhile may differ.
            if (entry.stamp == stamp(entry.key, entry.tags)) {
                verifications.add(
                        same.test(entry.value, fresh), nanos - l1.hit.latency().avgMs() * 1e6);
            }
        });
        if (!taken) {
            dropped.increment();
        }
    }
}
