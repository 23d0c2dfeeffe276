package io.hone.responses;

import static io.hone.audit.Refusals.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;

import io.hone.http.Json;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheRulesBodyTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/rules | {}",
                "/rules/0 | {'rules': [null]}",
                "/rules/0/pattern | {'rules': [{}]}",
                "/rules/0/pattern | {'rules': [{'pattern': ''}]}",
                "/rules/0/pattern | {'rules': [{'pattern': 'x'}]}",
                "/rules/0/pattern | {'rules': [{'pattern': '/a b'}]}",
                "/rules/0/pattern | {'rules': [{'pattern': '/a?b'}]}",
                "/rules/0/pattern | {'rules': [{'pattern': '/***'}]}",
                "/rules/0/pattern | {'rules': [{'pattern': '/{a'}]}",
                "/rules/0/pattern | {'rules': [{'pattern': '/{a,b}{c}'}]}",
                "/rules/0/pattern | {'rules': [{'pattern': '/[a-z]'}]}",
                "/rules/0/pattern | {'rules': [{'pattern': '/*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a'}]}",
                "/rules/0/pattern | {'rules': [{'pattern': '/api/v1/auth/me'}]}",
                "/rules/0/ttl_seconds | {'rules': [{'pattern': '/x', 'ttl_seconds': -1}]}",
                "/rules/0/ttl_seconds | {'rules': [{'pattern': '/x', 'ttl_seconds': 31536001}]}",
                "/rules/0/ttl_seconds | {'rules': [{'pattern': '/x', 'ttl_seconds': 1.5}]}",
                "/rules/0/ttl_seconds | {'rules': [{'pattern': '/x', 'ttl_seconds': '1'}]}",
                "/rules/0/min_ttl_seconds | {'rules': [{'pattern': '/x', 'min_ttl_seconds': 0}]}",
                "/rules/0/max_ttl_seconds | {'rules': [{'pattern': '/x', 'max_ttl_seconds': 0}]}",
                "/rules/0/max_ttl_seconds | {'rules': [{'pattern': '/x', 'max_ttl_seconds': 31536001}]}",
                "/rules/0/min_ttl_seconds | {'rules': [{'pattern': '/x', 'min_ttl_seconds': 3, 'max_ttl_seconds': 2}]}",
                "/rules/0/min_ttl_seconds | {'rules': [{'pattern': '/x', 'ttl_seconds': 2, 'min_ttl_seconds': 3}]}",
                "/rules/0/max_ttl_seconds | {'rules': [{'pattern': '/x', 'ttl_seconds': 3, 'max_ttl_seconds': 2}]}",
                "/rules/0/max_ttl_seconds | {'rules': [{'pattern': '/x', 'ttl_seconds': 0, 'max_ttl_seconds': 2}]}",
                "/rules/0/min_ttl_seconds | {'rules': [{'pattern': '/x', 'smart': false, 'min_ttl_seconds': 2}]}",
                "/rules/0/smart | {'rules': [{'pattern': '/x', 'smart': 'yes'}]}",
                "/rules/0/methods | {'rules': [{'pattern': '/x', 'methods': []}]}",
                "/rules/0/methods/1 | {'rules': [{'pattern': '/x', 'methods': ['GET', 'PUT']}]}",
                "/rules/0/methods/0 | {'rules': [{'pattern': '/x', 'methods': ['DELETE']}]}",
                "/rules/0/methods/0 | {'rules': [{'pattern': '/x', 'methods': ['PATCH']}]}",
                "/rules/0/methods/0 | {'rules': [{'pattern': '/x', 'methods': ['OPTIONS']}]}",
                "/rules/0/methods/0 | {'rules': [{'pattern': '/x', 'methods': ['get']}]}",
                "/rules/0/methods/1 | {'rules': [{'pattern': '/x', 'methods': ['GET', 'GET']}]}",
                "/rules/0/methods/0 | {'rules': [{'pattern': '/gateway/x', 'methods': ['POST']}]}",
                "/rules/0/cache_post | {'rules': [{'pattern': '/gateway/x', 'cache_post': true}]}",
                "/rules/0/cache_post | {'rules': [{'pattern': '/api/v1/sessions', 'methods': ['POST'], 'cache_post': true}]}",
                "/rules/0/cache_post | {'rules': [{'pattern': '/**', 'methods': ['POST'], 'cache_post': true}]}",
                "/rules/0/vary_headers/0 | {'rules': [{'pattern': '/x', 'vary_headers': ['Authorization']}]}",
                "/rules/0/vary_headers/0 | {'rules': [{'pattern': '/x', 'vary_headers': ['cookie']}]}",
                "/rules/0/vary_headers/0 | {'rules': [{'pattern': '/x', 'vary_headers': ['a b']}]}",
                "/rules/0/cache_authenticated | {'rules': [{'pattern': '/x', 'cache_authenticated': 'public'}]}",
                "/rules/0/invalidate_on/0 | {'rules': [{'pattern': '/x', 'invalidate_on': ['y']}]}",
                "/rules/0/tags/0 | {'rules': [{'pattern': '/x', 'tags': ['']}]}",
                "/rules/0/tags/0 | {'rules': [{'pattern': '/x', 'tags': [null]}]}",
                "/rules/0/stale_if_error_seconds | {'rules': [{'pattern': '/x', 'stale_if_error_seconds': -1}]}",
                "/rules/1/colour | {'rules': [{'pattern': '/x'}, {'pattern': '/y', 'colour': 'red'}]}"
            })
    void check_ruleThatCannotWork_isRefused_namingThePlace(String pointer, String json) {
        assertInvalid(() -> read(json.replace('\'', '"')).check(), pointer);
    }

    @Test
    void check_tooManyRules_isRefused() {
        String rule = "{\"pattern\": \"/x\"},";
        assertThat(read("{\"rules\": [" + rule.repeat(99) + "{\"pattern\": \"/x\"}]}")
                        .check())
                .hasSize(100);
        assertInvalid(
                () -> read("{\"rules\": [" + rule.repeat(100) + "{\"pattern\": \"/x\"}]}")
                        .check(),
                "/rules");
    }

    @Test
    void check_defaultRules_areValidAsTheyAreShown() {
        String shown = Json.write(CacheRuleSet.initial(CacheRuleSet.Source.DEFAULT, DefaultRules.ALL)
                .rules());
        assertThat(read("{\"rules\": " + shown + "}").check()).isEqualTo(DefaultRules.ALL);
    }

    private static CacheRulesBody read(String json) {
        return Json.parse(Json.parse(json.getBytes(StandardCharsets.UTF_8)), CacheRulesBody.class);
    }
}
