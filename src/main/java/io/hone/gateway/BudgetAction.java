package io.hone.gateway;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.hone.http.ProblemException;
import java.util.Locale;

/** What happens when a budget is spent. */
public enum BudgetAction {
    /** Calls are refused. */
    BLOCK,
    /** Calls go on, and somebody is told. */
    WARN;

    /**
     * The one of a label.
     *
     * @throws ProblemException 422 if there is none
     */
    @JsonCreator
    public static BudgetAction of(String label) {
        for (BudgetAction one : values()) {
            if (one.label().equals(label)) {
                return one;
            }
        }
        throw ProblemException.invalid("", "is none of block, warn");
    }

    /** As JSON and the database have it. */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return label();
    }
}
