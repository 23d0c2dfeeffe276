package io.hone.cache;

import io.hone.cache.CacheStatistics.Verification;

/** What comparing hits with fresh loads showed. Thread-safe. */
final class Verifications {

    /** Standard normal quantile for intervals that hold 95% of the time. */
    private static final double Z = 1.959964;

    private long compared;
    private long wrong;

    // Running mean and sum of squared differences: Welford, Technometrics 4 (1962).
    private double mean;
    private double squares;

    /** @param savedNanos the load's time less that of an average hit */
    synchronized void add(boolean same, double savedNanos) {
        compared++;
        if (!same) {
            wrong++;
        }
        double difference = savedNanos - mean;
        mean += difference / compared;
        squares += difference * (savedNanos - mean);
    }

    synchronized Verification result() {
        if (compared == 0) {
            return new Verification(0, 0, null, null, null, null, null, null);
        }
        double n = compared;
        double rate = wrong / n;
        // The score interval of Wilson, Journal of the American Statistical Association 22 (1927): unlike the plain
        // one it says something when none was wrong.
        double centre = (rate + Z * Z / (2 * n)) / (1 + Z * Z / n);
        double half = Z / (1 + Z * Z / n) * Math.sqrt(rate * (1 - rate) / n + Z * Z / (4 * n * n));
        double low = wrong == 0 ? 0 : centre - half;
        double high = wrong == compared ? 1 : centre + half;
        if (compared == 1) {
            return new Verification(compared, wrong, rate, low, high, null, null, null);
        }
        double error = Z * Math.sqrt(squares / (n - 1) / n);
        return new Verification(
                compared, wrong, rate, low, high, mean / 1e6, (mean - error) / 1e6, (mean + error) / 1e6);
    }
}
