package io.hone.audit;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One change.
 *
 * @param id counts up with time
 * @param actor account that did it; {@code hone} for what the server does by itself
 * @param action such as {@code session.created}
 * @param subjectType such as {@code session}
 * @param subject id or name of what was changed
 * @param requestId request that did it; null for what the server does by itself
 * @param detail what changed, by action
 */
public record AuditEntry(
        long id,
        Instant at,
        String actor,
        String action,
        String subjectType,
        String subject,
        @Nullable String requestId,
        Map<String, Object> detail) {}
