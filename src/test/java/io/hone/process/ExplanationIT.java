package io.hone.process;

import static io.hone.process.ServerProcess.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hone.gateway.StubProvider;
import io.hone.http.Json;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Failures that no rule knows, explained by a model through a running server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExplanationIT {

    private static final String EXPLAIN = "/api/v1/failures/explain";
    private static final String PROVIDER = "hone.failures.explain-provider";
    private static final String MODEL = "hone.failures.explain-model";
    private static final String SECRET = "sk-upstream-0123456789abcdef";
    private static final Map<String, Object> PRICES =
            Map.of("tiny", Map.of("input_usd_per_million", "2", "output_usd_per_million", "10"));

    private Path data;
    private ServerProcess server;
    private StubProvider stub;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        data = folder;
        stub = new StubProvider();
        server = ServerProcess.start(data);
        provider("stub", Map.of("base_url", stub.address() + "/v1", "secret", SECRET));
        provider("claude", Map.of("base_url", stub.address() + "/anthropic", "kind", "anthropic"));
        provider("poor", Map.of("base_url", stub.address() + "/poor"));
        provider("closed", Map.of("base_url", "http://127.0.0.1:" + ServerProcess.freePort()));
        provider("odd", Map.of("base_url", stub.address() + "/odd"));
        provider(
                "moved",
                Map.of(
                        "base_url",
                        stub.address() + "/moved",
                        "fallback",
                        Map.of("provider", "stub", "models", Map.of())));
        server.send(
                "POST",
                "/api/v1/providers",
                Map.of("name", "any", "kind", "generic", "base_url", stub.address(), "allow_private", true));
        stub.on(
                "/v1/chat/completions",
                (exchange, asked) ->
                        StubProvider.send(exchange, 200, "application/json", chat("Because.\n- Do <b>this</b>")));
    }

    @AfterAll
    void stop() throws Exception {
        stub.close();
        server.close();
    }

    @BeforeEach
    void configure() throws Exception {
        configure("stub");
    }

    @Test
    void unknownFailure_isAskedOnce_andKeptOverARestart_atNoCost() throws Exception {
        long before = questions();
        BigDecimal savedBefore = saved();
        JsonNode first = explain("The flux lattice is not convergent at step 17");

        assertThat(first.at("/guidance/category").asText()).isEqualTo("unknown");
        assertThat(first.at("/guidance/explainable").asBoolean()).isTrue();
        assertThat(first.get("explanation"))
                .isEqualTo(Json.MAPPER.readTree("{\"text\": \"Because.\\n- Do <b>this</b>\", \"provider\": \"stub\","
                        + " \"model\": \"tiny-1\", \"cached\": false}"));
        JsonNode again = explain("The flux lattice is not convergent at step 99999");
        assertThat(again.at("/explanation/cached").asBoolean()).isTrue();
        assertThat(again.at("/explanation/text")).isEqualTo(first.at("/explanation/text"));
        assertThat(questions()).isEqualTo(before + 1);
        // 100 tokens in and 50 out.
        assertThat(saved().subtract(savedBefore)).isEqualByComparingTo("0.0007");
        awaitStored();

        server.terminate();
        server = ServerProcess.start(data);
        assertThat(explain("The flux lattice is not convergent at step 3")
                        .at("/explanation/cached")
                        .asBoolean())
                .isTrue();
        assertThat(questions()).isEqualTo(before + 1);
        assertThat(server.send("POST", "/api/v1/cache/clear/failure.explanation", null)
                        .statusCode())
                .isEqualTo(200);
        assertThat(explain("The flux lattice is not convergent at step 4")
                        .at("/explanation/cached")
                        .asBoolean())
                .isFalse();
    }

    @Test
    void sameFailure_atTheSameTime_isAskedOnce() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        stub.on("/odd/chat/completions", (exchange, call) -> {
            asked.countDown();
            go.await(60, TimeUnit.SECONDS);
            StubProvider.send(exchange, 200, "application/json", chat("Together."));
        });
        configure("odd");
        long before = questions();
        Map<String, String> body = Map.of("message", "The twin lattice is not convergent");
        CompletableFuture<JsonNode> first = CompletableFuture.supplyAsync(() -> answer(body));
        assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<JsonNode> second = CompletableFuture.supplyAsync(() -> answer(body));
        Awaitility.await().until(() -> cache().at("/tiers/l1/misses").asLong() >= 2);
        go.countDown();

        assertThat(first.get(60, TimeUnit.SECONDS).at("/explanation/cached").asBoolean())
                .isFalse();
        assertThat(second.get(60, TimeUnit.SECONDS).at("/explanation/cached").asBoolean())
                .isTrue();
        assertThat(questions()).isEqualTo(before + 1);
    }

    @Test
    void question_saysWhatIsToBeDone_andNoSecretOfTheMessage() throws Exception {
        explain("WidgetError: password='hunter two' at /home/zebra/x.py with AWS_SECRET_ACCESS_KEY=abc/def and "
                + "Authorization: Bearer sk-proj-zebra");

        StubProvider.Asked asked = stub.asked().get(stub.asked().size() - 1);
        assertThat(asked.fields()).containsEntry("authorization", "Bearer " + SECRET);
        assertThat(asked.fields()).containsEntry("content-type", "application/json");
        JsonNode body = Json.MAPPER.readTree(asked.body());
        assertThat(body.get("model").asText()).isEqualTo("tiny");
        assertThat(body.get("temperature").asInt()).isZero();
        assertThat(body.get("max_tokens").asInt()).isEqualTo(400);
        assertThat(body.at("/messages/0/role").asText()).isEqualTo("system");
        assertThat(body.at("/messages/1/content").asText())
                .isEqualTo("widgeterror: password # at /# with aws_secret_access_key # and authorization #");
        assertThat(server.output()).doesNotContain("hunter").doesNotContain("zebra");
        awaitStored();
        try (Stream<Path> files = Files.walk(data)) {
            assertThat(files.filter(Files::isRegularFile))
                    .as("nothing that is stored has the message, keys of caches included")
                    .isNotEmpty()
                    .noneSatisfy(file -> assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                            .containsIgnoringCase("widgeterror"));
        }
    }

    @Test
    void anthropic_isAskedInItsWay() throws Exception {
        stub.on(
                "/anthropic/v1/messages",
                (exchange, asked) -> StubProvider.send(
                        exchange,
                        200,
                        "application/json",
                        "{\"model\": \"tiny-c\", \"content\": [{\"text\": \"So.\"}]}"));
        configure("claude");

        JsonNode explained = explain("The anthropic lattice is not convergent");

        assertThat(explained.at("/explanation/text").asText()).isEqualTo("So.");
        assertThat(explained.at("/explanation/model").asText()).isEqualTo("tiny-c");
        StubProvider.Asked asked = stub.asked().get(stub.asked().size() - 1);
        assertThat(asked.fields()).containsEntry("anthropic-version", "2023-06-01");
        JsonNode body = Json.MAPPER.readTree(asked.body());
        assertThat(body.get("system").asText()).contains("plain text");
        assertThat(body.get("messages")).hasSize(1);
    }

    @Test
    void fallback_isNamedAsTheOneThatAnswered() throws Exception {
        stub.on(
                "/moved/chat/completions",
                (exchange, asked) -> StubProvider.send(exchange, 503, "application/json", "{}"));
        configure("moved");

        assertThat(explain("The moved lattice is not convergent")
                        .at("/explanation/provider")
                        .asText())
                .isEqualTo("stub");
    }

    @Test
    void knownFailure_asksNobody() throws Exception {
        long before = questions();
        JsonNode explained = explain("CUDA out of memory");

        assertThat(explained.at("/guidance/category").asText()).isEqualTo("out_of_memory");
        assertThat(explained.at("/guidance/explainable").asBoolean()).isFalse();
        assertThat(explained.get("explanation").isNull()).isTrue();
        assertThat(questions()).isEqualTo(before);
    }

    @Test
    void withoutModel_isAConflict_thatNamesTheSettings() throws Exception {
        server.send("DELETE", "/api/v1/config/settings/" + MODEL, null);
        HttpResponse<String> answer = send(Map.of("message", "The lone lattice is not convergent"));

        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(json(answer).get("detail").asText()).contains(PROVIDER).contains(MODEL);
        assertThat(json(server.send(
                                "POST",
                                "/api/v1/failures/analyze",
                                Map.of("message", "The lone lattice is not convergent")))
                        .get("explainable")
                        .asBoolean())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nobody", "any"})
    void providerThatCannotBeAsked_isAConflict(String name) throws Exception {
        configure(name);
        HttpResponse<String> answer = send(Map.of("message", "The odd lattice is not convergent"));

        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(json(answer).get("detail").asText()).contains(PROVIDER).contains(name);
    }

    @Test
    void budgetOfNothing_asksNobody() throws Exception {
        server.send(
                "POST",
                "/api/v1/budgets",
                Map.of("scope", "provider", "subject", "poor", "amount_usd", "0", "window", "total"));
        configure("poor");
        long before = questions();
        HttpResponse<String> answer = send(Map.of("message", "The poor lattice is not convergent"));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(402);
        assertThat(questions()).isEqualTo(before);
    }

    @Test
    void providerDown_isToldAndNotKept() throws Exception {
        configure("closed");
        Map<String, String> body = Map.of("message", "The closed lattice is not convergent");

        HttpResponse<String> answer = send(body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(502);
        assertThat(json(answer).get("detail").asText()).contains("closed cannot be reached");
        configure("stub");
        assertThat(send(body).statusCode()).isEqualTo(200);
    }

    @Test
    void providerThatRefuses_isToldWithoutItsWords() throws Exception {
        stub.on(
                "/odd/chat/completions",
                (exchange, asked) ->
                        StubProvider.send(exchange, 401, "application/json", "{\"error\": \"bad key sk-zebra\"}"));
        configure("odd");

        HttpResponse<String> answer = send(Map.of("message", "The refused lattice is not convergent"));

        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body()).contains("status 401").doesNotContain("zebra");
    }

    @Test
    void answerThatIsTooLong_isGivenUp() throws Exception {
        stub.on(
                "/odd/chat/completions",
                (exchange, asked) -> StubProvider.send(exchange, 200, "application/json", chat("x".repeat(100_000))));
        configure("odd");

        HttpResponse<String> answer = send(Map.of("message", "The endless lattice is not convergent"));

        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body()).contains("over 65536 bytes");
    }

    @Test
    void roles_whoOnlyLooks_mayNotSpend() throws Exception {
        Map<String, String> body = Map.of("message", "The role lattice is not convergent");
        assertThat(server.as(server.createKey("explain-viewer", "viewer"))
                        .send("POST", EXPLAIN, body)
                        .statusCode())
                .isEqualTo(403);
        assertThat(server.as(server.createKey("explain-reporter", "reporter"))
                        .send("POST", EXPLAIN, body)
                        .statusCode())
                .isEqualTo(200);
        assertThat(server.anonymously().send("POST", EXPLAIN, body).statusCode())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void invalid_isRefusedNamingThePlace(Map<String, Object> body, String pointer) throws Exception {
        HttpResponse<String> answer = send(body);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
        assertThat(json(answer).at("/errors/0/pointer").asText()).isEqualTo(pointer);
    }

    static Stream<Arguments> invalid() {
        return Stream.of(
                Arguments.of(Map.of(), "/message"),
                Arguments.of(Map.of("message", " \n"), "/message"),
                Arguments.of(Map.of("message", "x", "status", 99), "/status"),
                Arguments.of(Map.of("message", "x", "colour", "red"), "/colour"));
    }

    @Test
    void invalid_headersAndQuery_areRefused() throws Exception {
        Map<String, String> body = Map.of("message", "The odd lattice is not convergent");
        assertThat(server.send("POST", EXPLAIN, body, "X-Hone-Session", "none").statusCode())
                .isEqualTo(422);
        assertThat(server.send("POST", EXPLAIN + "?x=1", body).statusCode()).isEqualTo(422);
        assertThat(server.get(EXPLAIN).statusCode()).isEqualTo(405);
    }

    private void provider(String name, Map<String, ?> more) throws Exception {
        Map<String, Object> body =
                new HashMap<>(Map.of("name", name, "kind", "openai", "allow_private", true, "prices", PRICES));
        body.putAll(more);
        HttpResponse<String> made = server.send("POST", "/api/v1/providers", body);
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    }

    private void configure(String provider) throws Exception {
        for (List<String> setting : List.of(List.of(PROVIDER, provider), List.of(MODEL, "tiny"))) {
            HttpResponse<String> set =
                    server.send("PUT", "/api/v1/config/settings/" + setting.get(0), Map.of("value", setting.get(1)));
            assertThat(set.statusCode()).as(set.body()).isEqualTo(200);
        }
    }

    private static String chat(String text) {
        return Json.write(Map.of(
                "model",
                "tiny-1",
                "choices",
                List.of(Map.of("message", Map.of("role", "assistant", "content", text))),
                "usage",
                Map.of("prompt_tokens", 100, "completion_tokens", 50)));
    }

    private HttpResponse<String> send(Map<String, ?> body) throws Exception {
        return server.send("POST", EXPLAIN, body);
    }

    private JsonNode explain(String message) throws Exception {
        HttpResponse<String> answer = send(Map.of("message", message));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer);
    }

    private JsonNode answer(Map<String, String> body) {
        try {
            return json(send(body));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private long questions() {
        return stub.asked().stream()
                .filter(asked -> asked.method().equals("POST"))
                .count();
    }

    private JsonNode cache() throws Exception {
        return json(server.get("/api/v1/cache/stats/failure.explanation"));
    }

    private BigDecimal saved() throws Exception {
        return new BigDecimal(cache().get("money_saved_usd").asText());
    }

    private void awaitStored() {
        Awaitility.await().until(() -> cache().at("/tiers/durable/entries").asLong() > 0);
    }
}
