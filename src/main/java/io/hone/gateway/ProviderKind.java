package io.hone.gateway;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.hone.http.ProblemException;
import java.util.Locale;

/** Whose interface a provider speaks. */
public enum ProviderKind {
    OPENAI("Authorization"),
    ANTHROPIC("x-api-key"),
    /** Anything else over HTTP; nothing is known of its bodies. */
    GENERIC("Authorization");

    private final String authHeader;

    ProviderKind(String authHeader) {
        this.authHeader = authHeader;
    }

    /** The field that carries the secret where the provider names none. */
    public String authHeader() {
        return authHeader;
    }

    /**
     * The kind of a label.
     *
     * @throws ProblemException 422 if there is none
     */
    @JsonCreator
    public static ProviderKind of(String label) {
        for (ProviderKind kind : values()) {
            if (kind.label().equals(label)) {
                return kind;
            }
        }
        throw ProblemException.invalid("", "is none of openai, anthropic, generic");
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
