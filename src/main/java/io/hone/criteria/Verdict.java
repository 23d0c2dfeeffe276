package io.hone.criteria;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Whether a session meets its criteria. */
public enum Verdict {
    /** Every required criterion is met. */
    MET,
    /** At least one required criterion is not met. */
    NOT_MET,
    /** None is missed, but a metric or the baseline that one needs is missing. */
    UNDECIDED;

    /** As JSON has it. */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The verdict of that label. */
    @JsonCreator
    public static Verdict of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }
}
