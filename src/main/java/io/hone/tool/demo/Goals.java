package io.hone.tool.demo;

import java.util.List;
import java.util.Map;

/** The criteria the sessions are judged by. */
final class Goals {

    /** For models trained from scratch. */
    static final String ACCURATE = "demo-accurate";

    /** For compressed models, compared with the baseline. */
    static final String SMALL = "demo-small-and-accurate";

    /** Share of the baseline's accuracy that a compressed model must keep. */
    static final double KEPT_ACCURACY = 0.98;

    private Goals() {}

    static void put(Reporter reporter) {
        reporter.putCriteria(
                ACCURATE,
                Map.of(
                        "note",
                        "A model trained from scratch answers 97 % of the held-out points rightly.",
                        "techniques",
                        List.of("hyperparameter_search", "other"),
                        "criteria",
                        List.of(Map.of("metric", "accuracy", "op", ">=", "value", 0.97))));
        reporter.putCriteria(
                SMALL,
                Map.of(
                        "note",
                        "Keeps 98 % of the baseline's accuracy in 35 % of its bytes, and preferably is no slower.",
                        "techniques",
                        List.of("quantization", "pruning", "distillation"),
                        "criteria",
                        List.of(
                                relative("accuracy", ">=", KEPT_ACCURACY, true, 2),
                                relative("model_bytes", "<=", 0.35, true, 1),
                                relative("latency_us", "<=", 1.1, false, 0.5))));
    }

    private static Map<String, Object> relative(
            String metric, String op, double value, boolean required, double weight) {
        return Map.of(
                "metric",
                metric,
                "op",
                op,
                "value",
                value,
                "relative_to",
                "baseline",
                "required",
                required,
                "weight",
                weight);
    }
}
