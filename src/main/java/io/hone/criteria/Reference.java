package io.hone.criteria;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.hone.http.ProblemException;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What a criterion's value is relative to: the baseline's value of the same metric, or a fixed number.
 *
 * @param number null for the baseline
 */
public record Reference(@Nullable Double number) implements Serializable {

    private static final String BASELINE = "baseline";

    /**
     * Reads {@code "baseline"} or a number.
     *
     * @throws ProblemException 422 for anything else
     */
    @JsonCreator
    public static Reference of(Object json) {
        if (BASELINE.equals(json)) {
            return new Reference(null);
        }
        if (json instanceof Number value && Double.isFinite(value.doubleValue())) {
            return new Reference(value.doubleValue());
        }
        throw ProblemException.invalid("", "is neither \"baseline\" nor a number");
    }

    /** As JSON has it. */
    @JsonValue
    public Object json() {
        return number == null ? BASELINE : number;
    }
}
