package io.hone.gateway;

import static io.hone.audit.Refusals.assertInvalid;
import static io.hone.audit.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hone.audit.Audit;
import io.hone.audit.StoreContract;
import io.hone.cache.Caches;
import io.hone.cache.TestCaches;
import io.hone.gateway.Provider.Limits;
import io.hone.http.Idempotency;
import io.hone.http.Json;
import io.hone.http.MergePatch;
import io.hone.http.Page;
import io.hone.http.ProblemType;
import io.hone.secrets.SecretKey;
import io.hone.secrets.SecretKeys;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

abstract class ProvidersContract extends StoreContract {

    private static final String SECRET = "sk-very-secret-0123456789";
    private static final String LEAST = "{\"name\":\"%s\",\"kind\":\"generic\",\"base_url\":\"https://example.com\"}";
    private static final String MOST = """
            {"name": "openai", "kind": "openai", "base_url": "https://API.openai.com/v1/", "secret": "%s",
             "auth_header": "X-Key", "health_path": "/models", "timeout_ms": 5000, "allow_private": true,
             "prices": {"gpt-4o*": {"input_usd_per_million": "2.50", "output_usd_per_million": 10},
                        "gpt-4o-mini*": {"input_usd_per_million": "0.15", "output_usd_per_million": "0.6"},
                        "gpt-4o-mini-free": {"input_usd_per_million": 0, "output_usd_per_million": 0}},
             "limits": {"requests_per_minute": 500, "concurrent_requests": 20}}""".formatted(SECRET);

    private Caches caches;
    private Audit audit;
    private Providers providers;

    @BeforeEach
    void build() {
        caches = TestCaches.onHeap(clock);
        audit = new Audit(database, clock);
        providers = providers(SecretKeys.of("the secret key of all these tests"));
    }

    private Providers providers(SecretKey key) {
        return new Providers(
                new ProviderRepository(database),
                database,
                key,
                new Idempotency(settings, clock),
                audit,
                caches,
                events,
                clock);
    }

    @Test
    void create_readsBackAsAnswered() {
        Provider created = create(MOST);

        assertThat(created.baseUrl()).isEqualTo("https://api.openai.com/v1");
        assertThat(created.hasSecret()).isTrue();
        assertThat(created.timeoutMs()).isEqualTo(5_000);
        assertThat(created.limits()).isEqualTo(new Limits(500L, 20L));
        assertThat(created.prices().get("gpt-4o*")).isEqualTo(new Price(Money.ofUsd("2.5"), Money.ofUsd("10")));
        assertThat(created.createdAt()).isEqualTo(NOON);
        assertThat(created.version()).isEqualTo(1);
        assertThat(providers.find("openai")).contains(created);
        assertThat(providers.list(null, 10).items()).containsExactly(created);
        assertThat(told).containsExactly(new ProviderChanged("openai", 1, false));
    }

    @Test
    void create_least_hasDefaults() {
        Provider created = create(LEAST.formatted("a"));

        assertThat(created)
                .isEqualTo(new Provider(
                        "a",
                        ProviderKind.GENERIC,
                        "https://example.com",
                        false,
                        null,
                        null,
                        120_000,
                        false,
                        Map.of(),
                        Limits.NONE,
                        null,
                        null,
                        NOON,
                        "ada",
                        NOON,
                        1));
    }

    @Test
    void secret_isNowhereButInTheUpstream() {
        Provider created = create(MOST);
        providers.change(BOB, "openai", patch("{\"secret\": \"" + SECRET + "-2\"}"), null);

        Upstream upstream = providers.upstream("openai").orElseThrow();
        assertThat(upstream.credential()).isEqualTo(new Upstream.Credential("X-Key", SECRET + "-2"));
        assertThat(upstream.toString()).doesNotContain(SECRET);
        assertThat(body(MOST).toString()).doesNotContain(SECRET);
        assertThat(Json.write(created)).doesNotContain(SECRET);
        assertThat(Json.write(audit.list(Audit.Filter.of("provider", "openai"), true, null, 10)))
                .contains("has_secret")
                .doesNotContain(SECRET);
        String row = database.read(
                "test.row", handle -> handle.createQuery("SELECT * FROM provider").mapToMap().list().stream()
                        .flatMap(columns -> columns.values().stream())
                        .map(value -> value instanceof byte[] bytes
                                ? new String(bytes, StandardCharsets.ISO_8859_1)
                                : String.valueOf(value))
                        .collect(Collectors.joining("\n")));
        assertThat(row).contains("api.openai.com").doesNotContain(SECRET);
    }

    @ParameterizedTest
    @CsvSource({
        "openai, , abc, Authorization, Bearer abc",
        "generic, , abc, Authorization, Bearer abc",
        "anthropic, , abc, x-api-key, abc",
        "generic, , Basic abc, Authorization, Basic abc",
        "anthropic, authorization, abc, authorization, Bearer abc",
        "openai, api-key, abc, api-key, abc"
    })
    void upstream_hasTheFieldThatLetsItIn(String kind, String header, String secret, String field, String value) {
        create("{\"name\":\"a\",\"kind\":\"%s\",\"base_url\":\"https://example.com\",\"secret\":\"%s\"%s}"
                .formatted(kind, secret, header == null ? "" : ",\"auth_header\":\"" + header + '"'));

        assertThat(providers.upstream("a").orElseThrow().credential()).isEqualTo(new Upstream.Credential(field, value));
    }

    @Test
    void upstream_ofAnotherKey_isRefusedUntilTheSecretIsSetAgain() {
        create(MOST);
        Providers other = providers(SecretKeys.of("another key, after a lost data folder"));

        assertRefused(ProblemType.PROVIDER_UNUSABLE, () -> other.upstream("openai"));
        other.change(ADA, "openai", patch("{\"secret\": \"new\"}"), null);
        assertThat(other.upstream("openai").orElseThrow().credential().value()).isEqualTo("new");
        assertThat(other.upstream("nobody")).isEmpty();
    }

    @Test
    void change_holdsAtOnce_forTheGateway() {
        create(MOST);
        assertThat(providers.upstream("openai").orElseThrow().provider().timeoutMs())
                .isEqualTo(5_000);

        providers.change(ADA, "openai", patch("{\"timeout_ms\": 6000}"), null);
        assertThat(providers.upstream("openai").orElseThrow().provider().timeoutMs())
                .isEqualTo(6_000);
        providers.change(ADA, "openai", patch("{\"secret\": null}"), null);
        assertThat(providers.upstream("openai").orElseThrow().credential()).isNull();
        assertThat(providers.find("openai").orElseThrow().hasSecret()).isFalse();
        providers.delete(ADA, "openai", null);
        assertThat(providers.upstream("openai")).isEmpty();
    }

    @Test
    void change_isAMergePatch() {
        create(MOST);
        clock.advance(Duration.ofMinutes(1));

        Provider changed = providers.change(BOB, "openai", patch("""
                        {"prices": {"gpt-4o-mini-free": null, "o3": {"input_usd_per_million": 1.000000001,
                                    "cached_input_usd_per_million": "0.5", "cache_write_usd_per_million": null,
                         "output_usd_per_million": "2"}}, "health_path": null, "limits": {"requests_per_minute": null}}"""), "\"v1\"");

        assertThat(changed.prices().keySet()).containsExactly("gpt-4o*", "gpt-4o-mini*", "o3");
        assertThat(changed.prices().get("o3").inputUsdPerMillion()).isEqualTo(Money.ofUsd("1.000000001"));
        assertThat(changed.prices().get("o3").cachedInputUsdPerMillion()).isEqualTo(Money.ofUsd("0.5"));
        assertThat(changed.prices().get("o3").cacheWriteUsdPerMillion()).isNull();
        assertThat(changed.healthPath()).isNull();
        assertThat(changed.limits()).isEqualTo(new Limits(null, 20L));
        assertThat(changed.version()).isEqualTo(2);
        assertThat(changed.updatedAt()).isEqualTo(NOON.plusSeconds(60));
        assertThat(changed.createdBy()).isEqualTo("ada");
        assertThat(changed.hasSecret()).isTrue();
        assertThat(providers.find("openai")).contains(changed);
        assertThat(told(ProviderChanged.class)).last().isEqualTo(new ProviderChanged("openai", 2, false));
        assertThat(actions()).containsExactly("provider.created by ada", "provider.changed by bob");

        ObjectNode member = patch("{\"prices\": {\"o3\": {\"cache_write_usd_per_million\": \"1.25\"}}}");
        Price price = providers.change(BOB, "openai", member, null).prices().get("o3");
        assertThat(price.cacheWriteUsdPerMillion()).isEqualTo(Money.ofUsd("1.25"));
        assertThat(price.cachedInputUsdPerMillion()).isEqualTo(Money.ofUsd("0.5"));
        assertThat(providers.find("openai").orElseThrow().prices()).containsEntry("o3", price);
    }

    @Test
    void change_thatChangesNothing_keepsTheVersion() {
        Provider created = create(LEAST.formatted("openai"));

        assertThat(providers.change(BOB, "openai", patch("{\"timeout_ms\": 120000, \"secret\": null}"), null))
                .isEqualTo(created);
        assertThat(providers.change(BOB, "openai", patch("{}"), "\"v1\"")).isEqualTo(created);
        assertThat(told).hasSize(1);
        assertThat(actions()).hasSize(1);
    }

    @Test
    void change_wrong_isRefusedAndChangesNothing() {
        Provider created = create(MOST);

        assertInvalid(() -> change("{\"name\": \"other\"}"), "/name");
        assertInvalid(() -> change("{\"kind\": null}"), "/kind");
        assertInvalid(() -> change("{\"kind\": \"gemini\"}"), "/kind");
        assertInvalid(() -> change("{\"has_secret\": false}"), "/has_secret");
        assertInvalid(() -> change("{\"allow_private\": false, \"base_url\": \"http://10.0.0.1\"}"), "/base_url");
        assertInvalid(() -> change("{\"prices\": {\"x\": {}}}"), "/prices/x");
        assertInvalid(
                () -> change("{\"prices\": {\"x\": {\"input_usd_per_million\": 1, \"output_usd_per_million\": 1,"
                        + " \"cache_write_usd_per_million\": \"free\"}}}"),
                "/prices/x/cache_write_usd_per_million");
        assertInvalid(
                () -> change("{\"prices\": {\"x\": {\"input_usd_per_million\": -1}}}"),
                "/prices/x/input_usd_per_million");
        assertRefused(ProblemType.PRECONDITION_FAILED, () -> providers.change(ADA, "openai", patch("{}"), "\"v2\""));
        assertRefused(ProblemType.NOT_FOUND, () -> providers.change(ADA, "nobody", patch("{}"), null));
        assertThat(providers.find("openai")).contains(created);
    }

    @Test
    void create_wrong_namesEveryPlace() {
        assertInvalid(() -> create("{}"), "/name", "/kind", "/base_url");
        assertInvalid(
                () -> create("""
                        {"name": "Bad Name", "kind": "openai", "base_url": "http://169.254.169.254", "secret": "a\\nb",
                         "auth_header": "Content-Length", "health_path": "models", "timeout_ms": 99,
                         "prices": {"": {"input_usd_per_million": 1, "output_usd_per_million": 1},
                                    "a*b": {"input_usd_per_million": 1, "output_usd_per_million": 1}, "c": null},
                         "limits": {"requests_per_minute": 0, "concurrent_requests": 10001}}"""),
                "/name",
                "/base_url",
                "/secret",
                "/auth_header",
                "/health_path",
                "/timeout_ms",
                "/prices/",
                "/prices/a*b",
                "/prices/c",
                "/limits/requests_per_minute",
                "/limits/concurrent_requests");
        assertThat(providers.list(null, 10).items()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "health", "-a", ".a", "a/b", "a b", "Ä", "A", "a\n"})
    void create_badName_isRefused(String name) {
        assertInvalid(
                () -> providers.create(
                        ADA,
                        new ProviderBody(
                                name,
                                ProviderKind.GENERIC,
                                "https://example.com",
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null),
                        null),
                "/name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/../x", "/a/./b", "//x", "/a?b", "/a#b", "/a b"})
    void create_badHealthPath_isRefused(String path) {
        assertInvalid(
                () -> create(LEAST.formatted("a").replace("}", ",\"health_path\":\"" + path + "\"}")), "/health_path");
    }

    @Test
    void create_nameInUse_isRefused_andAKeyGivesTheFirstAnswer() {
        Idempotency.Key key = new Idempotency.Key("POST /providers k1", "hash");
        Provider first = providers.create(ADA, body(MOST), key);

        assertThat(providers.create(ADA, body(MOST), key)).isEqualTo(first);
        assertRefused(ProblemType.CONFLICT, () -> create(MOST));
        assertThat(told).hasSize(1);
        assertThat(count("idempotency")).isEqualTo(1);
        assertThat(database.<String, RuntimeException>read(
                        "test.answer", handle -> handle.createQuery("SELECT answer FROM idempotency")
                                .mapTo(String.class)
                                .one()))
                .doesNotContain(SECRET);
    }

    @Test
    void delete_forgetsTheSecret() {
        create(MOST);

        assertRefused(ProblemType.PRECONDITION_FAILED, () -> providers.delete(ADA, "openai", "\"v9\""));
        providers.delete(BOB, "openai", "\"v1\"");

        assertThat(providers.find("openai")).isEmpty();
        assertThat(count("provider")).isZero();
        assertRefused(ProblemType.NOT_FOUND, () -> providers.delete(BOB, "openai", null));
        assertThat(told(ProviderChanged.class)).last().isEqualTo(new ProviderChanged("openai", 1, true));
        assertThat(actions()).containsExactly("provider.created by ada", "provider.deleted by bob");
    }

    @Test
    void list_pages_haveEveryProviderOnceByName() {
        List<String> names = IntStream.range(0, 7).mapToObj(i -> "p" + i).toList();
        names.forEach(name -> create(LEAST.formatted(name)));
        List<String> walked = new ArrayList<>();
        String cursor = null;
        do {
            Page<Provider> page = providers.list(cursor, 3);
            page.items().forEach(provider -> walked.add(provider.name()));
            cursor = page.nextCursor();
        } while (cursor != null);

        assertThat(walked).isEqualTo(names);
        assertInvalid(() -> providers.list("x", 3), "?cursor");
    }

    @Test
    void cost_isThatOfTheLongestBeginning_andUnknownIsNotFree() {
        Provider provider = create(MOST);

        assertThat(provider.cost("gpt-4o-2024-08-06", Tokens.of(1_000_000, 100_000)))
                .contains(Money.ofUsd("3.5"));
        assertThat(provider.cost("gpt-4o-mini-2024-07-18", Tokens.of(1_000_000, 0)))
                .contains(Money.ofUsd("0.15"));
        assertThat(provider.cost("gpt-4o", Tokens.of(1, 0))).contains(Money.ofUsd("0.0000025"));
        assertThat(provider.cost("gpt-4o-mini-free", Tokens.of(1_000_000, 9))).contains(Money.ZERO);
        assertThat(provider.cost("gpt-4", Tokens.of(1, 1))).isEmpty();
        assertThat(provider.cost("", Tokens.of(1, 1))).isEmpty();
    }

    private Provider create(String json) {
        return providers.create(ADA, body(json), null);
    }

    private void change(String json) {
        providers.change(ADA, "openai", patch(json), null);
    }

    private static ProviderBody body(String json) {
        return Json.parse(Json.parse(json.getBytes(StandardCharsets.UTF_8)), ProviderBody.class);
    }

    private static ObjectNode patch(String json) {
        try {
            return MergePatch.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private List<String> actions() {
        return audit.list(Audit.Filter.of("provider", "openai"), true, null, 100).items().stream()
                .map(entry -> entry.action() + " by " + entry.actor())
                .toList();
    }
}
