package io.hone.failures;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How much a failure asks of people. */
public enum Severity {
    /** Nothing is wrong. */
    INFO,
    /** It may pass by itself. */
    WARNING,
    /** Somebody has to change something about the job. */
    ERROR,
    /** Other jobs fail too until somebody does something. */
    CRITICAL;

    /** As JSON has it. */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return label();
    }
}
