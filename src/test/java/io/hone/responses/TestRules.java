package io.hone.responses;

import io.hone.http.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Rules that a test sets, with no database behind them. */
final class TestRules extends CacheRules {

    private CacheRuleSet set = CacheRuleSet.initial(CacheRuleSet.Source.DEFAULT, List.of());

    TestRules() {
        super(null, null, null, null, null, null);
    }

    /** Puts these in force: a list of rules as JSON, with ' for ". */
    TestRules set(String rules) {
        byte[] json = ("{\"rules\": " + rules.replace('\'', '"') + "}").getBytes(StandardCharsets.UTF_8);
        set = CacheRuleSet.initial(
                CacheRuleSet.Source.FILE,
                Json.parse(Json.parse(json), CacheRulesBody.class).check());
        return this;
    }

    @Override
    public CacheRuleSet current() {
        return set;
    }
}
