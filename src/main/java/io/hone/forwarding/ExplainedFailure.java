package io.hone.forwarding;

import io.hone.failures.Guidance;
import org.jspecify.annotations.Nullable;

/**
 * What a failure means by the rules and, where they do not know it, in the words of a model.
 *
 * @param explanation null where a rule knows the failure
 */
public record ExplainedFailure(Guidance guidance, @Nullable Explanation explanation) {

    /**
     * What a model said. Nobody has checked it: it may be wrong, and may say anything.
     *
     * @param text plain text of 1 to 8,000 characters
     * @param provider who answered
     * @param model the one that answered
     * @param cached whether it was there already, or somebody else's question brought it, so that nothing was paid
     */
    public record Explanation(String text, String provider, String model, boolean cached) {}
}
