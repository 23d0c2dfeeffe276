package io.hone.gateway;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.hone.http.ProblemException;
import java.util.Locale;

/** Whose spending a budget bounds. */
public enum BudgetScope {
    ACCOUNT,
    PROJECT,
    SESSION,
    PROVIDER;

    /**
     * The one of a label.
     *
     * @throws ProblemException 422 if there is none
     */
    @JsonCreator
    public static BudgetScope of(String label) {
        for (BudgetScope one : values()) {
            if (one.label().equals(label)) {
                return one;
            }
        }
        throw ProblemException.invalid("", "is none of account, project, session, provider");
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
