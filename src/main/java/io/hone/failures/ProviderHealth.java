package io.hone.failures;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How a provider is. */
public enum ProviderHealth {
    HEALTHY,
    DEGRADED,
    UNHEALTHY,
    /** Nobody called it lately. */
    UNKNOWN;

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
