package io.hone.failures;

import io.hone.criteria.Technique;
import java.util.List;
import java.util.Map;

/**
 * The guidance for a kind of failure.
 *
 * @param name as clients see it
 * @param title one line
 * @param summary one paragraph
 * @param severity how much it asks of people
 * @param retryable whether the same again may succeed without a change
 * @param stable whether the cause is in the job, so that it does not pass with time
 * @param nextSteps what to do, in order
 * @param forTechniques what to do before that, by technique
 */
record FailureCategory(
        String name,
        String title,
        String summary,
        Severity severity,
        boolean retryable,
        boolean stable,
        List<String> nextSteps,
        Map<Technique, List<String>> forTechniques) {

    FailureCategory {
        nextSteps = List.copyOf(nextSteps);
        forTechniques = Map.copyOf(forTechniques);
    }
}
