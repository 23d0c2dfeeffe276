package io.hone.criteria;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How a model is made better or smaller. */
public enum Technique {
    QUANTIZATION,
    PRUNING,
    DISTILLATION,
    ARCHITECTURE_SEARCH,
    HYPERPARAMETER_SEARCH,
    PROMPT_OPTIMIZATION,
    OTHER;

    /** As JSON and the database have it. */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The technique of a label that the database holds. */
    public static Technique of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }

    @Override
    public String toString() {
        return label();
    }
}
