package io.hone.failures;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.regex.Pattern;

/** Sorts failure messages into categories by rules, the first that matches. Thread-safe. */
@Singleton
public class Failures {

    /** Category of what no rule knows. */
    public static final String UNKNOWN = "unknown";

    /** Category of a session whose job went silent. */
    public static final String ABANDONED = "abandoned";

    private static final String RULES = "/failures/rules.yaml";

    /** Only so much of a message is looked at: what matters stands first or last. */
    private static final int LOOKED_AT = 8_000;

    /**
     * One rule as the file has it.
     *
     * @param patterns regular expressions, found anywhere in the message, without regard to case
     */
    record Rule(String category, List<String> patterns) {}

    private record Compiled(String category, Pattern pattern) {}

    private final List<Compiled> rules;

    @Inject
    public Failures() {
        try (InputStream in = Failures.class.getResourceAsStream(RULES)) {
            if (in == null) {
                throw new IllegalStateException("The program has no " + RULES);
            }
            List<Rule> read = new YAMLMapper().readValue(in, new TypeReference<List<Rule>>() {});
            rules = read.stream()
                    .flatMap(rule -> rule.patterns().stream()
                            .map(pattern ->
                                    new Compiled(rule.category(), Pattern.compile(pattern, Pattern.CASE_INSENSITIVE))))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(RULES, e);
        }
    }

    /** The category of a message; {@link #UNKNOWN} where no rule matches. */
    public String category(String message) {
        String text = message.length() <= LOOKED_AT
                ? message
                : message.substring(0, LOOKED_AT / 2) + '\n' + message.substring(message.length() - LOOKED_AT / 2);
        for (Compiled rule : rules) {
            if (rule.pattern().matcher(text).find()) {
                return rule.category();
            }
        }
        return UNKNOWN;
    }
}
