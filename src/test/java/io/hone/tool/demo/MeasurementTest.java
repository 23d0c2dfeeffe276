package io.hone.tool.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MeasurementTest {

    private static final Dataset DATA = Dataset.spirals(50, 3, 0.03, 1);

    /** A clock that goes on by one step at each look, so each timing takes as long as the step. */
    private static Stopwatch stopwatch(long nanosPerLook) {
        AtomicLong now = new AtomicLong();
        return new Stopwatch(() -> now.getAndAdd(nanosPerLook), 5);
    }

    @Test
    void of_model_hasTheFourMetrics() {
        Network network = Network.random(1, 2, 4, 3);
        Measurement measurement = Measurement.of(network, DATA, 123, stopwatch(64_000));
        assertThat(measurement.latencyUs()).isEqualTo(2); // 64 us for a timing of 32 inferences
        assertThat(measurement.metrics()).containsOnlyKeys("accuracy", "loss", "model_bytes", "latency_us");
        assertThat(measurement.metrics()).containsEntry("model_bytes", 123.0);
    }

    @Test
    void of_modelThatKnowsTheAnswers_isRightAlways() {
        Model oracle = new Model() {
            private int at;

            @Override
            public int classes() {
                return 3;
            }

            @Override
            public void logits(float[] point, float[] logits) {
                Arrays.fill(logits, 0);
                logits[DATA.label(at++)] = 100;
            }
        };
        Measurement.Quality quality = Measurement.Quality.of(oracle, DATA);
        assertThat(quality.accuracy()).isEqualTo(1);
        assertThat(quality.loss()).isLessThan(1e-12);
    }

    @Test
    void medianMicroseconds_oneSlowTiming_doesNotCount() {
        AtomicLong looks = new AtomicLong();
        AtomicLong now = new AtomicLong();
        Stopwatch stopwatch =
                new Stopwatch(() -> now.addAndGet(looks.incrementAndGet() == 8 ? 1_000_000_000 : 32_000), 5);
        assertThat(stopwatch.medianMicroseconds(Network.random(1, 2, 3), DATA)).isEqualTo(1);
    }
}
