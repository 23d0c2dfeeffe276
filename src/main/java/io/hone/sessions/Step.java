package io.hone.sessions;

import java.time.Instant;
import java.util.Map;

/**
 * What a job measured at one step.
 *
 * @param step 0 or more
 * @param at when it was measured
 * @param metrics values by name; NaN and the infinities are values
 */
public record Step(long step, Instant at, Map<String, Double> metrics) {

    public Step {
        metrics = Map.copyOf(metrics);
    }
}
