package io.hone.sessions;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.hone.http.ProblemException;
import io.hone.http.Uuids;
import io.hone.http.Violations;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What relative criteria compare with: another session's metrics, or given values. One of the two is null.
 *
 * @param metrics finite values by metric
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Baseline(@Nullable UUID sessionId, @Nullable Map<String, Double> metrics) {

    private static final int MOST_METRICS = 200;

    public Baseline {
        metrics = metrics == null ? null : Map.copyOf(metrics);
    }

    /** Reads the form that answers have. */
    @JsonCreator
    static Baseline ofAnswer(
            @JsonProperty("session_id") @Nullable UUID sessionId,
            @JsonProperty("metrics") @Nullable Map<String, Double> metrics) {
        return new Baseline(sessionId, metrics);
    }

    /**
     * Reads the form that clients send: a session's id, or an object of metric values.
     *
     * @throws ProblemException 422 for anything else
     */
    static @Nullable Baseline ofRequest(@Nullable Object json) {
        if (json == null) {
            return null;
        }
        if (json instanceof String text) {
            UUID id = Uuids.parse(text);
            if (id == null) {
                throw ProblemException.invalid("/baseline", "is neither a session's id nor an object of metric values");
            }
            return new Baseline(id, null);
        }
        if (!(json instanceof Map<?, ?> map) || map.isEmpty() || map.size() > MOST_METRICS) {
            throw ProblemException.invalid(
                    "/baseline", "is neither a session's id nor an object of 1 to %d values".formatted(MOST_METRICS));
        }
        Map<String, Double> metrics = new LinkedHashMap<>();
        map.forEach((key, value) -> {
            if (!(value instanceof Number number) || !Double.isFinite(number.doubleValue())) {
                throw ProblemException.invalid("/baseline/" + Violations.token(key.toString()), "is no finite number");
            }
            metrics.put(key.toString(), number.doubleValue());
        });
        return new Baseline(null, metrics);
    }
}
