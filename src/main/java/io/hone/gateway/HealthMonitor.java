package io.hone.gateway;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.core.IntervalFunction;
import io.hone.cache.CacheCatalogue;
import io.hone.cache.CacheKey;
import io.hone.cache.Caches;
import io.hone.cache.TieredCache;
import io.hone.events.Events;
import io.hone.failures.Failures;
import io.hone.failures.ProviderHealth;
import io.hone.failures.ProviderHealthSource;
import io.hone.metrics.Metrics;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the providers are, learnt from the calls to them, and who of them is left alone for a while because too many failed.
 * Of this node; in memory. Thread-safe.
 */
@Singleton
public class HealthMonitor implements ProviderHealthSource {

    private static final Logger LOG = LoggerFactory.getLogger(HealthMonitor.class);

    /** The breaker looks at so many calls, and not before it has seen so few. */
    private static final int BREAKER_CALLS = 20;

    private static final int BREAKER_FEWEST = 5;

    /** Calls that try whether it is better. */
    private static final int TRIALS = 2;

    private static final double PAUSE_GROWTH = 2;
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(2);

    /** An unhealthy provider is looked at again after this part of the time. */
    private static final int SOONER = 3;

    private static final String HEALTH = "hone.provider.health";
    private static final String UPSTREAM = "hone.gateway.upstream";
    private static final String PROVIDER = "provider";
    private static final double HALF = 0.5;

    private final Failures failures;
    private final Settings settings;
    private final Events events;
    private final Clock clock;
    private final Metrics metrics;
    private final TieredCache<HealthReport> cache;
    private final Map<String, State> states = new ConcurrentHashMap<>();

    @Inject
    public HealthMonitor(
            Failures failures, Settings settings, Caches caches, Events events, Clock clock, Metrics metrics) {
        this.failures = failures;
        this.settings = settings;
        this.events = events;
        this.clock = clock;
        this.metrics = metrics;
        cache = caches.open(CacheCatalogue.PROVIDER_HEALTH, this::sooner, Object::equals);
    }

    /** The right to make one call, and the duty to tell what became of it. */
    public final class Permit {

        private final State state;
        private final AtomicBoolean used = new AtomicBoolean();

        private Permit(State state) {
            this.state = state;
        }

        /** What became of the call. The first word counts, and a failure after it: an answer that broke off. */
        public void over(Outcome outcome) {
            boolean first = used.compareAndSet(false, true);
            if (first || outcome.kind() == Outcome.Kind.FAILED) {
                observe(state, outcome);
            }
        }

        /** The call told nothing: the client went away, or it was never made. */
        public void unused() {
            if (used.compareAndSet(false, true)) {
                state.breaker.releasePermission();
            }
        }
    }

    /** What is known of a provider, as long as it is not changed. */
    private final class State {

        private final Provider provider;
        private final CircuitBreaker breaker;
        private final ReentrantLock lock = new ReentrantLock();
        private final LastCalls calls = new LastCalls();
        private ProviderHealth status = ProviderHealth.UNKNOWN;
        private Instant since = clock.instant();
        private @Nullable Instant observedAt;
        private @Nullable Instant failedAt;
        private @Nullable String category;
        private volatile long pausedUntilMs;

        /** As it was told last. */
        private boolean seenPaused;

        private int pauses;

        private State(Provider provider) {
            this.provider = provider;
            IntervalFunction pause = IntervalFunction.ofExponentialBackoff(
                    settings.duration(SettingsCatalogue.BREAKER_PAUSE), PAUSE_GROWTH, longestPause());
            breaker = CircuitBreaker.of(
                    provider.name(),
                    CircuitBreakerConfig.custom()
                            .slidingWindowType(CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                            .slidingWindowSize(BREAKER_CALLS)
                            .minimumNumberOfCalls(BREAKER_FEWEST)
                            .failureRateThreshold(settings.get(SettingsCatalogue.BREAKER_PERCENT))
                            .permittedNumberOfCallsInHalfOpenState(TRIALS)
                            .waitIntervalFunctionInOpenState(pause)
                            .clock(clock)
                            .build());
            breaker.getEventPublisher().onStateTransition(event -> {
                LOG.warn("Provider {}: calls to it are {}", provider.name(), event.getStateTransition());
                switch (event.getStateTransition().getToState()) {
                    case OPEN -> {
                        pauses++;
                        pausedUntilMs = clock.millis() + pause.apply(pauses);
                    }
                    case CLOSED -> pauses = 0;
                    default -> {
                        // It is tried again.
                    }
                }
            });
        }

        private Duration longestPause() {
            Duration first = settings.duration(SettingsCatalogue.BREAKER_PAUSE);
            return first.compareTo(LONGEST_PAUSE) > 0 ? first : LONGEST_PAUSE;
        }

        private boolean isPaused() {
            return breaker.getState() == CircuitBreaker.State.OPEN && clock.millis() < pausedUntilMs;
        }
    }

    /**
     * Asks whether a provider may be called now.
     *
     * @return empty while it is left alone
     */
    public Optional<Permit> enter(Provider provider) {
        State state = state(provider);
        return state.breaker.tryAcquirePermission() ? Optional.of(new Permit(state)) : Optional.empty();
    }

    /** How long a provider is left alone still; zero where it may be called. */
    public Duration pause(Provider provider) {
        State state = state(provider);
        return state.isPaused() ? Duration.ofMillis(state.pausedUntilMs - clock.millis()) : Duration.ZERO;
    }

    /** How a provider is. From the cache; what changes its status outdates it there. */
    public HealthReport report(Provider provider) {
        return cache.get(CacheKey.of(provider.name(), provider.edition()), () -> current(state(provider)));
    }

    /** How a provider is, counted now. */
    public HealthReport fresh(Provider provider) {
        cache.remove(CacheKey.of(provider.name(), provider.edition()));
        return report(provider);
    }

    @Override
    public Optional<ProviderHealth> health(String provider) {
        State known = states.get(provider);
        return known == null || known.status == ProviderHealth.UNKNOWN ? Optional.empty() : Optional.of(known.status);
    }

    /**
     * Whether a provider was not called for so long that it is time to ask how it is: a time to live of the cache, a third of
     * it where it is unhealthy.
     */
    public boolean isDue(Provider provider) {
        State state = state(provider);
        Duration every = settings.duration(SettingsCatalogue.PROVIDER_HEALTH_TTL);
        state.lock.lock();
        try {
            Duration after = state.status == ProviderHealth.UNHEALTHY ? every.dividedBy(SOONER) : every;
            return state.observedAt == null || !clock.instant().isBefore(state.observedAt.plus(after));
        } finally {
            state.lock.unlock();
        }
    }

    /** Looks at all providers again: calls that are too old tell nothing any more. */
    public void review() {
        states.values().forEach(this::judge);
    }

    void changed(@Observes ProviderChanged event) {
        State gone = states.remove(event.name());
        if (gone != null && event.deleted()) {
            metrics.forget(HEALTH, PROVIDER, event.name());
            metrics.forget(UPSTREAM, PROVIDER, event.name());
        }
    }

    private State state(Provider provider) {
        State known = states.get(provider.name());
        if (known != null && known.provider.edition().equals(provider.edition())) {
            return known;
        }
        State state = states.compute(
                provider.name(),
                (name, other) -> other != null && isNewer(other.provider, provider) ? other : new State(provider));
        Gauge.builder(HEALTH, this, monitor -> monitor.level(provider.name()))
                .description("How a provider is: 1 healthy, 0.5 degraded, 0 unhealthy, NaN unknown")
                .tag(PROVIDER, provider.name())
                .register(metrics.registry());
        return state;
    }

    /** Whether a call of before the last change is still under way. */
    private static boolean isNewer(Provider one, Provider other) {
        int age = one.createdAt().compareTo(other.createdAt());
        return age > 0 || (age == 0 && one.version() >= other.version());
    }

    private double level(String provider) {
        return health(provider)
                .map(health -> switch (health) {
                    case HEALTHY -> 1.0;
                    case DEGRADED -> HALF;
                    case UNHEALTHY, UNKNOWN -> 0.0;
                })
                .orElse(Double.NaN);
    }

    private void observe(State state, Outcome outcome) {
        switch (outcome.kind()) {
            case GOOD, REFUSED -> state.breaker.onSuccess(outcome.latencyMs(), TimeUnit.MILLISECONDS);
            case LIMITED -> state.breaker.releasePermission();
            case FAILED ->
                state.breaker.onError(
                        outcome.latencyMs(), TimeUnit.MILLISECONDS, new ProviderFailedException(outcome.status()));
        }
        Timer.builder(UPSTREAM)
                .description("How long providers took to begin their answers")
                .tag(PROVIDER, state.provider.name())
                .tag("outcome", outcome.kind().name().toLowerCase(Locale.ROOT))
                .register(metrics.registry())
                .record(outcome.latencyMs(), TimeUnit.MILLISECONDS);
        String category = outcome.isError()
                ? failures.analyze(
                                outcome.words(),
                                state.provider.name(),
                                outcome.status() == 0 ? null : outcome.status(),
                                null)
                        .category()
                : null;
        Instant now = clock.instant();
        state.lock.lock();
        try {
            state.calls.add(now.toEpochMilli(), outcome);
            state.observedAt = now;
            if (category != null) {
                state.category = category;
                state.failedAt = now;
            }
        } finally {
            state.lock.unlock();
        }
        judge(state);
    }

    private void judge(State state) {
        ProviderHealth before;
        ProviderHealth now;
        boolean paused;
        state.lock.lock();
        try {
            before = state.status;
            now = verdict(state).status();
            paused = state.isPaused();
            if (before == now && paused == state.seenPaused) {
                return;
            }
            state.seenPaused = paused;
            if (before != now) {
                state.status = now;
                state.since = clock.instant();
            }
        } finally {
            state.lock.unlock();
        }
        Provider provider = state.provider;
        cache.remove(CacheKey.of(provider.name(), provider.edition()));
        if (before != now) {
            LOG.info("Provider {} is {} now, and was {}", provider.name(), now, before);
        }
        events.fire(new ProviderHealthChanged(provider.name(), before, now, paused));
    }

    private LastCalls.Verdict verdict(State state) {
        LastCalls.Verdict verdict = state.calls.verdict(clock.millis(), state.provider.timeoutMs());
        return state.isPaused() ? verdict.with(ProviderHealth.UNHEALTHY) : verdict;
    }

    private HealthReport current(State state) {
        state.lock.lock();
        try {
            LastCalls.Verdict verdict = verdict(state);
            return new HealthReport(
                    state.provider.name(),
                    state.status,
                    verdict.calls(),
                    verdict.latency(),
                    verdict.errorRate(),
                    state.since,
                    state.observedAt,
                    state.category,
                    state.failedAt,
                    state.isPaused());
        } finally {
            state.lock.unlock();
        }
    }

    private @Nullable Duration sooner(HealthReport report) {
        return report.status() == ProviderHealth.UNHEALTHY
                ? settings.duration(SettingsCatalogue.PROVIDER_HEALTH_TTL).dividedBy(SOONER)
                : null;
    }

    /** For the breaker, which wants something thrown. */
    private static final class ProviderFailedException extends Exception {

        private static final long serialVersionUID = 1L;

        ProviderFailedException(int status) {
            super("Status " + status, null, false, false);
        }
    }
}
