package io.hone.cache;

import com.github.benmanes.caffeine.cache.Ticker;
import io.hone.cache.CacheDefinition.Refresh;
import io.hone.cache.CacheDefinition.Tier;
import io.hone.metrics.RequestParts;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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

    /** One hit in so many is timed, a power of two: reading the clock twice costs more than the hit. */
    private static final int TIMED_HITS = 128;

    /** One hit in so many may be compared with a fresh load: looking the share up costs more than the hit. */
    private static final int VERIFIABLE_HITS = 16;

    /** One hit in so many is noted for the keys that are asked most: it stands for the others. */
    private static final int NOTED_HITS = 16;

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
    private final Ticker ticker;
    private final Function<V, @Nullable Duration> shorter;
    private final BiPredicate<V, V> same;
    private final HeapTier<V> heap;
    private final Grid.@Nullable Part grid;
    private final Durable.@Nullable Part durable;
    private final OuterTier<V> inGrid;
    private final OuterTier<V> inDatabase;
    private final @Nullable HotKeys hot;
    private final Flights<V> flights;
    private final int place;

    private final CacheCounts counts;

    TieredCache(
            CacheDefinition definition,
            CacheParts parts,
            Function<V, @Nullable Duration> shorter,
            BiPredicate<V, V> same) {
        this.definition = definition;
        this.settings = parts.settings();
        this.epochs = parts.epochs();
        this.background = parts.background();
        this.ticker = parts.ticker();
        this.shorter = shorter;
        this.same = same;
        this.hot = definition.sensitive() ? null : new HotKeys();
        this.place = Epochs.place(definition.ownTag());
        this.flights = new Flights<>(ticker);
        this.counts = new CacheCounts(ticker);
        this.heap = new HeapTier<>(definition, ticker);
        this.inGrid = new OuterTier<>(definition, parts, this::life);
        this.inDatabase = new OuterTier<>(definition, parts, this::life);
        this.grid = definition.tiers().contains(Tier.L2) ? parts.grid().part(definition, inGrid.counts) : null;
        this.durable =
                definition.tiers().contains(Tier.DURABLE) ? parts.durable().part(definition, inDatabase.counts) : null;
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
        Entry<V> entry = heap.find(key);
        if (entry != null && entry.stamp == stamp) {
            heap.counts.hits.increment();
            RequestParts.cache(0, true);
            if (timed) {
                heap.counts.hit.record(System.nanoTime() - start);
            }
            if (hot != null && (dice >>> 8) % NOTED_HITS == 0) {
                hot.add(key, tags, NOTED_HITS);
            }
            if (definition.refresh() == Refresh.EARLY && isDue(entry)) {
                refresh(entry, load);
            }
            if (definition.verified() && (dice >>> 16) % VERIFIABLE_HITS == 0 && isVerified()) {
                verify(entry, load);
            }
            return entry.value;
        }
        heap.counts.misses.increment();
        if (entry != null) {
            heap.counts.outdated.increment();
        }
        if (hot != null) {
            hot.add(key, tags, 1);
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
        return getIfPresent(key, tags, value -> true);
    }

    /**
     * The value of a key; null where no tier has it.
     *
     * @param good whether a value of the heap is what was looked for, so that finding it counts as a hit; it is returned
     *     anyway
     */
    public @Nullable V getIfPresent(CacheKey key, List<String> tags, Predicate<V> good) {
        long start = System.nanoTime();
        long stamp = stamp(key, tags);
        Entry<V> entry = heap.find(key);
        if (entry != null && entry.stamp == stamp) {
            if (good.test(entry.value)) {
                heap.counts.hits.increment();
                heap.counts.hit.record(System.nanoTime() - start);
            } else {
                heap.counts.misses.increment();
            }
            return entry.value;
        }
        heap.counts.misses.increment();
        long patterns = heap.patterns();
        entry = fromGrid(key, tags, stamp);
        if (entry == null) {
            entry = fromDatabase(key, tags, stamp).entry();
        }
        if (entry == null) {
            return null;
        }
        keep(entry, patterns);
        return entry.value;
    }

    /**
     * A load that happens elsewhere and ends later, as over a network. What is changed meanwhile keeps its result from being
     * kept. Thread-safe.
     */
    public final class Pending {

        private final CacheKey key;
        private final List<String> tags;
        private final long stamp;
        private final long patternsBefore;
        private final long generation;
        private final long start = System.nanoTime();

        private Pending(CacheKey key, List<String> tags) {
            this.key = key;
            this.tags = List.copyOf(tags);
            stamp = stamp(key, tags);
            patternsBefore = heap.patterns();
            generation = durable == null ? 0 : durable.find(text(key)).generation();
        }

        /** Keeps what was loaded, unless something changed since it began. */
        public void keep(V value) {
            long nanos = System.nanoTime() - start;
            counts.loads.record(nanos);
            Entry<V> entry = entry(key, tags, stamp, value, nanos);
            toDatabase(entry, generation);
            toGrid(entry);
            TieredCache.this.keep(entry, patternsBefore);
        }
    }

    /** Begins a load that ends later; to be called before it begins. */
    public Pending begin(CacheKey key, List<String> tags) {
        return new Pending(key, tags);
    }

    /**
     * The value of a key on this node's heap, not counted as a read; null where it is not there: for a second look after a
     * first one was counted.
     */
    public @Nullable V peek(CacheKey key, List<String> tags) {
        Entry<V> entry = heap.find(key);
        return entry != null && entry.stamp == stamp(key, tags) ? entry.value : null;
    }

    /** Notes money that a hit saved, in billionths of a dollar. */
    public void saved(long nanoUsd) {
        counts.savedNanoUsd.add(nanoUsd);
    }

    /** Keeps a value under a key; loads of it that are under way are not kept. */
    public void put(CacheKey key, List<String> tags, V value) {
        Entry<V> old = entry(key, tags, 0, value, 0);
        if (durable != null) {
            durable.replace(
                    text(key),
                    inDatabase.pack(old),
                    old.tags,
                    inDatabase.left(old).toMillis());
        }
        epochs.advance(place(key));
        Entry<V> entry = entry(key, tags, stamp(key, tags), value, 0);
        keep(entry, heap.patterns());
        toGrid(entry);
    }

    /**
     * Removes a key.
     *
     * @return what went
     */
    public Removed remove(CacheKey key) {
        long stored = durable == null ? 0 : durable.remove(text(key));
        epochs.advance(place(key));
        if (grid != null) {
            grid.remove(text(key));
        }
        return new Removed(heap.remove(key), 0, stored);
    }

    /**
     * Outdates everything, at once and without waiting: for changes that concern all of it. What the grid holds is found
     * by nobody any more, and written over or expires.
     */
    public void outdate() {
        if (durable != null) {
            durable.clear();
        }
        epochs.advance(place);
        heap.removeAll();
    }

    /** Removes everything from some tiers. */
    public Removed clear(Set<Tier> tiers) {
        long stored = tiers.contains(Tier.DURABLE) && durable != null ? durable.clear() : 0;
        long onHeap = tiers.contains(Tier.L1) ? heap.removeAll() : 0;
        long outside = 0;
        if (tiers.contains(Tier.L2) && grid != null) {
            outside = grid.clear();
            inGrid.counts.invalidations.add(Math.max(0, outside));
        }
        if (outside < 0 || tiers.containsAll(definition.tiers())) {
            // All that there is of it, so that what is loading now is of before; or what could not be removed.
            epochs.advance(place);
        }
        return new Removed(onHeap, outside, stored);
    }

    /** Removes the entries of a tag from the database, before its epoch is new; how many went. */
    long removeDurable(String tag) {
        return durable == null ? 0 : durable.removeTagged(tag);
    }

    /** Removes from the database what has expired, and what is too much. */
    long cleanUpDurable() {
        return durable == null ? 0 : durable.cleanUp();
    }

    /** Removes the entries of a tag, whose epoch is new already; not from the database. */
    Removed removeTagged(String tag) {
        if (definition.tags().contains(tag)) {
            long entries = heap.size();
            inBackgroundIfMany(entries, heap::removeAll);
            return Removed.onHeap(entries);
        }
        Set<Entry<V>> tagged = heap.takeTagged(tag);
        inBackgroundIfMany(tagged.size(), () -> {
            for (Entry<V> entry : tagged) {
                heap.remove(entry);
                if (grid != null) {
                    grid.remove(text(entry.key));
                }
            }
        });
        return new Removed(tagged.size(), grid == null ? 0 : tagged.size(), 0);
    }

    private void inBackgroundIfMany(long entries, Runnable removal) {
        if (entries <= MOST_REMOVED_AT_ONCE || !background.run(removal)) {
            removal.run();
        }
    }

    /** Removes the keys whose text a condition holds for; readers go on meanwhile. */
    Removed removeMatching(Predicate<String> texts, Set<Tier> tiers) {
        long stored = durable != null && tiers.contains(Tier.DURABLE) ? durable.removeIf(texts) : 0;
        heap.keepNothingOfNow();
        long onHeap = tiers.contains(Tier.L1) ? heap.removeIf(key -> texts.test(text(key))) : 0;
        long outside = 0;
        if (grid != null && tiers.contains(Tier.L2)) {
            outside = grid.removeIf(texts::test);
            inGrid.counts.invalidations.add(Math.max(0, outside));
            if (outside < 0) {
                // The grid may come back with what should have gone.
                epochs.advance(place);
            }
        }
        return new Removed(onHeap, outside, stored);
    }

    /** Removes what is expired or outdated. */
    Removed cleanUp() {
        return new Removed(heap.cleanUp(entry -> entry.stamp == stamp(entry.key, entry.tags)), 0, cleanUpDurable());
    }

    /** Which keys are asked most; null where nobody may keep a list of them. */
    @Nullable
    HotKeys hotKeys() {
        return hot;
    }

    /** Counts a key that was loaded before anybody asked. */
    void warmed() {
        counts.warmed.increment();
    }

    /** What a tier counted; the same object always. */
    TierCounts counts(Tier tier) {
        return switch (tier) {
            case L1 -> heap.counts;
            case L2 -> inGrid.counts;
            case DURABLE -> inDatabase.counts;
        };
    }

    /** Entries on the heap now. */
    long entries() {
        return heap.size();
    }

    /** Tags that have entries. */
    int tags() {
        return heap.tags();
    }

    /** What it did. */
    public CacheStatistics statistics() {
        Map<String, CacheStatistics.Tier> tiers = new LinkedHashMap<>();
        tiers.put(Tier.L1.label(), heap.statistics());
        if (grid != null) {
            tiers.put(Tier.L2.label(), inGrid.counts.statistics(grid.entries(), null, grid.evictions()));
        }
        if (durable != null) {
            CacheEntryRepository.Size size = durable.size();
            Long entries = size == null ? null : size.entries();
            Long bytes = size == null ? null : size.bytes();
            tiers.put(Tier.DURABLE.label(), inDatabase.counts.statistics(entries, bytes, 0));
        }
        return counts.statistics(definition.name(), tiers, flights.statistics());
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
            Entry<V> entry = heap.find(key);
            if (entry != null && entry.stamp == stamp) {
                found[0] = true;
                return entry.value;
            }
            entry = fromGrid(key, tags, stamp);
            if (entry == null) {
                Stored<V> stored = fromDatabase(key, tags, stamp);
                entry = stored.entry();
                found[0] = entry != null;
                if (entry == null) {
                    entry = load(key, tags, stamp, load);
                    toDatabase(entry, stored.generation());
                }
                toGrid(entry);
            } else {
                found[0] = true;
            }
            keep(entry, mine.patterns);
            return entry.value;
        });
    }

    private Flight<V> flight(long stamp) {
        return new Flight<>(stamp, heap.patterns(), ticker.read() + patience().toNanos());
    }

    private Duration patience() {
        return settings.duration(SettingsCatalogue.CACHE_LOAD_TIMEOUT);
    }

    private Entry<V> load(CacheKey key, List<String> tags, long stamp, Supplier<? extends V> load) {
        long start = System.nanoTime();
        V value = load.get();
        long nanos = System.nanoTime() - start;
        counts.loads.record(nanos);
        return entry(key, tags, stamp, value, nanos);
    }

    private Entry<V> entry(CacheKey key, List<String> tags, long stamp, V value, long loadNanos) {
        return new Entry<>(key, value, stamp, ticker.read() + life(value).toNanos(), loadNanos, tags);
    }

    private Duration life(V value) {
        Duration life = settings.duration(definition.timeToLive());
        Duration own = shorter.apply(value);
        return own == null || own.compareTo(life) > 0 ? life : own;
    }

    private void keep(Entry<V> entry, long patternsBefore) {
        if (isOn()) {
            heap.keep(entry, patternsBefore);
        }
    }

    private @Nullable Entry<V> fromGrid(CacheKey key, List<String> tags, long stamp) {
        if (grid == null || !isOn()) {
            return null;
        }
        long start = System.nanoTime();
        return inGrid.unpack(grid.get(text(key)), key, tags, stamp, true, start);
    }

    /**
     * What the database has of a key.
     *
     * @param generation under which what is loaded now may be stored there
     */
    private record Stored<V>(long generation, @Nullable Entry<V> entry) {}

    private Stored<V> fromDatabase(CacheKey key, List<String> tags, long stamp) {
        if (durable == null || !isOn()) {
            return new Stored<>(0, null);
        }
        long start = System.nanoTime();
        CacheEntryRepository.Found found = durable.find(text(key));
        return new Stored<>(found.generation(), inDatabase.unpack(found.value(), key, tags, stamp, false, start));
    }

    private void toGrid(Entry<V> entry) {
        if (grid == null || !isOn()) {
            return;
        }
        Duration left = inGrid.left(entry);
        byte[] bytes = left.toMillis() < 1 ? null : inGrid.pack(entry);
        if (bytes != null) {
            grid.put(text(entry.key), bytes, left);
        }
    }

    private void toDatabase(Entry<V> entry, long generation) {
        if (durable == null || !isOn()) {
            return;
        }
        byte[] bytes = inDatabase.pack(entry);
        if (bytes != null) {
            durable.putSoon(
                    text(entry.key), bytes, entry.tags, inDatabase.left(entry).toMillis(), generation);
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
            long generation =
                    durable == null ? 0 : durable.find(text(entry.key)).generation();
            Entry<V> fresh = load(entry.key, entry.tags, stamp, load);
            toDatabase(fresh, generation);
            toGrid(fresh);
            keep(fresh, mine.patterns);
            counts.refreshes.increment();
            return fresh.value;
        });
        if (!taken) {
            counts.dropped.increment();
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
                counts.verifications.add(
                        same.test(entry.value, fresh),
                        nanos - heap.counts.hit.latency().avgMs() * 1e6);
            }
        });
        if (!taken) {
            counts.dropped.increment();
        }
    }
}
