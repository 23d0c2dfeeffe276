package io.hone.tool.demo;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Metric values measured at one step.
 *
 * @param step    0 or more
 * @param at      when it was measured; sent to the millisecond
 * @param metrics values by name; NaN and infinities are values too
 */
record Step(long step, Instant at, Map<String, Double> metrics) {

    private static final DateTimeFormatter RFC_3339 =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    Step {
        metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics)); // a copy that keeps the order
    }

    Map<String, Object> body() {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("step", step);
        body.put("at", RFC_3339.format(at));
        body.put("metrics", metrics);
        return body;
    }
}
