package io.hone.gateway;

import io.hone.failures.ProviderHealth;
import io.hone.gateway.Outcome.Kind;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The last calls to a provider, and what they tell of it. Not thread-safe.
 *
 * <p>Few calls and short: an outage shows with its third call, and is over with the fifth good one.
 */
final class LastCalls {

    static final int CALLS = 50;
    static final long WINDOW_MS = Duration.ofMinutes(5).toMillis();

    /** Fewer calls than these show no outage by their share; one that failed may be chance. */
    private static final int FEW = 3;

    /** As many in a row, good or bad, weigh more than what was before. */
    private static final int ROW = 5;

    private static final double DOWN = 0.5;
    private static final double WORSE = 0.1;

    /** Answers that begin after this share of the longest wait are near to failing. */
    private static final double SLOW = 0.5;

    private static final int PERCENT = 100;
    private static final int MEDIAN = 50;
    private static final int MOST = 95;

    private record Call(long atMs, long latencyMs, Kind kind, boolean probe) {}

    private final @Nullable Call[] ring = new Call[CALLS];
    private int next;

    void add(long atMs, Outcome outcome) {
        ring[next] = new Call(atMs, outcome.latencyMs(), outcome.kind(), outcome.probe());
        next = (next + 1) % CALLS;
    }

    /**
     * What they tell.
     *
     * @param calls counted
     * @param errorRate 0 to 1; null without calls
     * @param latency of those that were answered; null without any
     */
    record Verdict(
            ProviderHealth status, int calls, @Nullable Double errorRate, HealthReport.@Nullable Latency latency) {

        /** The same calls, judged otherwise. */
        Verdict with(ProviderHealth judged) {
            return new Verdict(judged, calls, errorRate, latency);
        }
    }

    /**
     * What the calls of the last minutes tell.
     *
     * @param timeoutMs how long the provider may take
     */
    Verdict verdict(long nowMs, long timeoutMs) {
        long[] latencies = new long[CALLS];
        int calls = 0;
        int answered = 0;
        int failed = 0;
        int limited = 0;
        int failedInARow = 0;
        int goodInARow = 0;
        boolean probeFailed = false;
        // From the newest on.
        for (int i = 1; i <= CALLS; i++) {
            Call call = ring[(next - i + CALLS) % CALLS];
            if (call == null || nowMs - call.atMs > WINDOW_MS) {
                continue;
            }
            boolean bad = call.kind == Kind.FAILED || call.kind == Kind.REFUSED;
            if (calls == 0) {
                probeFailed = bad && call.probe;
            }
            failedInARow += bad && failedInARow == calls ? 1 : 0;
            goodInARow += call.kind == Kind.GOOD && goodInARow == calls ? 1 : 0;
            failed += bad ? 1 : 0;
            limited += call.kind == Kind.LIMITED ? 1 : 0;
            if (!bad) {
                latencies[answered++] = call.latencyMs;
            }
            calls++;
        }
        if (calls == 0) {
            return new Verdict(ProviderHealth.UNKNOWN, 0, null, null);
        }
        Arrays.sort(latencies, 0, answered);
        HealthReport.Latency latency = answered == 0
                ? null
                : new HealthReport.Latency(
                        percentile(latencies, answered, MEDIAN), percentile(latencies, answered, MOST));
        double errors = (double) failed / calls;
        boolean recovered = goodInARow >= ROW;
        boolean down = probeFailed || failedInARow >= ROW || (calls >= FEW && errors >= DOWN && !recovered);
        boolean worse = !recovered && (errors >= WORSE || (double) limited / calls >= WORSE);
        boolean slow = latency != null && latency.p95() >= timeoutMs * SLOW;
        if (down) {
            return new Verdict(ProviderHealth.UNHEALTHY, calls, errors, latency);
        }
        return new Verdict(worse || slow ? ProviderHealth.DEGRADED : ProviderHealth.HEALTHY, calls, errors, latency);
    }

    /** By the nearest rank. */
    private static long percentile(long[] sorted, int length, int percent) {
        int rank = (length * percent + PERCENT - 1) / PERCENT;
        return sorted[Math.max(0, rank - 1)];
    }
}
