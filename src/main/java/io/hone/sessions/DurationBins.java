package io.hone.sessions;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Durations in bins that grow by 5%, so that a percentile over any number of sessions is read from a few hundred counts
 * with an error of at most 2.5% (DDSketch: C. Masson, J. Rim, H. Lee, VLDB 2019, section 2.1, gives the bound).
 */
final class DurationBins {

    private static final double GROWTH = 1.05;
    private static final double LOG_GROWTH = Math.log(GROWTH);

    private DurationBins() {}

    /** The bin of a duration of 0 ms or more. */
    static int of(long durationMs) {
        return (int) Math.floor(Math.log1p((double) Math.max(0, durationMs)) / LOG_GROWTH);
    }

    /** The middle of a bin, in milliseconds. */
    static double middleMs(int bin) {
        return (Math.expm1(bin * LOG_GROWTH) + Math.expm1((bin + 1) * LOG_GROWTH)) / 2;
    }

    /**
     * A percentile by the nearest rank.
     *
     * @param counts sessions by bin
     * @param fraction over 0, at most 1
     * @return milliseconds, or null when there are no sessions
     */
    static @Nullable Double percentileMs(long[] counts, double fraction) {
        long total = Arrays.stream(counts).sum();
        long rank = Math.max(1, (long) Math.ceil(total * fraction));
        long seen = 0;
        for (int bin = 0; bin < counts.length; bin++) {
            seen += counts[bin];
            if (seen >= rank) {
                return middleMs(bin);
            }
        }
        return null;
    }
}
