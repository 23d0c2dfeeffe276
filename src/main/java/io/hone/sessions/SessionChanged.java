package io.hone.sessions;

/**
 * A session was created or changed, other than by its steps.
 *
 * @param session as it is now
 */
public record SessionChanged(Session session, Kind kind) {

    /** What happened. */
    public enum Kind {
        CREATED,
        CHANGED,
        /** Moved to the bin. */
        DELETED,
        /** Brought back from it. */
        RESTORED
    }
}
