package io.hone.failures;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.hone.criteria.Technique;
import io.hone.database.StartException;
import io.hone.http.Json;
import io.hone.http.ProblemException;
import io.hone.http.Violations;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What failures mean, as the rules say. Immutable. A message is searched in time linear in its length (RE2), whatever the
 * expressions of a rule are, and no more of it than {@link MessageText#LOOKED_AT} characters.
 */
final class FailureRules {

    private static final String RESOURCE = "/failures/rules.yaml";
    private static final long LARGEST_FILE = 1 << 20;

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();

    private static final Set<String> MEMBERS = Set.of("categories", "rules");

    /** A status as messages word it, where nobody gives it. */
    private static final Pattern STATUS =
            Pattern.compile("(?:status|code|error|http(?:/0)?|failed with|returned)[^a-z0-9]{0,12}([45][0-9][0-9])\\b"
                    + "|\\b([45][0-9][0-9]) (?:client|server) error|^([45][0-9][0-9])\\b");

    /** What comes before the class of an exception in a trace. */
    private static final Pattern BEFORE_EXCEPTION =
            Pattern.compile("^(?:\\[[a-z]*[0-9]*\\]: ?|caused by: |exception in thread \"[^\"]*\" |e +)+");

    /** The longest class of an exception. */
    private static final int LONGEST_CLASS = 150;

    private final Map<String, FailureCategory> categories;
    private final List<FailureRule> strong;
    private final List<FailureRule> weak;

    private FailureRules(Map<String, FailureCategory> categories, List<FailureRule> strong, List<FailureRule> weak) {
        this.categories = Map.copyOf(categories);
        this.strong = List.copyOf(strong);
        this.weak = List.copyOf(weak);
    }

    /** The rules of the program alone. */
    static FailureRules builtIn() {
        try (InputStream in = FailureRules.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("The program has no " + RESOURCE);
            }
            return read(in.readAllBytes(), null);
        } catch (IOException | ProblemException e) {
            throw new IllegalStateException("%s of the program cannot be used: %s".formatted(RESOURCE, reason(e)), e);
        }
    }

    /**
     * The rules of a file, before those of the program. A rule with a name that the program has replaces that one; of a
     * category that the program has, the file changes what it says of it.
     *
     * @throws StartException if they cannot be used, naming the rule and the reason
     */
    static FailureRules of(Path file, FailureRules builtIn) {
        try {
            if (Files.size(file) > LARGEST_FILE) {
                throw new StartException("%s is larger than %d bytes".formatted(file, LARGEST_FILE));
            }
            return read(Files.readAllBytes(file), builtIn);
        } catch (IOException | ProblemException e) {
            throw new StartException("%s cannot be used: %s".formatted(file, reason(e)));
        }
    }

    private static String reason(Exception e) {
        String reason = e instanceof ProblemException problem
                ? problem.detail()
                : e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
        return String.valueOf(reason).lines().findFirst().orElse("");
    }

    private static FailureRules read(byte[] yaml, @Nullable FailureRules before) throws IOException {
        JsonNode tree = YAML.readTree(yaml);
        if (tree == null || !tree.isObject()) {
            throw ProblemException.invalid("", "is no mapping with the members categories and rules");
        }
        tree.fieldNames().forEachRemaining(name -> {
            if (!MEMBERS.contains(name)) {
                throw ProblemException.invalid(name, "is unknown; known are categories, rules");
            }
        });
        Map<String, FailureCategory> categories = new LinkedHashMap<>(before == null ? Map.of() : before.categories);
        Set<String> told = new HashSet<>();
        each(tree, "categories", "category", (node, found) -> {
            FailureCategoryBody body = Json.parse(node, FailureCategoryBody.class);
            FailureCategory known = body.category() == null ? null : categories.get(body.category());
            FailureCategory category = body.check(known, found);
            found.require(told.add(category.name()), "category", "is there twice");
            categories.put(category.name(), category);
        });
        Map<String, FailureRule> rules = new LinkedHashMap<>();
        each(tree, "rules", "name", (node, found) -> {
            FailureRule rule = Json.parse(node, FailureRuleBody.class).check(categories.keySet(), found);
            found.require(rules.put(rule.name(), rule) == null, "name", "is there twice");
        });
        FailureRules read = new FailureRules(categories, ordered(rules, false), ordered(rules, true));
        return before == null ? read : before.under(read, rules.keySet());
    }

    /** Those for a provider first, whatever the order of the file. */
    private static List<FailureRule> ordered(Map<String, FailureRule> rules, boolean weak) {
        return rules.values().stream()
                .filter(rule -> rule.weak() == weak)
                .sorted(Comparator.comparing(rule -> rule.providers().isEmpty()))
                .toList();
    }

    /** Reads each member of a list, and says of which one what is wrong. */
    private static void each(JsonNode tree, String list, String name, BiConsumer<JsonNode, Violations> read) {
        JsonNode nodes = tree.path(list);
        if (!nodes.isMissingNode() && !nodes.isArray()) {
            throw ProblemException.invalid(list, "is no list");
        }
        for (int i = 0; i < nodes.size(); i++) {
            JsonNode node = nodes.get(i);
            String called = node.path(name).asText();
            String place = "%s %s".formatted(list, called.isEmpty() ? "number " + (i + 1) : called);
            if (!node.isObject()) {
                throw ProblemException.invalid(place, "is no mapping");
            }
            Violations found = new Violations();
            try {
                read.accept(node, found);
                found.refuseIfAny();
            } catch (ProblemException e) {
                throw e.within(place + ": ");
            }
        }
    }

    /** These below others, which go first. */
    private FailureRules under(FailureRules others, Set<String> replaced) {
        return new FailureRules(
                others.categories, joined(others.strong, strong, replaced), joined(others.weak, weak, replaced));
    }

    private static List<FailureRule> joined(List<FailureRule> first, List<FailureRule> then, Set<String> replaced) {
        return Stream.concat(first.stream(), then.stream().filter(rule -> !replaced.contains(rule.name())))
                .toList();
    }

    /** Names of all categories. */
    Set<String> categories() {
        return categories.keySet();
    }

    /** Names of all rules, in the order in which they are tried. */
    Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        Stream.concat(strong.stream(), weak.stream()).forEach(rule -> names.add(rule.name()));
        return names;
    }

    /** Whether the cause of such a failure is in the job, so that it does not pass with time. */
    boolean isStable(String category) {
        FailureCategory known = categories.get(category);
        return known != null && known.stable();
    }

    /** The rule that decides; null where none does. */
    @Nullable
    FailureRule find(String text, @Nullable String provider, @Nullable Integer status, @Nullable Technique technique) {
        Integer known = status == null ? status(text) : status;
        String end = end(text);
        for (List<FailureRule> rules : List.of(strong, weak)) {
            List<FailureRule> concerned = rules.stream()
                    .filter(rule -> rule.concerns(provider, text, known, technique))
                    .toList();
            for (String part : end.equals(text) ? List.of(text) : List.of(end, text)) {
                for (FailureRule rule : concerned) {
                    if (rule.matches(part)) {
                        return rule;
                    }
                }
            }
        }
        return null;
    }

    /** The guidance of a rule, or of a category where no rule decided. */
    Guidance guidance(
            String category,
            @Nullable FailureRule rule,
            @Nullable Technique technique,
            @Nullable ProviderHealth health) {
        FailureCategory told = categories.get(category);
        if (told == null) {
            throw new IllegalArgumentException("No category " + category);
        }
        List<String> steps = new ArrayList<>();
        boolean passing = told.retryable() || category.equals(Failures.UNKNOWN);
        if (passing && (health == ProviderHealth.UNHEALTHY || health == ProviderHealth.DEGRADED)) {
            steps.add(
                    "Hone sees this provider as %s at the moment: wait until it is healthy again before you look for the cause in the job."
                            .formatted(health));
        }
        if (rule != null) {
            steps.addAll(rule.nextSteps());
        }
        if (technique != null) {
            steps.addAll(told.forTechniques().getOrDefault(technique, List.of()));
        }
        steps.addAll(told.nextSteps());
        String summary = rule == null ? null : rule.summary();
        Boolean retryable = rule == null ? null : rule.retryable();
        return new Guidance(
                category,
                told.title(),
                summary == null ? told.summary() : summary,
                told.severity(),
                retryable == null ? told.retryable() : retryable,
                steps,
                health,
                rule == null ? null : rule.name(),
                false);
    }

    /** The last status that a message words; null where it does not. */
    private static @Nullable Integer status(String text) {
        Matcher matcher = STATUS.matcher(text);
        Integer last = null;
        while (matcher.find()) {
            for (int group = 1; group <= matcher.groupCount(); group++) {
                if (matcher.group(group) != null) {
                    last = Integer.valueOf(matcher.group(group));
                }
            }
        }
        return last;
    }

    /**
     * What a message ends with: of a trace the last exception with its text, of a log the last line; without the frames of
     * the stack.
     */
    static String end(String text) {
        if (text.indexOf('\n') < 0) {
            return text;
        }
        String[] lines = text.split("\n", -1);
        int last = -1;
        for (int i = lines.length - 1; i >= 0; i--) {
            lines[i] = BEFORE_EXCEPTION.matcher(lines[i]).replaceFirst("");
            if (isDetail(lines[i])) {
                continue;
            }
            last = last < 0 ? i : last;
            if (isException(lines[i])) {
                last = i;
                break;
            }
        }
        if (last < 0) {
            return text;
        }
        StringBuilder end = new StringBuilder(lines[last]);
        for (int i = last + 1; i < lines.length; i++) {
            if (!isFrame(lines[i])) {
                end.append('\n').append(lines[i]);
            }
        }
        return end.toString();
    }

    /** Whether a line belongs to another one, and no message ends with it. */
    private static boolean isDetail(String line) {
        return line.isBlank() || line.charAt(0) == ' ' || isFrame(line);
    }

    private static boolean isFrame(String line) {
        String words = line.strip();
        return words.isEmpty()
                || words.startsWith("at ")
                || words.startsWith("... ")
                || words.startsWith("file \"")
                || words.startsWith("traceback (most recent call last)");
    }

    /** Whether a line begins with the class of an exception, as Python and Java print it. */
    private static boolean isException(String line) {
        int colon = line.indexOf(':');
        String type = colon < 0 ? line : line.substring(0, colon);
        if (type.isEmpty() || type.length() > LONGEST_CLASS) {
            return false;
        }
        for (int i = 0; i < type.length(); i++) {
            char c = type.charAt(i);
            if (!Character.isLetterOrDigit(c) && c != '.' && c != '_' && c != '$') {
                return false;
            }
        }
        return type.indexOf('.') > 0
                || type.endsWith("error")
                || type.endsWith("exception")
                || type.endsWith("interrupt")
                || type.endsWith("timeout")
                || type.endsWith("exit");
    }
}
