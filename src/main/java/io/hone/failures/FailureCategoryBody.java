package io.hone.failures;

import io.hone.criteria.Technique;
import io.hone.http.Violations;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A category as people write it. Of one that is known already, what is left out stays as it was. */
record FailureCategoryBody(
        @Nullable String category,
        @Nullable String title,
        @Nullable String summary,
        @Nullable Severity severity,
        @Nullable Boolean retryable,
        @Nullable Boolean stable,
        @Nullable List<@Nullable String> nextSteps,
        @Nullable Map<Technique, @Nullable List<@Nullable String>> forTechniques) {

    private static final int LONGEST_TITLE = 200;
    private static final int LONGEST_TEXT = 2_000;
    private static final int MOST_STEPS = 20;

    /** Names are what clients see. */
    static final String NAME = "[a-z][a-z0-9_]{0,63}";

    /**
     * The category this is.
     *
     * @param known what it was before, or null
     * @param found what is wrong is added here
     * @return the category, which is no good if anything was found
     */
    FailureCategory check(@Nullable FailureCategory known, Violations found) {
        String name = category == null ? "" : category;
        found.require(name.matches(NAME), "category", "is not of the form " + NAME);
        String heading = text(title, known == null ? null : known.title(), "title", LONGEST_TITLE, found);
        String paragraph = text(summary, known == null ? null : known.summary(), "summary", LONGEST_TEXT, found);
        List<String> steps =
                nextSteps == null && known != null ? known.nextSteps() : steps(nextSteps, "next_steps", found);
        found.require(!steps.isEmpty(), "next_steps", "is required");
        Severity weight = severity == null && known != null ? known.severity() : severity;
        found.require(weight != null, "severity", "is required");
        Map<Technique, List<String>> special = new HashMap<>(known == null ? Map.of() : known.forTechniques());
        if (forTechniques != null) {
            forTechniques.forEach((technique, list) ->
                    special.put(technique, steps(list, "for_techniques/" + technique.label(), found)));
        }
        return new FailureCategory(
                name,
                heading,
                paragraph,
                weight == null ? Severity.ERROR : weight,
                retryable == null ? known != null && known.retryable() : retryable,
                stable == null ? known != null && known.stable() : stable,
                steps,
                special);
    }

    private static String text(
            @Nullable String text, @Nullable String known, String place, int longest, Violations found) {
        if (text == null && known != null) {
            return known;
        }
        found.text(text, place, 1, longest);
        return text == null ? "" : text.strip();
    }

    /** Steps as they are written; empty where there are none. */
    static List<String> steps(@Nullable List<@Nullable String> steps, String place, Violations found) {
        List<String> checked = new ArrayList<>();
        if (steps != null) {
            found.require(steps.size() <= MOST_STEPS, place, "has more than %d".formatted(MOST_STEPS));
            for (int i = 0; i < steps.size(); i++) {
                String step = steps.get(i);
                found.text(step, place + "/" + i, 1, LONGEST_TEXT);
                if (step != null) {
                    checked.add(step.strip());
                }
            }
        }
        return checked;
    }
}
