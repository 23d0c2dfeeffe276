package io.hone.failures;

import io.hone.criteria.Technique;
import io.hone.http.ProblemException;
import io.hone.http.Violations;
import org.jspecify.annotations.Nullable;

/**
 * A failure as it is told.
 *
 * @param message in the words of what failed
 * @param provider who was called, or null
 * @param status HTTP status that was answered, 100 to 599, or null
 * @param technique what the job was about, or null
 */
public record FailureReport(
        @Nullable String message,
        @Nullable String provider,
        @Nullable Integer status,
        @Nullable Technique technique) {

    private static final int LONGEST_MESSAGE = 2_000_000;
    private static final int LONGEST_PROVIDER = 100;

    /** @throws ProblemException 422 naming every invalid place */
    public void check() {
        Violations violations = new Violations();
        // Other than what is stored, a message may have any characters: it is read once and not kept.
        if (message == null) {
            violations.add("/message", "is required");
        } else if (message.length() > LONGEST_MESSAGE) {
            violations.add("/message", "has %d characters, not 1 to %d".formatted(message.length(), LONGEST_MESSAGE));
        } else if (message.isBlank()) {
            violations.add("/message", "is blank");
        }
        if (provider != null) {
            violations.text(provider, "/provider", 1, LONGEST_PROVIDER);
        }
        violations.require(status == null || (status >= 100 && status <= 599), "/status", "is not from 100 to 599");
        violations.refuseIfAny();
    }
}
