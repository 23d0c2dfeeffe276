package io.hone.cache;

import io.hone.cache.CacheStatistics.Latency;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** Durations since the start, to the nanosecond and with an error of at most 1%. Recording is wait-free. Thread-safe. */
final class Durations {

    private static final int SIGNIFICANT_DIGITS = 2;

    /** Longer ones count as this. */
    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final Recorder recorder = new Recorder(LONGEST_NANOS, SIGNIFICANT_DIGITS);
    private final Histogram total = new Histogram(LONGEST_NANOS, SIGNIFICANT_DIGITS);

    void record(long nanos) {
        recorder.recordValue(Math.min(LONGEST_NANOS, Math.max(0, nanos)));
    }

    synchronized Latency latency() {
        total.add(recorder.getIntervalHistogram());
        return total.getTotalCount() == 0
                ? new Latency(0, 0, 0)
                : new Latency(total.getTotalCount(), total.getMean() / 1e6, total.getValueAtPercentile(95) / 1e6);
    }
}
