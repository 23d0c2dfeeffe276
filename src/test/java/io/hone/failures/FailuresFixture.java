package io.hone.failures;

import io.hone.cache.CacheCatalogue;
import io.hone.cache.CacheStatistics;
import io.hone.cache.Caches;
import io.hone.cache.TestCaches;
import io.hone.criteria.Technique;
import io.hone.settings.Settings;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Failures with a cache of their own, and providers that are as a test says. */
final class FailuresFixture {

    final Map<String, ProviderHealth> health = new ConcurrentHashMap<>();
    final Failures failures;
    private final Caches caches = TestCaches.onHeap(Clock.systemUTC());

    FailuresFixture() {
        this(Settings.defaults());
    }

    FailuresFixture(Settings settings) {
        failures = new Failures(settings, caches, provider -> Optional.ofNullable(health.get(provider)));
    }

    String category(String message) {
        return analyze(message, null, null, null).category();
    }

    Guidance analyze(String message, String provider, Integer status, Technique technique) {
        return failures.analyze(message, provider, status, technique);
    }

    Guidance guidance(String message, String category, Technique technique) {
        return failures.guidance(message, category, technique);
    }

    CacheStatistics cache() {
        return caches.open(CacheCatalogue.FAILURE_ANALYSIS).statistics();
    }
}
