package io.hone.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * Durations by name since the start: count, average, percentiles and maximum, with an error of at most 1%.
 *
 * <p>Recording is wait-free (HdrHistogram's {@code Recorder}). Names must be bounded: statements and path templates.
 * Thread-safe.
 */
public final class Latencies {

    /** HdrHistogram keeps two significant digits: percentiles within 1% of what was measured. */
    private static final int SIGNIFICANT_DIGITS = 2;

    /** Longer durations count as this: an hour, in microseconds. */
    private static final long LONGEST_US = 3_600_000_000L;

    /**
     * What was measured under one name; durations in milliseconds, 0 when nothing was recorded.
     *
     * @param name statement or template
     * @param count how often it ran
     * @param rows rows read or written, 0 for what has none
     * @param errors how often it failed
     * @param slow how often it took longer than its bound
     */
    public record Summary(
            String name,
            long count,
            long rows,
            long errors,
            long slow,
            double avgMs,
            double p50Ms,
            double p95Ms,
            double p99Ms,
            double maxMs) {}

    private static final class Entry {
        private final Recorder recorder = new Recorder(LONGEST_US, SIGNIFICANT_DIGITS);
        private final Histogram total = new Histogram(LONGEST_US, SIGNIFICANT_DIGITS);
        private final LongAdder rows = new LongAdder();
        private final LongAdder errors = new LongAdder();
        private final LongAdder slow = new LongAdder();

        synchronized void addTo(Histogram sum) {
            total.add(recorder.getIntervalHistogram());
            sum.add(total);
        }
    }

    private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();

    /** Records one run. */
    public void record(String name, long nanos, long rows, boolean failed, boolean slow) {
        Entry entry = entries.get(name);
        if (entry == null) {
            entry = entries.computeIfAbsent(name, key -> new Entry());
        }
        entry.recorder.recordValue(Math.min(LONGEST_US, Math.max(0, nanos / 1_000)));
        if (rows > 0) {
            entry.rows.add(rows);
        }
        if (failed) {
            entry.errors.increment();
        }
        if (slow) {
            entry.slow.increment();
        }
    }

    /** One summary a name, in the order of the total time spent, most first. */
    public List<Summary> summaries() {
        List<Summary> summaries = new ArrayList<>();
        entries.forEach((name, entry) -> {
            Histogram sum = new Histogram(LONGEST_US, SIGNIFICANT_DIGITS);
            entry.addTo(sum);
            summaries.add(summary(name, sum, entry.rows.sum(), entry.errors.sum(), entry.slow.sum()));
        });
        summaries.sort((a, b) -> Double.compare(b.avgMs() * b.count(), a.avgMs() * a.count()));
        return summaries;
    }

    /** All names together, under the given one. */
    public Summary total(String name) {
        Histogram sum = new Histogram(LONGEST_US, SIGNIFICANT_DIGITS);
        long rows = 0;
        long errors = 0;
        long slow = 0;
        for (Entry entry : entries.values()) {
            entry.addTo(sum);
            rows += entry.rows.sum();
            errors += entry.errors.sum();
            slow += entry.slow.sum();
        }
        return summary(name, sum, rows, errors, slow);
    }

    private static Summary summary(String name, Histogram histogram, long rows, long errors, long slow) {
        boolean empty = histogram.getTotalCount() == 0;
        return new Summary(
                name,
                histogram.getTotalCount(),
                rows,
                errors,
                slow,
                empty ? 0 : histogram.getMean() / 1_000,
                histogram.getValueAtPercentile(50) / 1_000.0,
                histogram.getValueAtPercentile(95) / 1_000.0,
                histogram.getValueAtPercentile(99) / 1_000.0,
                histogram.getMaxValue() / 1_000.0);
    }
}
