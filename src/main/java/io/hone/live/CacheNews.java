package io.hone.live;

import io.hone.cache.CacheReport;
import io.hone.cache.CacheResource.Health;
import io.hone.cache.CacheResource.Overall;
import io.hone.cache.CacheResource.Status;
import io.hone.cache.CacheStatistics;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the caches did since the last event about them: only those that did something, and nothing where none did.
 * Thread-safe.
 */
final class CacheNews {

    /** How the caches are. */
    record State(List<CacheStatistics> caches, Status status, Health health, long adaptations) {

        static State of(CacheReport report) {
            return new State(report.statistics(), report.status(), Health.of(report.health()), report.adaptations());
        }
    }

    private final Supplier<State> state;
    private final Clock clock;
    private final Map<String, CacheStatistics> told = new HashMap<>();
    private @Nullable Status toldStatus;
    private @Nullable Health toldHealth;
    private long toldAdaptations = -1;

    CacheNews(Supplier<State> state, Clock clock) {
        this.state = state;
        this.clock = clock;
    }

    /** Makes the next event tell of every cache: somebody listens who heard none before. */
    synchronized void tellAll() {
        told.clear();
    }

    /** Data of the next event; null where there is nothing to tell. */
    synchronized @Nullable Map<String, Object> next() {
        State now = state.get();
        List<CacheStatistics> changed = now.caches().stream()
                .filter(cache -> !timeless(cache).equals(told.put(cache.name(), timeless(cache))))
                .toList();
        boolean same = now.status().equals(toldStatus)
                && now.health().equals(toldHealth)
                && now.adaptations() == toldAdaptations;
        toldStatus = now.status();
        toldHealth = now.health();
        toldAdaptations = now.adaptations();
        if (changed.isEmpty() && same) {
            return null;
        }
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("generated_at", clock.instant());
        data.put("uptime_seconds", uptime(now.caches()));
        data.put("overall", Overall.of(now.caches()));
        data.put("caches", changed);
        data.put("status", now.status());
        data.put("health", now.health());
        data.put("adaptations", now.adaptations());
        return data;
    }

    /** Time alone goes on in an idle cache. */
    private static CacheStatistics timeless(CacheStatistics cache) {
        return new CacheStatistics(
                cache.name(),
                cache.requests(),
                cache.hits(),
                cache.misses(),
                cache.hitRate(),
                cache.tiers(),
                cache.load(),
                cache.speedUp(),
                cache.timeSavedMs(),
                cache.moneySavedUsd(),
                cache.coalescing(),
                cache.verification(),
                cache.refreshes(),
                cache.dropped(),
                cache.warmed(),
                0);
    }

    private static double uptime(List<CacheStatistics> caches) {
        return caches.stream().mapToDouble(CacheStatistics::uptimeSeconds).max().orElse(0);
    }
}
