package io.hone.gateway;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What happens when a budget is spent. */
public enum BudgetAction {
    /** Calls are refused. */
    BLOCK,
    /** Calls go on, and somebody is told. */
    WARN;

    /** The one of a label that the database holds. */
    public static BudgetAction of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
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
