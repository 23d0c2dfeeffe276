package io.hone.cache;

import com.github.benmanes.caffeine.cache.Ticker;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns entries of one cache into the bytes that a tier outside the heap keeps, and back. Thread-safe.
 *
 * @param <V> value
 */
final class OuterTier<V> {

    private static final Logger LOG = LoggerFactory.getLogger(OuterTier.class);

    private final CacheDefinition definition;
    private final Codec codec;
    private final Clock clock;
    private final Ticker ticker;
    private final Function<V, Duration> life;
    private final AtomicLong unserialisable = new AtomicLong();

    final TierCounts counts = new TierCounts();

    /** @param life how long a value lasts that is loaded now */
    OuterTier(CacheDefinition definition, CacheParts parts, Function<V, Duration> life) {
        this.definition = definition;
        this.codec = new Codec(parts.settings());
        this.clock = parts.clock();
        this.ticker = parts.ticker();
        this.life = life;
    }

    /**
     * The entry of those bytes, counted as a hit; null, counted as a miss, where it does not hold.
     *
     * @param bytes null where the tier has none
     * @param stamp what the entry has to be of, if {@code stamped}, and gets
     * @param stamped whether the tier's entries are outdated by their stamps: else they are removed by who changes them
     * @param start when the read began, by {@code System.nanoTime()}
     */
    @Nullable
    Entry<V> unpack(byte @Nullable [] bytes, CacheKey key, List<String> tags, long stamp, boolean stamped, long start) {
        Entry<V> entry = bytes == null ? null : holding(bytes, key, tags, stamp, stamped);
        if (entry == null) {
            counts.misses.increment();
            return null;
        }
        counts.hits.increment();
        counts.hit.record(System.nanoTime() - start);
        return entry;
    }

    private @Nullable Entry<V> holding(byte[] bytes, CacheKey key, List<String> tags, long stamp, boolean stamped) {
        try {
            if (stamped && Codec.stamp(bytes) != stamp) {
                counts.outdated.increment();
                return null;
            }
            Codec.Packed packed = Codec.decode(bytes);
            @SuppressWarnings("unchecked") // the keys of a cache have values of one type
            V value = (V) packed.value();
            // After a step of the clock an entry lives no longer than a new one would.
            Duration left = Duration.ofMillis(packed.expiresAt() - clock.millis());
            Duration whole = life.apply(value);
            if (left.isNegative() || left.isZero()) {
                return null;
            }
            long nanos = (left.compareTo(whole) > 0 ? whole : left).toNanos();
            return new Entry<>(key, value, stamp, ticker.read() + nanos, packed.loadNanos(), tags);
        } catch (IOException | ClassNotFoundException e) {
            // Another version of Hone wrote it: as good as nothing, and written over.
            LOG.debug("An entry of {} cannot be read", definition.name(), e);
            counts.outdated.increment();
            return null;
        }
    }

    /** How long an entry still lasts. */
    Duration left(Entry<V> entry) {
        return Duration.ofNanos(entry.expires - ticker.read());
    }

    /** The bytes of an entry; null, counted as an error, where it cannot leave the heap. */
    byte @Nullable [] pack(Entry<V> entry) {
        long expiresAt = clock.millis() + left(entry).toMillis();
        try {
            return codec.encode(new Codec.Packed(entry.value, entry.stamp, expiresAt, entry.loadNanos), counts);
        } catch (IOException e) {
            counts.errors.increment();
            if (unserialisable.getAndIncrement() == 0) {
                LOG.warn(
                        "A value of cache {} cannot leave the heap; further ones are only counted",
                        definition.name(),
                        e);
            }
            return null;
        }
    }
}
