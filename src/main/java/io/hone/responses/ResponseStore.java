package io.hone.responses;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Ticker;
import io.hone.cache.AnswerStore;
import io.hone.cache.CacheDefinition;
import io.hone.cache.CacheDefinition.Bound;
import io.hone.cache.CacheDefinition.Refresh;
import io.hone.cache.CacheDefinition.Tier;
import io.hone.cache.CacheStatistics;
import io.hone.cache.CacheStatistics.Latency;
import io.hone.cache.Epochs;
import io.hone.cache.KeyPattern;
import io.hone.metrics.Latencies;
import io.hone.metrics.Metrics;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Held answers on this node's heap: several to a key where they vary by what a request says. Bounded by measured bytes.
 * Thread-safe.
 */
@Singleton
public class ResponseStore implements AnswerStore {

    /** Answers to one key; the oldest goes. */
    private static final int MOST_VARIANTS = 16;

    /** Below, most requests that a rule is for are the first of their kind: the rules keep what nobody asks for twice. */
    private static final double TARGET_HIT_RATE = 0.3;

    /** Before so many, the first ones of a server that is still warming up decide what an average is. */
    private static final long FEW_HITS = 100;

    private static final long FEW_LOADS = 10;

    /** The nodes of the cache and of its map, that one's share of the table, and the list of answers. */
    private static final int ENTRY_BYTES = 80 + 32 + 8 + 24;

    /** What became of a request that was asked about. */
    public enum Result {
        /** Answered from what is held. */
        HIT,
        /** The same, past its time. */
        STALE,
        /** Answered with what another request made meanwhile. */
        COLLAPSED,
        /** Made anew. */
        MISS,
        /** None that is ever held. */
        BYPASS,
        /** The cache itself failed; the request went on without it. */
        ERROR
    }

    private final Cache<String, List<StoredAnswer>> entries;
    private final Epochs epochs;
    private final Clock clock;
    private final long mostBytes;
    private final Map<Result, LongAdder> results = new EnumMap<>(Result.class);
    private final LongAdder stored = new LongAdder();
    private final LongAdder outdated = new LongAdder();
    private final LongAdder invalidations = new LongAdder();
    private final LongAdder pushedOut = new LongAdder();
    private final LongAdder expired = new LongAdder();
    private final LongAdder refreshes = new LongAdder();
    private final Latencies hitLatencies = new Latencies();
    private final Latencies loadLatencies = new Latencies();
    private final Settings settings;
    private final Flights flights;
    private final Adaptations adaptations;
    private final Ticker ticker;
    private final long started;

    @Inject
    ResponseStore(
            Settings settings, Epochs epochs, Clock clock, Flights flights, Adaptations adaptations, Metrics metrics) {
        this(settings, epochs, clock, Ticker.systemTicker(), flights, adaptations);
        register(metrics.registry());
    }

    /** @param ticker of expiry; what is fresh is a matter of the clock */
    ResponseStore(
            Settings settings, Epochs epochs, Clock clock, Ticker ticker, Flights flights, Adaptations adaptations) {
        this.settings = settings;
        this.flights = flights;
        this.adaptations = adaptations;
        this.ticker = ticker;
        started = ticker.read();
        mostBytes = settings.get(SettingsCatalogue.RESPONSE_BYTES);
        this.epochs = epochs;
        this.clock = clock;
        for (Result result : Result.values()) {
            results.put(result, new LongAdder());
        }
        entries = Caffeine.newBuilder()
                .maximumWeight(mostBytes)
                .weigher(ResponseStore::weigh)
                .expireAfter(Expiry.<String, List<StoredAnswer>>writing((key, held) -> lifeOf(held)))
                .ticker(ticker)
                // At once, on the thread that writes: what is over the bound does not wait for a free thread.
                .executor(Runnable::run)
                .removalListener((@Nullable String key, @Nullable List<StoredAnswer> gone, RemovalCause cause) -> {
                    if (gone != null) {
                        account(gone, -1);
                    }
                    if (cause == RemovalCause.SIZE) {
                        pushedOut.increment();
                    } else if (cause == RemovalCause.EXPIRED) {
                        expired.increment();
                    }
                })
                .build();
    }

    /** What is held under a key, newest first; some of it may hold no more. */
    List<StoredAnswer> get(String key) {
        List<StoredAnswer> held = entries.getIfPresent(key);
        return held == null ? List.of() : held;
    }

    /** Whether nothing that it is made of has changed since. */
    boolean holds(StoredAnswer answer) {
        return answer.origin().epoch() == epochs.of(answer.origin().tags());
    }

    /** Takes an answer in, instead of that which answered the same requests. */
    void put(String key, StoredAnswer answer) {
        entries.asMap().compute(key, (same, held) -> {
            List<StoredAnswer> next = new ArrayList<>();
            next.add(answer);
            for (StoredAnswer other : held == null ? List.<StoredAnswer>of() : held) {
                if (next.size() < MOST_VARIANTS && !answer.replaces(other) && holds(other)) {
                    next.add(other);
                }
            }
            List<StoredAnswer> all = List.copyOf(next);
            account(all, 1);
            return all;
        });
        stored.increment();
    }

    /** Takes the compressed form of a held answer in; nothing happens where that is held no more. */
    void exchange(String key, StoredAnswer held, StoredAnswer compressed) {
        entries.asMap().computeIfPresent(key, (same, all) -> {
            List<StoredAnswer> next =
                    all.stream().map(one -> one.equals(held) ? compressed : one).toList();
            account(next, 1);
            return next;
        });
    }

    /** Removes one answer. */
    void remove(String key, StoredAnswer answer) {
        entries.asMap().computeIfPresent(key, (same, held) -> {
            List<StoredAnswer> left =
                    held.stream().filter(other -> !other.equals(answer)).toList();
            invalidations.add(held.size() - left.size());
            account(left, 1);
            return left.isEmpty() ? null : left;
        });
    }

    /** Removes what is held under a key, and says how many answers went. */
    long invalidate(String key) {
        List<StoredAnswer> gone = entries.asMap().remove(key);
        long count = gone == null ? 0 : gone.size();
        invalidations.add(count);
        return count;
    }

    /** What is being made at the moment is outdated too. */
    @Override
    public long invalidateTags(Collection<String> tags) {
        tags.forEach(epochs::advance);
        Set<String> meant = Set.copyOf(tags);
        return removeIf(answer -> answer.origin().tags().stream().anyMatch(meant::contains));
    }

    /** The same without looking for what is outdated, which goes once it is asked for or its room is needed. */
    void outdate(Collection<String> tags) {
        tags.forEach(epochs::advance);
    }

    /** Removes the answers to paths of that pattern, and says how many went. */
    public long invalidatePattern(PathPattern pattern) {
        return removeIf(answer -> pattern.matches(answer.origin().path()));
    }

    @Override
    public long removeMatching(KeyPattern keys) {
        return removeIf(
                answer -> keys.matches("hone:" + NAME + ':' + answer.origin().path()));
    }

    @Override
    public long clear() {
        return removeIf(answer -> true);
    }

    @Override
    public long cleanUp() {
        long before = entries.estimatedSize();
        long dead = removeIf(answer -> !holds(answer));
        entries.cleanUp();
        return Math.max(dead, before - entries.estimatedSize());
    }

    /** Goes through a view that others may change meanwhile: nobody waits for it. */
    private long removeIf(Predicate<StoredAnswer> meant) {
        long count = 0;
        for (Map.Entry<String, List<StoredAnswer>> entry : entries.asMap().entrySet()) {
            for (StoredAnswer answer : entry.getValue()) {
                if (meant.test(answer)) {
                    remove(entry.getKey(), answer);
                    count++;
                }
            }
        }
        return count;
    }

    /**
     * Counts a request.
     *
     * @param nanos how long the answer took, where it was answered from here or made for here; else 0
     */
    void count(Result result, long nanos) {
        adder(result).increment();
        switch (result) {
            case HIT, STALE -> hitLatencies.record("hit", nanos, 0, false, false);
            case MISS -> loadLatencies.record("load", nanos, 0, false, false);
            // Whoever waited for another one's answer waited about as long as for one of its own.
            case COLLAPSED, BYPASS, ERROR -> {}
        }
    }

    /** An answer was made before the end of the one that is held. */
    void refreshedAhead() {
        refreshes.increment();
    }

    @Override
    public Statistics statistics() {
        return new Statistics(
                count(Result.HIT) + count(Result.STALE) + count(Result.COLLAPSED),
                count(Result.BYPASS),
                count(Result.ERROR),
                hitLatencies.total("hit").avgMs(),
                bytes(),
                count(Result.HIT) + count(Result.STALE),
                count(Result.MISS) + count(Result.COLLAPSED),
                entries.estimatedSize());
    }

    @Override
    public CacheDefinition definition() {
        return new CacheDefinition(
                NAME,
                EnumSet.of(Tier.L1),
                SettingsCatalogue.RESPONSE_TTL,
                new Bound(mostBytes, true),
                true,
                settings.get(SettingsCatalogue.RESPONSE_SMART) ? Refresh.EARLY : Refresh.NONE,
                false,
                ResponseTags.ALL,
                TARGET_HIT_RATE,
                "Whole answers, kept as long as the first rule for their address says; outdated by what they are made of.");
    }

    @Override
    public CacheStatistics asCache() {
        Latency hit = latency(hitLatencies);
        Latency load = latency(loadLatencies);
        long hits = count(Result.HIT) + count(Result.STALE);
        long coalesced = count(Result.COLLAPSED);
        long misses = count(Result.MISS) + coalesced;
        Double rate = hits + misses == 0 ? null : (double) hits / (hits + misses);
        boolean measured = hit.count() > 0 && load.count() > 0;
        CacheStatistics.Tier heap = new CacheStatistics.Tier(
                hits,
                misses,
                outdated.sum(),
                stored.sum(),
                Map.of("size", pushedOut.sum(), "expired", expired.sum()),
                invalidations.sum(),
                count(Result.ERROR),
                rate,
                hit,
                entries.estimatedSize(),
                bytes(),
                null);
        return new CacheStatistics(
                NAME,
                hits + misses,
                hits,
                misses,
                rate,
                Map.of(Tier.L1.label(), heap),
                load,
                hit.count() >= FEW_HITS && load.count() >= FEW_LOADS && hit.avgMs() > 0
                        ? load.avgMs() / hit.avgMs()
                        : null,
                measured ? hits * Math.max(0, load.avgMs() - hit.avgMs()) : 0,
                "0",
                new CacheStatistics.Coalescing(
                        misses, coalesced, flights.running(), misses == 0 ? null : (double) coalesced / misses),
                new CacheStatistics.Verification(0, 0, null, null, null, null, null, null),
                refreshes.sum(),
                0,
                0,
                (ticker.read() - started) / 1e9);
    }

    @Override
    public long adaptations() {
        return adaptations.count();
    }

    private static Latency latency(Latencies latencies) {
        Latencies.Summary summary = latencies.total("all");
        return new Latency(summary.count(), summary.avgMs(), summary.p95Ms());
    }

    private long count(Result result) {
        return adder(result).sum();
    }

    private LongAdder adder(Result result) {
        LongAdder adder = results.get(result);
        if (adder == null) {
            throw new IllegalStateException("No counter for " + result);
        }
        return adder;
    }

    private long bytes() {
        return entries.policy()
                .eviction()
                .map(bound -> bound.weightedSize().orElse(0))
                .orElse(0L);
    }

    private Duration lifeOf(List<StoredAnswer> held) {
        long now = clock.millis();
        return Duration.ofMillis(held.stream()
                .mapToLong(answer -> answer.life().leftMs(now) + answer.life().staleMs())
                .max()
                .orElse(0));
    }

    private static int weigh(String key, List<StoredAnswer> held) {
        long bytes = ENTRY_BYTES;
        bytes += Fields.ofString(key.length());
        for (StoredAnswer answer : held) {
            bytes += answer.bytes();
        }
        return (int) Math.min(Integer.MAX_VALUE, bytes);
    }

    /** Adds what comes in to its groups, and takes off what goes: each list that was in goes through the listener. */
    private static void account(List<StoredAnswer> answers, int sign) {
        for (StoredAnswer answer : answers) {
            AnswerGroup group = answer.origin().group();
            if (group != null) {
                group.bytes.add((long) sign * answer.bytes());
            }
        }
    }

    private void register(MeterRegistry registry) {
        gets(registry, "hit", Result.HIT, Result.STALE);
        gets(registry, "miss", Result.MISS, Result.COLLAPSED);
        FunctionCounter.builder("hone.cache.puts", stored, LongAdder::sum)
                .description("Entries written to a cache")
                .tag("cache", NAME)
                .tag("tier", "l1")
                .register(registry);
        results.forEach((result, count) -> FunctionCounter.builder("hone.http.cache", count, LongAdder::sum)
                .description("Requests by what the response cache did with them")
                .tag("result", result.name().toLowerCase(Locale.ROOT))
                .register(registry));
        Gauge.builder("hone.http.cache.held", this, ResponseStore::bytes)
                .description("Heap taken by held answers, as measured when they came in")
                .baseUnit("bytes")
                .register(registry);
        Gauge.builder("hone.http.cache.entries", entries, Cache::estimatedSize)
                .description("Keys with held answers")
                .register(registry);
    }

    private void gets(MeterRegistry registry, String result, Result... counted) {
        FunctionCounter.builder("hone.cache.gets", this, store -> {
                    long sum = 0;
                    for (Result one : counted) {
                        sum += store.count(one);
                    }
                    return sum;
                })
                .description("Reads of a cache, by whether it had the value")
                .tag("cache", NAME)
                .tag("tier", "l1")
                .tag("result", result)
                .register(registry);
    }

    /** The newest answer of those that suits a request and still holds; null where none does. */
    @Nullable
    StoredAnswer find(String key, Fields request) {
        for (StoredAnswer answer : get(key)) {
            if (answer.suits(request)) {
                if (holds(answer)) {
                    return answer;
                }
                outdated.increment();
                remove(key, answer);
            }
        }
        return null;
    }
}
