package io.hone.sessions;

import io.hone.http.Violations;
import org.jspecify.annotations.Nullable;

/**
 * What a client sends to move a session on.
 *
 * @param progress 0 to 1; null leaves it as it is
 * @param error only with status {@code failed}
 */
public record StatusChange(
        @Nullable SessionStatus status,
        @Nullable Double progress,
        @Nullable ReportedError error) {

    private static final int LONGEST_MESSAGE = 20_000;
    private static final int LONGEST_PROVIDER = 100;

    /** Why it failed, in the job's words. */
    public record ReportedError(
            @Nullable String message, @Nullable String provider) {}

    /** @throws io.hone.http.ProblemException 422 naming every invalid place */
    void check() {
        Violations violations = new Violations();
        violations.require(status != null, "/status", "is required");
        violations.require(progress == null || (progress >= 0 && progress <= 1), "/progress", "is not from 0 to 1");
        if (error != null) {
            violations.require(status == SessionStatus.FAILED, "/error", "goes with status failed only");
            violations.text(error.message(), "/error/message", 1, LONGEST_MESSAGE);
            if (error.provider() != null) {
                violations.text(error.provider(), "/error/provider", 1, LONGEST_PROVIDER);
            }
        }
        violations.refuseIfAny();
    }
}
