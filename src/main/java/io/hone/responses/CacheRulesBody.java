package io.hone.responses;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.hone.http.Json;
import io.hone.http.ProblemException;
import io.hone.http.Violations;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The list of rules as it is sent, stored, and written in {@code cache-rules.yaml}.
 *
 * @param rules in order; the first that matches wins
 */
public record CacheRulesBody(@Nullable List<@Nullable CacheRuleBody> rules) {

    private static final int MOST_RULES = 100;

    /** Words such as {@code no} stay words: it is one of the choices of {@code cache_authenticated}. */
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(YAMLParser.Feature.PARSE_BOOLEAN_LIKE_WORDS_AS_STRINGS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();

    /**
     * Reads YAML.
     *
     * @throws IOException where it is none
     * @throws ProblemException where it is no list of rules, naming the place
     */
    static CacheRulesBody ofYaml(byte[] yaml) throws IOException {
        JsonNode tree = YAML.readTree(yaml);
        if (tree == null || !tree.isObject()) {
            throw ProblemException.invalid("", "is no mapping with the member rules");
        }
        return Json.parse(tree, CacheRulesBody.class);
    }

    /**
     * The rules these are.
     *
     * @throws ProblemException 422 naming every place that is wrong
     */
    List<CacheRule> check() {
        Violations found = new Violations();
        List<CacheRule> checked = new ArrayList<>();
        if (rules == null) {
            found.add("/rules", "is required");
        } else if (rules.size() > MOST_RULES) {
            found.add("/rules", "has %d rules, not 0 to %d".formatted(rules.size(), MOST_RULES));
        } else {
            for (int i = 0; i < rules.size(); i++) {
                CacheRuleBody body = rules.get(i);
                if (body == null) {
                    found.add("/rules/" + i, "is null");
                    continue;
                }
                CacheRule rule = body.check("/rules/" + i, found);
                if (rule != null) {
                    checked.add(rule);
                }
            }
        }
        found.refuseIfAny();
        return checked;
    }
}
