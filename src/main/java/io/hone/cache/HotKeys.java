package io.hone.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Which keys of a cache are asked most, as far as a sample of the questions tells. Thread-safe. */
final class HotKeys {

    /** What of a key is kept for the next run. */
    record HotKey(ArrayList<@Nullable Object> parts, ArrayList<String> tags) implements Serializable {

        private static final long serialVersionUID = 1L;

        CacheKey key() {
            return CacheKey.of(parts.toArray());
        }
    }

    private record Asked(List<String> tags, LongAdder times) {}

    /** As many keys as may be asked for. */
    static final int MOST = 1_000;

    /** Forgets those first that are asked least. */
    private final Cache<CacheKey, Asked> asked =
            Caffeine.newBuilder().maximumSize(MOST).executor(Runnable::run).build();

    /** Notes that a key was asked that often. */
    void add(CacheKey key, List<String> tags, int times) {
        Asked known = asked.getIfPresent(key);
        if (known == null) {
            known = asked.get(key, unknown -> new Asked(tags, new LongAdder()));
        }
        known.times().add(times);
    }

    /** The keys that are asked most, the most asked first. */
    List<HotKey> most(int most) {
        return asked.asMap().entrySet().stream()
                .map(entry -> Map.entry(entry, entry.getValue().times().sum()))
                .sorted(Comparator.comparing(entry -> -entry.getValue()))
                .limit(most)
                .map(Map.Entry::getKey)
                .map(entry -> {
                    ArrayList<@Nullable Object> parts = new ArrayList<>();
                    for (Object part : entry.getKey().parts()) {
                        parts.add(part);
                    }
                    return new HotKey(parts, new ArrayList<>(entry.getValue().tags()));
                })
                .toList();
    }
}
