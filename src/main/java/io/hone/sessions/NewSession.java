package io.hone.sessions;

import io.hone.criteria.Technique;
import io.hone.http.Violations;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a client sends to create a session; {@link #check} tells what each member may be. */
public record NewSession(
        @Nullable UUID id,
        @Nullable String name,
        @Nullable String project,
        @Nullable String model,
        @Nullable Technique technique,
        @Nullable Object criteria,
        @Nullable Object baseline,
        @Nullable UUID parentId,
        @Nullable Integer leaseSeconds,
        @Nullable Map<String, @Nullable Object> params,
        @Nullable Map<String, @Nullable String> tags,
        @Nullable String notes) {

    static final String DEFAULT_PROJECT = "default";
    static final int LONGEST_NAME = 200;
    static final int LONGEST_PROJECT = 100;
    static final int LONGEST_NOTES = 10_000;
    private static final int SHORTEST_LEASE = 10;
    private static final int LONGEST_LEASE = 604_800;
    private static final int MOST_PARAMS = 200;
    private static final int LONGEST_PARAM = 4_000;
    static final int MOST_TAGS = 50;
    private static final int LONGEST_KEY = 100;
    private static final int LONGEST_TAG = 1_000;
    private static final int UUID_VERSION = 7;

    /** @throws io.hone.http.ProblemException 422 naming every invalid place */
    void check() {
        Violations violations = new Violations();
        violations.require(id == null || id.version() == UUID_VERSION, "/id", "is no UUID of version 7 (RFC 9562)");
        violations.text(name, "/name", 1, LONGEST_NAME);
        if (project != null) {
            violations.text(project, "/project", 1, LONGEST_PROJECT);
        }
        violations.text(model, "/model", 1, LONGEST_NAME);
        violations.require(technique != null, "/technique", "is required");
        violations.require(
                leaseSeconds == null || (leaseSeconds >= SHORTEST_LEASE && leaseSeconds <= LONGEST_LEASE),
                "/lease_seconds",
                "is not from %d to %d".formatted(SHORTEST_LEASE, LONGEST_LEASE));
        checkParams(violations);
        if (tags != null) {
            checkTags(violations, tags);
        }
        if (notes != null) {
            violations.text(notes, "/notes", 0, LONGEST_NOTES);
        }
        violations.refuseIfAny();
    }

    private void checkParams(Violations violations) {
        if (params == null) {
            return;
        }
        violations.require(params.size() <= MOST_PARAMS, "/params", "has over %d members".formatted(MOST_PARAMS));
        params.forEach((key, value) -> {
            String at = "/params/" + Violations.token(key);
            violations.text(key, at, 1, LONGEST_NAME);
            if (value instanceof String text) {
                violations.text(text, at, 0, LONGEST_PARAM);
            } else if (value instanceof Double number && !Double.isFinite(number)) {
                violations.add(at, "is beyond ±1.8e308");
            } else if (value instanceof Map<?, ?> || value instanceof Iterable<?>) {
                violations.add(at, "is no string, number, boolean or null");
            }
        });
    }

    static void checkTags(Violations violations, Map<String, @Nullable String> tags) {
        violations.require(tags.size() <= MOST_TAGS, "/tags", "has over %d members".formatted(MOST_TAGS));
        tags.forEach((key, value) -> {
            String at = "/tags/" + Violations.token(key);
            violations.text(key, at, 1, LONGEST_KEY);
            violations.text(value, at, 0, LONGEST_TAG);
        });
    }
}
