package io.hone.tool.demo;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a model was measured to do.
 *
 * @param accuracy   share of the held-out points answered rightly, 0 to 1
 * @param loss       mean cross-entropy on them, in nats; NaN or infinite where the model has diverged
 * @param modelBytes size of the stored model, in bytes
 * @param latencyUs  median time of one inference on this machine, in microseconds
 */
record Measurement(double accuracy, double loss, int modelBytes, double latencyUs) {

    /** Share of right answers and mean loss of a model on some data. */
    record Quality(double accuracy, double loss) {

        static Quality of(Model model, Dataset data) {
            Objective objective = Objective.crossEntropy(data);
            float[] logits = new float[model.classes()];
            float[] unused = new float[model.classes()];
            int right = 0;
            double loss = 0;
            for (int i = 0; i < data.size(); i++) {
                model.logits(data.point(i), logits);
                right += Model.predicted(logits) == data.label(i) ? 1 : 0;
                loss += objective.loss(i, logits, unused);
            }
            return new Quality((double) right / data.size(), loss / data.size());
        }
    }

    static Measurement of(Model model, Dataset heldOut, int modelBytes, Stopwatch stopwatch) {
        Quality quality = Quality.of(model, heldOut);
        return new Measurement(
                quality.accuracy(), quality.loss(), modelBytes, stopwatch.medianMicroseconds(model, heldOut));
    }

    /** The names and values as they are reported, in this order. */
    Map<String, Double> metrics() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("accuracy", accuracy);
        metrics.put("loss", loss);
        metrics.put("model_bytes", (double) modelBytes);
        metrics.put("latency_us", latencyUs);
        return metrics;
    }
}
