package io.hone.failures;

import com.google.re2j.Pattern;
import io.hone.criteria.Technique;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One rule, ready to be tried.
 *
 * @param category it decides for
 * @param contains one of these stands in the text
 * @param matches or one of these is found in it; both empty for a rule that does not look at the text
 * @param unless none of these stands in the text
 * @param providers the provider is one of these; empty for any or none
 * @param statuses the status is one of these; empty for any or none
 * @param techniques the technique is one of these; empty for any or none
 * @param weak whether it is tried only when no other rule decided
 * @param summary instead of the category's, or null
 * @param retryable instead of the category's, or null
 * @param nextSteps before those of the category
 */
record FailureRule(
        String name,
        String category,
        List<String> contains,
        List<Pattern> matches,
        List<String> unless,
        List<String> providers,
        Set<Integer> statuses,
        Set<Technique> techniques,
        boolean weak,
        @Nullable String summary,
        @Nullable Boolean retryable,
        List<String> nextSteps) {

    FailureRule {
        contains = List.copyOf(contains);
        matches = List.copyOf(matches);
        unless = List.copyOf(unless);
        providers = List.copyOf(providers);
        statuses = Set.copyOf(statuses);
        techniques = Set.copyOf(techniques);
        nextSteps = List.copyOf(nextSteps);
    }

    /** Whether all but its words hold. */
    boolean concerns(@Nullable String provider, String whole, @Nullable Integer status, @Nullable Technique technique) {
        return (statuses.isEmpty() || (status != null && statuses.contains(status)))
                && (techniques.isEmpty() || (technique != null && techniques.contains(technique)))
                && (providers.isEmpty() || isFor(provider == null ? whole : provider));
    }

    /** Whether its words are in a text; always for a rule that has none. */
    boolean matches(String text) {
        if (!contains.isEmpty() || !matches.isEmpty()) {
            boolean found = false;
            for (String word : contains) {
                if (text.contains(word)) {
                    found = true;
                    break;
                }
            }
            for (int i = 0; !found && i < matches.size(); i++) {
                found = matches.get(i).matcher(text).find();
            }
            if (!found) {
                return false;
            }
        }
        for (String word : unless) {
            if (text.contains(word)) {
                return false;
            }
        }
        return true;
    }

    /** Whether one of its providers stands there, at the beginning of a word. */
    private boolean isFor(String text) {
        for (String provider : providers) {
            for (int at = text.indexOf(provider); at >= 0; at = text.indexOf(provider, at + 1)) {
                if (at == 0 || !Character.isLetterOrDigit(text.charAt(at - 1))) {
                    return true;
                }
            }
        }
        return false;
    }
}
