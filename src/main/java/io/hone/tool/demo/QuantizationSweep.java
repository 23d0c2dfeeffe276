package io.hone.tool.demo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Quantizes the baseline to fewer and fewer bits under four schemes. Each scheme is a child session that goes down
 * to 2 bits; the parent keeps the smallest model that is still accurate enough and ends with it.
 */
final class QuantizationSweep {

    private static final List<Integer> BITS = List.of(32, 16, 8, 6, 4, 3, 2);
    private static final int SCHEMES = 4;

    private record Candidate(Quantization quantization, Measurement measurement) {}

    private final Laboratory laboratory;
    private final Baseline baseline;
    private final ReportedSession parent;
    private int measured;
    private @Nullable Candidate chosen;

    private QuantizationSweep(Laboratory laboratory, Baseline baseline) {
        this.laboratory = laboratory;
        this.baseline = baseline;
        this.parent = laboratory
                .board()
                .open(
                        new NewSession(
                                "Quantization sweep",
                                Experiments.model(laboratory),
                                "quantization",
                                Goals.SMALL,
                                baseline.sessionId(),
                                null,
                                Map.of(
                                        "bits",
                                        BITS.toString(),
                                        "schemes",
                                        SCHEMES,
                                        "kept_accuracy",
                                        Goals.KEPT_ACCURACY),
                                "Each scheme is a child session. A step is a model measured by one of them; the values are those of the"
                                        + " smallest so far that keeps 98 % of the baseline's accuracy. The last step measures it anew."));
    }

    /** Begins the sweep; the future ends with the last scheme. */
    static CompletableFuture<?> start(Laboratory laboratory, Baseline baseline, Tasks tasks) {
        return tasks.start(() -> new QuantizationSweep(laboratory, baseline))
                .thenCompose(sweep -> sweep.schemes(tasks));
    }

    private CompletableFuture<?> schemes(Tasks tasks) {
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (boolean symmetric : List.of(true, false)) {
            for (boolean perChannel : List.of(false, true)) {
                all.add(tasks.start(() -> scheme(symmetric, perChannel)));
            }
        }
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                .thenCompose(none -> tasks.start(this::finish));
    }

    private ReportedSession scheme(boolean symmetric, boolean perChannel) {
        String range = symmetric ? "symmetric" : "asymmetric";
        String granularity = perChannel ? "per channel" : "per layer";
        NewSession draft = new NewSession(
                "Post-training, %s, %s".formatted(range, granularity),
                Experiments.model(laboratory),
                "quantization",
                Goals.SMALL,
                baseline.sessionId(),
                parent.id(),
                Map.of("bits", BITS.toString(), "range", range, "scales", granularity, "rounding", "nearest"),
                "Weights rounded to the grid, no training. Steps go from 32 bits (single precision, nothing rounded) to"
                        + " 2. Inference runs on the dequantized weights in single precision, so that size and accuracy"
                        + " change with the bits and latency does not.");
        return laboratory.board().run(draft, session -> {
            for (int i = 0; i < BITS.size(); i++) {
                Candidate candidate = measure(new Quantization(BITS.get(i), symmetric, perChannel));
                session.record(i, metrics(candidate), (i + 1.0) / BITS.size());
                consider(candidate);
            }
        });
    }

    private Candidate measure(Quantization quantization) {
        Network network = quantization.apply(baseline.network());
        int bytes = Storage.quantized(baseline.network(), quantization).length;
        return new Candidate(quantization, laboratory.measure(network, bytes));
    }

    private static Map<String, Double> metrics(Candidate candidate) {
        Map<String, Double> metrics =
                new LinkedHashMap<>(candidate.measurement().metrics());
        metrics.put("bits", (double) candidate.quantization().bits());
        return metrics;
    }

    private synchronized void consider(Candidate candidate) {
        double wanted = Goals.KEPT_ACCURACY * baseline.accuracy();
        if (candidate.measurement().accuracy() >= wanted
                && (chosen == null
                        || candidate.measurement().modelBytes()
                                < chosen.measurement().modelBytes())) {
            chosen = candidate;
        }
        measured++;
        if (chosen != null) {
            parent.record(measured, metrics(chosen), (double) measured / (SCHEMES * BITS.size() + 1));
        }
    }

    private synchronized void finish() {
        if (chosen != null) {
            parent.record(measured + 1, metrics(measure(chosen.quantization())), 1);
        }
        laboratory.board().complete(parent);
    }
}
