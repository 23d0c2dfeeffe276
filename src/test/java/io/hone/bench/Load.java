package io.hone.bench;

import org.HdrHistogram.Histogram;

/**
 * What came of asking for a while.
 *
 * @param requests answered as expected
 * @param errors answered otherwise
 * @param latencies of those answered as expected, in nanoseconds
 */
record Load(long requests, long errors, double seconds, Histogram latencies) {

    double perSecond() {
        return requests / seconds;
    }

    /** A percentile in milliseconds. */
    double ms(double percentile) {
        return latencies.getValueAtPercentile(percentile) / 1e6;
    }

    /** This load, if every answer was the expected one. */
    Load withoutErrors(String what) {
        if (errors > 0 || requests == 0) {
            throw new IllegalStateException("%s: %d answers as expected, %d others".formatted(what, requests, errors));
        }
        return this;
    }
}
