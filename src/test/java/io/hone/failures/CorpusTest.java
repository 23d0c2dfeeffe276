package io.hone.failures;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** How often the rules are right on what tools really print; the figures are entries of the test report. */
class CorpusTest {

    private static final double RIGHT = 0.95;

    private static final FailureRules RULES = FailureRules.builtIn();

    @Test
    void corpus_isLargeAndNamesKnownCategories() {
        assertThat(Corpus.ALL).hasSizeGreaterThan(300);
        assertThat(Corpus.ALL).extracting(Corpus.Line::message).doesNotHaveDuplicates();
        assertThat(RULES.categories())
                .containsAll(Corpus.ALL.stream().map(Corpus.Line::category).toList());
        assertThat(Corpus.ALL.stream().map(Corpus.Line::tool).distinct()).hasSizeGreaterThan(60);
    }

    @Test
    void find_messagesTheRulesWereNotTunedOn_areRight(TestReporter reporter) {
        check(Corpus.Line::isHeldOut, reporter);
    }

    @Test
    void find_messagesTheRulesWereTunedOn_areRight(TestReporter reporter) {
        check(line -> !line.isHeldOut(), reporter);
    }

    private static void check(Predicate<Corpus.Line> part, TestReporter reporter) {
        List<Corpus.Line> lines = Corpus.ALL.stream().filter(part).toList();
        Map<Corpus.Line, String> found = new HashMap<>();
        lines.forEach(line -> found.put(line, category(line.message())));

        List<Corpus.Line> wrong = lines.stream()
                .filter(line -> !line.category().equals(found.get(line)))
                .toList();
        reporter.publishEntry(table(lines, found));
        assertThat((double) (lines.size() - wrong.size()) / lines.size())
                .as("%d wrong of %d", wrong.size(), lines.size())
                .isGreaterThanOrEqualTo(RIGHT);
    }

    /** Precision and recall, by category. */
    private static Map<String, String> table(List<Corpus.Line> lines, Map<Corpus.Line, String> found) {
        Map<String, String> rows = new HashMap<>();
        for (String category : new TreeSet<>(RULES.categories())) {
            long labelled = lines.stream()
                    .filter(line -> line.category().equals(category))
                    .count();
            long told = lines.stream()
                    .filter(line -> found.get(line).equals(category))
                    .count();
            long both = lines.stream()
                    .filter(line ->
                            line.category().equals(category) && found.get(line).equals(category))
                    .count();
            if (labelled + told > 0) {
                rows.put(category, "precision %d/%d, recall %d/%d".formatted(both, told, both, labelled));
            }
        }
        return rows;
    }

    private static String category(String message) {
        FailureRule rule = RULES.find(MessageText.of(message), null, null, null);
        return rule == null ? Failures.UNKNOWN : rule.category();
    }
}
