package io.hone.sessions;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A session was deleted for good.
 *
 * @param parentId session it was a child of, or null
 */
public record SessionPurged(UUID id, @Nullable UUID parentId) {}
