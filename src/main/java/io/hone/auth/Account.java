package io.hone.auth;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who signs in.
 *
 * @param username 1 to 64 characters in lower case, unique
 * @param disabled whether it is kept out for now
 * @param passwordChosen false while a sign-in link is the only way in
 * @param lastSignedInAt null before the first time
 * @param version counts up with every change of role, password or state
 */
public record Account(
        UUID id,
        String username,
        Role role,
        boolean disabled,
        boolean passwordChosen,
        Instant createdAt,
        String createdBy,
        @Nullable Instant lastSignedInAt,
        long version) {}
