package io.hone.tool.demo;

import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * Times inferences, one model at a time, so that measurements do not disturb each other. Thread-safe. Models write
 * what they compute to memory that outlives the call, so the compiler cannot drop the work.
 */
final class Stopwatch {

    private static final int INFERENCES_PER_ROUND = 32;

    private final LongSupplier nanoTime;
    private final int rounds;

    /**
     * @param nanoTime a clock in nanoseconds that never goes back, such as {@link System#nanoTime}
     * @param rounds   how many timings the median is taken of, 1 or more; as many go before to warm up
     */
    Stopwatch(LongSupplier nanoTime, int rounds) {
        this.nanoTime = nanoTime;
        this.rounds = rounds;
    }

    /** The median time of one inference, in microseconds; each timing covers 32 of them. */
    synchronized double medianMicroseconds(Model model, Dataset data) {
        long[] nanos = new long[rounds];
        float[] logits = new float[model.classes()];
        int at = 0;
        for (int round = -rounds; round < rounds; round++) {
            long start = nanoTime.getAsLong();
            for (int i = 0; i < INFERENCES_PER_ROUND; i++) {
                model.logits(data.point(at), logits);
                at = at + 1 == data.size() ? 0 : at + 1;
            }
            if (round >= 0) {
                nanos[round] = nanoTime.getAsLong() - start;
            }
        }
        Arrays.sort(nanos);
        return (nanos[(rounds - 1) / 2] + nanos[rounds / 2]) / 2.0 / INFERENCES_PER_ROUND / 1_000;
    }
}
