package io.hone.tool.demo;

import java.util.List;

/**
 * How much is computed.
 *
 * @param trainPoints       points to train on
 * @param heldOutPoints     points to measure on, never trained on
 * @param hidden            units in each of the two hidden layers of the baseline
 * @param studentHidden     the same for the small student
 * @param epochs            of the baseline and of the students
 * @param searchEpochs      of each trial of the search
 * @param fineTuneEpochs    after each pruning step
 * @param awareEpochs       of quantization-aware training
 * @param latencyRounds     timings for each latency; see {@link Stopwatch}
 * @param searchRates       learning rates tried
 * @param searchHiddenSizes hidden sizes tried with each of them
 */
record Workload(
        int trainPoints,
        int heldOutPoints,
        int hidden,
        int studentHidden,
        int epochs,
        int searchEpochs,
        int fineTuneEpochs,
        int awareEpochs,
        int latencyRounds,
        List<Double> searchRates,
        List<Integer> searchHiddenSizes) {

    Workload {
        searchRates = List.copyOf(searchRates);
        searchHiddenSizes = List.copyOf(searchHiddenSizes);
    }

    /** About a minute on two cores. */
    static Workload full() {
        return new Workload(
                8_000, 10_000, 96, 8, 80, 40, 10, 40, 3_000, List.of(0.0003, 0.003, 0.03), List.of(16, 32, 96));
    }

    /** A few seconds. */
    static Workload quick() {
        return new Workload(2_000, 2_000, 32, 8, 40, 10, 3, 10, 50, List.of(0.0003, 0.01), List.of(16, 32));
    }
}
