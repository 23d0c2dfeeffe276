package io.hone.sessions;

import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a job measured at one step.
 *
 * @param step 0 or more
 * @param at when it was measured
 * @param metrics values by name; NaN and the infinities are values
 */
public record Step(long step, Instant at, Map<String, Double> metrics) {

    public Step {
        // Adding 0 makes -0.0 the 0.0 that databases store: what is answered equals what is read back.
        metrics = metrics.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, entry -> entry.getValue() + 0.0));
    }
}
