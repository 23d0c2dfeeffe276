package io.hone.failures;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a failure means and what to do about it. Nothing of the message is in it.
 *
 * @param category of the rules, such as {@code out_of_memory}; {@link Failures#UNKNOWN} where no rule matches
 * @param title one line
 * @param summary one paragraph
 * @param severity how much it asks of people
 * @param retryable whether the same again may succeed without a change
 * @param nextSteps what to do, in order
 * @param providerHealth how the provider is now; null where none is named or its health is not known
 * @param matchedRule name of the rule that decided; null where none did
 * @param explainable whether no rule knows it and a model may be asked
 */
public record Guidance(
        String category,
        String title,
        String summary,
        Severity severity,
        boolean retryable,
        List<String> nextSteps,
        @Nullable ProviderHealth providerHealth,
        @Nullable String matchedRule,
        boolean explainable) {

    public Guidance {
        nextSteps = List.copyOf(nextSteps);
    }

    /** The same, of a failure that a model may be asked about. */
    Guidance withModel() {
        return new Guidance(
                category, title, summary, severity, retryable, nextSteps, providerHealth, matchedRule, true);
    }
}
