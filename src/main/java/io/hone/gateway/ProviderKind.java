package io.hone.gateway;

import com.fasterxml.jackson.annotation.JsonValue;
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

    /** The one of a label that the database holds. */
    public static ProviderKind of(String label) {
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
