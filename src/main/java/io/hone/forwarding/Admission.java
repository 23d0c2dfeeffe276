package io.hone.forwarding;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.hone.gateway.Provider;
import io.hone.http.ProblemException;
import io.hone.http.ProblemType;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Holds calls to the limits that an admin gave a provider. Thread-safe. */
@Singleton
class Admission {

    private static final long SOON_SECONDS = 1;

    /** What a provider's limits are counted with, made anew when they change. */
    private record Gate(
            Provider.Limits limits,
            @Nullable Bucket bucket,
            @Nullable Semaphore running) {

        static Gate of(Provider.Limits limits) {
            Long perMinute = limits.requestsPerMinute();
            Long atOnce = limits.concurrentRequests();
            return new Gate(
                    limits,
                    perMinute == null
                            ? null
                            : Bucket.builder()
                                    .addLimit(limit ->
                                            limit.capacity(perMinute).refillGreedy(perMinute, Duration.ofMinutes(1)))
                                    .build(),
                    atOnce == null ? null : new Semaphore((int) Math.min(Integer.MAX_VALUE, atOnce)));
        }
    }

    private final Map<String, Gate> gates = new ConcurrentHashMap<>();

    @Inject
    Admission() {}

    /**
     * Lets a call in.
     *
     * @return to be run once it is over; more than once is harmless
     * @throws ProblemException 429 where the provider's limits are reached
     */
    Runnable enter(Provider provider) {
        if (provider.limits().equals(Provider.Limits.NONE)) {
            return () -> {};
        }
        Gate gate = gates.compute(
                provider.name(),
                (name, known) ->
                        known != null && known.limits().equals(provider.limits()) ? known : Gate.of(provider.limits()));
        Semaphore running = gate.running();
        if (running != null && !running.tryAcquire()) {
            throw refused(
                    "The provider %s has %d calls at the same time, as many as it may have"
                            .formatted(provider.name(), provider.limits().concurrentRequests()),
                    SOON_SECONDS);
        }
        AtomicBoolean left = new AtomicBoolean();
        Runnable leave = () -> {
            if (running != null && left.compareAndSet(false, true)) {
                running.release();
            }
        };
        if (gate.bucket() != null) {
            ConsumptionProbe probe = gate.bucket().tryConsumeAndReturnRemaining(1);
            if (!probe.isConsumed()) {
                leave.run();
                long seconds = TimeUnit.NANOSECONDS.toSeconds(probe.getNanosToWaitForRefill()) + 1;
                throw refused(
                        "The provider %s gets %d calls a minute at most"
                                .formatted(provider.name(), provider.limits().requestsPerMinute()),
                        seconds);
            }
        }
        return leave;
    }

    /** Whether a call that was let in may be sent once more, which counts like another. */
    boolean mayRepeat(Provider provider) {
        Gate gate = gates.get(provider.name());
        return gate == null || gate.bucket() == null || gate.bucket().tryConsume(1);
    }

    private static ProblemException refused(String why, long retrySeconds) {
        return new ProblemException(ProblemType.TOO_MANY_REQUESTS, why)
                .withHeaders(Map.of("Retry-After", Long.toString(retrySeconds)));
    }
}
