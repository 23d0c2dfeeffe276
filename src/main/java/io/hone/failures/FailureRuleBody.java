package io.hone.failures;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.hone.criteria.Technique;
import io.hone.http.Violations;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A rule as people write it. */
record FailureRuleBody(
        @Nullable String name,
        @Nullable String category,
        @Nullable List<@Nullable String> contains,
        @Nullable List<@Nullable String> matches,
        @Nullable List<@Nullable String> unless,
        @Nullable List<@Nullable String> providers,
        @Nullable List<@Nullable Integer> statuses,
        @Nullable List<@Nullable Technique> techniques,
        @Nullable Boolean weak,
        @Nullable String summary,
        @Nullable Boolean retryable,
        @Nullable List<@Nullable String> nextSteps) {

    private static final String NAME = "[a-z0-9][a-z0-9-]{0,63}";
    private static final int MOST_WORDS = 300;
    private static final int LONGEST_WORD = 200;
    private static final int LONGEST_PATTERN = 1_000;
    private static final int LONGEST_SUMMARY = 2_000;

    /** Steps of RE2's machine: each character of a message costs so many at most. */
    private static final int LARGEST_PROGRAM = 5_000;

    /**
     * The rule this is.
     *
     * @param categories there are
     * @param found what is wrong is added here
     * @return the rule, which is no good if anything was found
     */
    FailureRule check(Set<String> categories, Violations found) {
        found.require(name != null && name.matches(NAME), "name", "is not of the form " + NAME);
        found.require(
                category != null && categories.contains(category),
                "category",
                "is %s, which is no category".formatted(category));
        List<String> words = words(contains, "contains", found);
        List<Pattern> patterns = patterns(found);
        List<Integer> numbers = members(statuses, "statuses", found);
        for (int status : numbers) {
            found.require(status >= 100 && status <= 599, "statuses", "has %d, not 100 to 599".formatted(status));
        }
        found.require(
                !words.isEmpty() || !numbers.isEmpty() || (matches != null && !matches.isEmpty()),
                "contains",
                "is empty, and so are matches and statuses: the rule would match everything");
        if (summary != null) {
            found.text(summary, "summary", 1, LONGEST_SUMMARY);
        }
        return new FailureRule(
                name == null ? "" : name,
                category == null ? "" : category,
                words,
                patterns,
                words(unless, "unless", found),
                words(providers, "providers", found),
                Set.copyOf(numbers),
                Set.copyOf(members(techniques, "techniques", found)),
                Boolean.TRUE.equals(weak),
                summary == null ? null : summary.strip(),
                retryable,
                FailureCategoryBody.steps(nextSteps, "next_steps", found));
    }

    /** Words as messages have them when they are compared. */
    private static List<String> words(@Nullable List<@Nullable String> words, String place, Violations found) {
        List<String> checked = new ArrayList<>();
        for (String word : members(words, place, found)) {
            if (word.isBlank() || word.length() > LONGEST_WORD) {
                found.add(place, "has a word of %d characters, not 1 to %d".formatted(word.length(), LONGEST_WORD));
                continue;
            }
            String lower = word.toLowerCase(Locale.ROOT);
            String compared = MessageText.of(lower);
            found.require(
                    compared.equals(lower.strip()),
                    place,
                    "has '%s', which no message has when it is compared: it would be '%s'".formatted(lower, compared));
            checked.add(lower);
        }
        return checked;
    }

    private List<Pattern> patterns(Violations found) {
        List<Pattern> checked = new ArrayList<>();
        for (String expression : members(matches, "matches", found)) {
            if (expression.isEmpty() || expression.length() > LONGEST_PATTERN) {
                found.add(
                        "matches",
                        "has an expression of %d characters, not 1 to %d"
                                .formatted(expression.length(), LONGEST_PATTERN));
                continue;
            }
            try {
                Pattern pattern = Pattern.compile(expression, Pattern.CASE_INSENSITIVE);
                found.require(
                        pattern.programSize() <= LARGEST_PROGRAM,
                        "matches",
                        "has '%s', which repeats too much: %d steps, not up to %d"
                                .formatted(expression, pattern.programSize(), LARGEST_PROGRAM));
                checked.add(pattern);
            } catch (PatternSyntaxException e) {
                found.add(
                        "matches",
                        "has '%s', which is no RE2 expression: %s".formatted(expression, e.getDescription()));
            }
        }
        return checked;
    }

    private static <T> List<T> members(@Nullable List<@Nullable T> members, String place, Violations found) {
        List<T> checked = new ArrayList<>();
        if (members != null) {
            found.require(members.size() <= MOST_WORDS, place, "has more than %d members".formatted(MOST_WORDS));
            for (T member : members) {
                if (member == null) {
                    found.add(place, "has an empty member");
                } else {
                    checked.add(member);
                }
            }
        }
        return checked;
    }
}
