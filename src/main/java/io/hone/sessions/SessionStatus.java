package io.hone.sessions;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Where a session is in its life. */
public enum SessionStatus {
    PENDING,
    RUNNING,
    PAUSED,
    COMPLETED,
    FAILED,
    CANCELLED;

    /** As JSON and the database have it. */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The status of a label that the database holds. */
    public static SessionStatus of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }

    /** Every label, in the order of life. */
    public static List<String> labels() {
        return Arrays.stream(values()).map(SessionStatus::label).toList();
    }

    /** Whether the session has ended for good. */
    public boolean isFinal() {
        return this == COMPLETED || this == FAILED || this == CANCELLED;
    }

    /** What may follow; empty for a final status. */
    public List<SessionStatus> next() {
        return switch (this) {
            case PENDING -> List.of(RUNNING, FAILED, CANCELLED);
            case RUNNING -> List.of(PAUSED, COMPLETED, FAILED, CANCELLED);
            case PAUSED -> List.of(RUNNING, COMPLETED, FAILED, CANCELLED);
            case COMPLETED, FAILED, CANCELLED -> List.of();
        };
    }

    @Override
    public String toString() {
        return label();
    }
}
