package io.hone.gateway;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Whose spending a budget bounds. */
public enum BudgetScope {
    ACCOUNT,
    PROJECT,
    SESSION,
    PROVIDER;

    /** The one of a label that the database holds. */
    public static BudgetScope of(String label) {
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
