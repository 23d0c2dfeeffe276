package io.hone.sessions;

/**
 * Where a metric of a session stands. JSON has NaN and the infinities as strings.
 *
 * @param last value of the highest step
 * @param min least value, NaN only where there is no other
 * @param max greatest value, NaN only where there is no other
 * @param lastStep highest step
 */
public record MetricSummary(double last, double min, double max, long lastStep) {

    /** The summary after another value, which replaces none. */
    MetricSummary with(long step, double value) {
        return new MetricSummary(
                step >= lastStep ? value : last, least(min, value), greatest(max, value), Math.max(lastStep, step));
    }

    static MetricSummary of(long step, double value) {
        return new MetricSummary(value, value, value, step);
    }

    private static double least(double a, double b) {
        return Double.isNaN(a) ? b : Double.isNaN(b) ? a : Math.min(a, b);
    }

    private static double greatest(double a, double b) {
        return Double.isNaN(a) ? b : Double.isNaN(b) ? a : Math.max(a, b);
    }
}
