package io.hone.sessions;

import java.util.List;

/**
 * A batch of steps was recorded.
 *
 * @param session as it is now
 * @param steps what was recorded, in the order it was sent
 */
public record StepsRecorded(Session session, List<Step> steps) {

    public StepsRecorded {
        steps = List.copyOf(steps);
    }
}
