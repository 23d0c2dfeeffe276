package io.hone.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * Times several ways of doing something in turn: A, B, A, B and so on, so that what disturbs the machine disturbs all of
 * them. The order turns round every round, so that none always comes after the same one.
 */
final class Alternation {

    /** Rounds whatever they take, so that even a slow variant has a median. */
    private static final int FEWEST_ROUNDS = 3;

    /** A piece of work; what it returns keeps the compiler from leaving it out. */
    @FunctionalInterface
    interface Work {
        Object run() throws Exception;
    }

    private Alternation() {}

    /**
     * Times the variants one call at a time for about that long, after a quarter of it to warm up.
     *
     * @return one histogram of nanoseconds a variant
     */
    static List<Histogram> time(Duration budget, Work... variants) throws Exception {
        rounds(budget.dividedBy(4), 1, variants);
        return rounds(budget, FEWEST_ROUNDS, variants);
    }

    private static List<Histogram> rounds(Duration budget, int fewest, Work... variants) throws Exception {
        List<Histogram> histograms = new ArrayList<>();
        for (int i = 0; i < variants.length; i++) {
            histograms.add(new Histogram(3));
        }
        long end = System.nanoTime() + budget.toNanos();
        for (int round = 0; round < fewest || System.nanoTime() < end; round++) {
            for (int i = 0; i < variants.length; i++) {
                int variant = round % 2 == 0 ? i : variants.length - 1 - i;
                long start = System.nanoTime();
                Object result = variants[variant].run();
                histograms.get(variant).recordValue(System.nanoTime() - start);
                if (result == histograms) {
                    throw new AssertionError("only here to use the result");
                }
            }
        }
        return histograms;
    }

    /** The median of a histogram of nanoseconds, in milliseconds. */
    static double medianMs(Histogram histogram) {
        return histogram.getValueAtPercentile(50) / 1e6;
    }

    /** The median of the ratios of figures of the same rounds. */
    static double medianRatio(List<Double> figures, List<Double> toThese) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < figures.size(); i++) {
            ratios.add(figures.get(i) / toThese.get(i));
        }
        return median(ratios);
    }

    /** The median of some figures. */
    static double median(List<Double> figures) {
        double[] sorted = figures.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
