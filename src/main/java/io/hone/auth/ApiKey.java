package io.hone.auth;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A key of a job or tool, without the key itself.
 *
 * @param name 1 to 64 characters, unique; what is done with the key is done by {@code key:NAME}
 * @param hint its last four characters
 * @param expiresAt null for one that does not
 * @param lastUsedAt null before the first time; within a minute
 */
public record ApiKey(
        UUID id,
        String name,
        Role role,
        String hint,
        Instant createdAt,
        String createdBy,
        @Nullable Instant expiresAt,
        @Nullable Instant lastUsedAt) {}
