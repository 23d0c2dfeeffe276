package io.hone.responses;

import static io.hone.audit.Refusals.assertInvalid;
import static io.hone.audit.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hone.audit.Audit;
import io.hone.audit.StoreContract;
import io.hone.database.StartException;
import io.hone.database.TestDatabases;
import io.hone.http.Json;
import io.hone.http.ProblemType;
import io.hone.responses.CacheRuleSet.Source;
import io.hone.settings.SettingsCatalogue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

abstract class CacheRulesContract extends StoreContract {

    private static final CacheRulesBody HEALTH = body("{\"rules\": [{\"pattern\": \"/health\", \"ttl_seconds\": 5}]}");

    @TempDir
    Path data;

    private Audit audit;
    private CacheRules rules;

    @BeforeEach
    void build() {
        audit = new Audit(database, clock);
        rules = started();
    }

    /** What a server has in force after its start. */
    private CacheRules started() {
        CacheRules fresh = new CacheRules(
                new CacheRuleRepository(database),
                database,
                audit,
                events,
                TestDatabases.settings(Map.of(SettingsCatalogue.DATA_DIR, data.toString())),
                clock);
        fresh.load();
        return fresh;
    }

    @Test
    void current_whereNothingIsStored_isTheDefault() {
        assertThat(rules.current().source()).isEqualTo(Source.DEFAULT);
        assertThat(rules.current().version()).isZero();
        assertThat(rules.current().rules()).isEqualTo(DefaultRules.ALL);
    }

    @Test
    void put_replacesTheList_andIsThereAfterARestart() {
        CacheRuleSet put = rules.put(ADA, HEALTH, null);

        assertThat(put.version()).isEqualTo(1);
        assertThat(put.updatedBy()).isEqualTo("ada");
        assertThat(put.updatedAt()).isEqualTo(NOON);
        assertThat(rules.current()).isEqualTo(put);
        assertThat(started().current()).isEqualTo(put);
        assertThat(count("cache_rules")).isEqualTo(1);
        assertThat(rules.put(BOB, HEALTH, null).version()).isEqualTo(2);
        assertThat(count("cache_rules")).isEqualTo(1);
    }

    @Test
    void put_isAudited_andTold() {
        rules.put(ADA, HEALTH, null);

        var entry = audit.list(Audit.Filter.of("cache_rules", "cache-rules"), true, null, 10)
                .items()
                .get(0);
        assertThat(entry.actor()).isEqualTo("ada");
        assertThat(entry.action()).isEqualTo("cache_rules.changed");
        assertThat(entry.detail()).containsEntry("version", 1).containsKeys("old", "new");
        assertThat(told(CacheRulesChanged.class)).containsExactly(new CacheRulesChanged(1));
    }

    @Test
    void put_condition_isThatOfWhatIsInForce() {
        String initial = "\"v%d\"".formatted(rules.current().tag());
        rules.put(ADA, HEALTH, initial);
        assertRefused(ProblemType.PRECONDITION_FAILED, () -> rules.put(ADA, HEALTH, initial));
        rules.put(ADA, HEALTH, "\"v1\"");
        assertRefused(ProblemType.PRECONDITION_FAILED, () -> rules.put(ADA, HEALTH, "\"v1\""));
        assertThat(rules.current().version()).isEqualTo(2);
    }

    @Test
    void put_invalid_changesNothing() {
        assertInvalid(
                () -> rules.put(ADA, body("{\"rules\": [{\"pattern\": \"/x\", \"ttl_seconds\": -1}]}"), null),
                "/rules/0/ttl_seconds");
        assertThat(rules.current().source()).isEqualTo(Source.DEFAULT);
        assertThat(count("cache_rules")).isZero();
        assertThat(count("audit")).isZero();
        assertThat(told).isEmpty();
    }

    @Test
    void file_isUsed_whereNothingIsStored() throws IOException {
        Files.writeString(data.resolve(CacheRules.FILE), "rules:\n  - {pattern: /x, cache_authenticated: no}\n");
        CacheRules ofFile = started();
        assertThat(ofFile.current().source()).isEqualTo(Source.FILE);
        assertThat(ofFile.current().rules().get(0).cacheAuthenticated()).isEqualTo(CacheRule.Authenticated.NO);
        assertThat(ofFile.current().tag())
                .isNegative()
                .isNotEqualTo(rules.current().tag());

        ofFile.put(ADA, HEALTH, null);
        assertThat(started().current().source()).isEqualTo(Source.STORED);
    }

    @Test
    void file_thatIsBroken_stopsTheStart_namingThePlace() throws IOException {
        Map<String, String> broken = Map.of(
                "rules: [", "cannot be read",
                "", "mapping with the member rules",
                "- a", "mapping with the member rules",
                "rules: 3", "/rules",
                "rules: [{pattern: /x, colour: red}]", "/rules/0/colour",
                "rules: [{pattern: /x, pattern: /y}]", "cannot be read",
                "rules: [{pattern: x}]", "/rules/0/pattern: does not begin with /");
        for (Map.Entry<String, String> one : broken.entrySet()) {
            Files.writeString(data.resolve(CacheRules.FILE), one.getKey());
            assertThatThrownBy(this::started)
                    .as(one.getKey())
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining(CacheRules.FILE)
                    .hasMessageContaining(one.getValue())
                    .message()
                    .doesNotContain("\n")
                    .doesNotContain("io.hone");
        }
    }

    @Test
    void find_firstThatMatchesPathAndMethod_wins() {
        rules.put(ADA, body("""
                {"rules": [
                  {"pattern": "/a/b", "ttl_seconds": 1},
                  {"pattern": "/gateway/*", "methods": ["POST"], "cache_post": true, "ttl_seconds": 2},
                  {"pattern": "/**", "ttl_seconds": 3, "invalidate_on": ["/api/v1/sessions/*"]}
                ]}
                """), null);
        assertThat(ttl("/a/b", "GET")).isEqualTo(1);
        assertThat(ttl("/a/b", "HEAD")).isEqualTo(1);
        assertThat(ttl("/gateway/x", "POST")).isEqualTo(2);
        assertThat(ttl("/x", "GET")).isEqualTo(3);
        assertThat(rules.find("/gateway/x", "GET"))
                .as("rules for all are not about providers")
                .isNull();
        assertThat(rules.find("/a/b", "POST")).isNull();
        assertThat(rules.outdatedBy("/api/v1/sessions/1")).containsExactly("rule:/**");
        assertThat(rules.outdatedBy("/api/v1/sessions")).isEqualTo(List.of());
    }

    private long ttl(String path, String method) {
        return rules.find(path, method).ttlSeconds();
    }

    private static CacheRulesBody body(String json) {
        return Json.parse(Json.parse(json.getBytes(StandardCharsets.UTF_8)), CacheRulesBody.class);
    }
}
