package io.hone.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hone.gateway.StubProvider;
import io.hone.http.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What calls through a running server come to when providers fail. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OutageIT {

    private static final long PATIENCE_SECONDS = 60;
    private static final String ASK = "{\"model\": \"tiny\", \"temperature\": 0, \"max_tokens\": 9, \"messages\": []}";
    private static final Map<String, Object> PRICES = Map.of(
            "tiny", Map.of("input_usd_per_million", "1", "output_usd_per_million", "1"),
            "small", Map.of("input_usd_per_million", "1000", "output_usd_per_million", "1000"));
    private static final String ANSWER =
            "{\"model\": \"small-2\", \"usage\": {\"prompt_tokens\": 100, \"completion_tokens\": 10}, \"choices\": []}";

    private ServerProcess server;
    private StubProvider stub;
    private String key;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        stub = new StubProvider();
        server = ServerProcess.start(data);
        HttpResponse<String> made = server.send("POST", "/api/v1/keys", Map.of("name", "job", "role", "reporter"));
        key = json(made).get("key").asText();
    }

    @AfterAll
    void stop() throws Exception {
        stub.close();
        server.close();
    }

    @Test
    void providerThatIsBusy_isAskedAgain_asOftenAsTheSettingSays() throws Exception {
        openai("busy", Map.of());
        AtomicInteger asked = new AtomicInteger();
        stub.on("/busy/v1/chat/completions", (exchange, call) -> {
            int status = asked.incrementAndGet() <= 2 ? 503 : 200;
            StubProvider.send(exchange, status, "application/json", status == 200 ? ANSWER : "{\"error\": {}}");
        });

        assertThat(ask("busy").statusCode()).isEqualTo(200);
        assertThat(asked).hasValue(3);

        openai("busier", Map.of());
        AtomicInteger never = new AtomicInteger();
        stub.on("/busier/v1/chat/completions", (exchange, call) -> {
            never.incrementAndGet();
            StubProvider.send(exchange, 503, "application/json", "{\"error\": {}}");
        });
        HttpResponse<String> answer = ask("busier");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).as("the provider's own").isEqualTo("{\"error\": {}}");
        assertThat(never).hasValue(3);
    }

    @Test
    void whatItMayHaveDone_andWhatTakesTooLong_isPassedOnAtOnce() throws Exception {
        openai("once", Map.of());
        AtomicInteger asked = new AtomicInteger();
        stub.on("/once/v1/chat/completions", (exchange, call) -> {
            exchange.getResponseHeaders().set("Retry-After", "30");
            StubProvider.send(exchange, asked.incrementAndGet() == 1 ? 500 : 429, "application/json", "{\"a\": 1}");
        });

        assertThat(ask("once").statusCode()).isEqualTo(500);
        HttpResponse<String> limited = ask("once");
        assertThat(limited.statusCode()).isEqualTo(429);
        assertThat(limited.body()).isEqualTo("{\"a\": 1}");
        assertThat(limited.headers().firstValue("Retry-After")).contains("30");
        assertThat(asked).hasValue(2);
    }

    @Test
    void fallback_answers_byItsOwnModelAndPrice_andIsKeptForNobody() throws Exception {
        openai("second", Map.of());
        openai(
                "first",
                Map.of(
                        "base_url",
                        "http://127.0.0.1:" + ServerProcess.freePort(),
                        "fallback",
                        Map.of("provider", "second", "models", Map.of("tiny", "small"))));
        List<String> bodies = new java.util.concurrent.CopyOnWriteArrayList<>();
        stub.on("/second/v1/chat/completions", (exchange, call) -> {
            bodies.add(call.body());
            StubProvider.send(exchange, 200, "application/json", ANSWER);
        });
        String session = server.createSession("fallback");

        for (int i = 1; i <= 2; i++) {
            HttpResponse<String> answer = ask("first", "X-Hone-Session", session);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.headers().firstValue("X-Hone-Provider")).contains("second");
            assertThat(answer.headers().firstValue("Cache-Status").orElseThrow())
                    .contains("fwd=uri-miss");
            assertThat(bodies).hasSize(i).last().isEqualTo(ASK.replace("tiny", "small"));
        }
        awaitTrue(() -> {
            JsonNode cost = json(server.get("/api/v1/sessions/" + session + "/cost"));
            // 110 tokens at a thousand dollars for a million, twice; the calls that never left cost nothing.
            return cost.get("cost_usd").asText().equals("0.22");
        });
        assertThat(json(server.get("/api/v1/providers/first/health"))
                        .get("last_error_category")
                        .asText())
                .isEqualTo("network");
    }

    @Test
    void errorsOfBothProviders_theLastWordIsAProviders() throws Exception {
        openai("b", Map.of());
        openai("a", Map.of("fallback", Map.of("provider", "b")));
        stub.on(
                "/a/v1/chat/completions",
                (exchange, call) -> StubProvider.send(exchange, 500, "application/json", "{\"from\": \"a\"}"));
        stub.on("/b/v1/chat/completions", (exchange, call) -> exchange.close());

        HttpResponse<String> answer = ask("a");
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).isEqualTo("{\"from\": \"a\"}");

        // An error without an end is none that could be held back: what comes instead is better.
        stub.on(
                "/b/v1/chat/completions",
                (exchange, call) -> StubProvider.send(exchange, 200, "application/json", ANSWER));
        stub.on("/a/v1/chat/completions", (exchange, call) -> {
            exchange.sendResponseHeaders(500, 0);
            byte[] part = new byte[16 * 1_024];
            try (OutputStream out = exchange.getResponseBody()) {
                while (true) {
                    out.write(part);
                }
            }
        });
        assertThat(ask("a").body()).isEqualTo(ANSWER);
    }

    @Test
    void providerThatFails_isLeftAlone_andSeenSo_untilItIsWellAgain() throws Exception {
        CountDownLatch well = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        stub.on("/failing/v1/chat/completions", (exchange, call) -> {
            asked.incrementAndGet();
            StubProvider.send(exchange, well.getCount() == 0 ? 200 : 500, "application/json", ANSWER);
        });
        openai("failing", Map.of());
        for (int i = 0; i < 5; i++) {
            assertThat(ask("failing").statusCode()).isEqualTo(500);
        }

        HttpResponse<String> refused = ask("failing");
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
        assertThat(json(refused).at("/error/code").asText()).isEqualTo("provider_paused");
        assertThat(Integer.parseInt(refused.headers().firstValue("Retry-After").orElseThrow()))
                .isBetween(1, 5);
        assertThat(asked).hasValue(5);
        JsonNode health = json(server.get("/api/v1/providers/failing/health"));
        assertThat(health.get("status").asText()).isEqualTo("unhealthy");
        assertThat(health.get("paused").asBoolean()).isTrue();
        assertThat(health.get("last_error_category").asText()).isEqualTo("provider_down");
        assertThat(json(server.send(
                                "POST",
                                "/api/v1/failures/analyze",
                                Map.of("message", "no answer", "provider", "failing")))
                        .get("provider_health")
                        .asText())
                .isEqualTo("unhealthy");
        assertThat(server.get("/metrics").body())
                .contains("hone_provider_health{provider=\"failing\"} 0.0")
                .contains("hone_gateway_upstream_seconds_count{outcome=\"failed\",provider=\"failing\"} 5");

        well.countDown();
        awaitTrue(() -> ask("failing").statusCode() == 200);
        awaitTrue(() -> ask("failing", "X-Hone-Cache", "bypass").statusCode() == 200
                && json(server.get("/api/v1/providers/failing/health"))
                        .get("status")
                        .asText()
                        .equals("healthy"));
    }

    @Test
    void keptAnswer_isGivenMeanwhile_andWhereTheProviderFails() throws Exception {
        JsonNode before = json(server.get("/api/v1/config/cache-rules")).get("rules");
        HttpResponse<String> put = server.send("PUT", "/api/v1/config/cache-rules", """
                {"rules": [
                  {"pattern": "/gateway/stale/**", "methods": ["POST"], "cache_post": true, "ttl_seconds": 1,
                   "stale_if_error_seconds": 3600},
                  {"pattern": "/gateway/meanwhile/**", "methods": ["POST"], "cache_post": true, "ttl_seconds": 1,
                   "stale_while_revalidate_seconds": 3600}]}
                """);
        assertThat(put.statusCode()).as(put.body()).isEqualTo(200);
        try {
            AtomicInteger asked = new AtomicInteger();
            AtomicInteger status = new AtomicInteger(200);
            StubProvider.Behaviour behaviour = (exchange, call) -> StubProvider.send(
                    exchange, status.get(), "application/json", "{\"n\": %d}".formatted(asked.incrementAndGet()));
            stub.on("/stale/v1/chat/completions", behaviour);
            stub.on("/meanwhile/v1/chat/completions", behaviour);
            openai("stale", Map.of());
            openai("meanwhile", Map.of());
            assertThat(ask("stale").body()).isEqualTo("{\"n\": 1}");
            assertThat(ask("meanwhile").body()).isEqualTo("{\"n\": 2}");
            status.set(500);

            String[] said = {""};
            awaitTrue(() -> {
                HttpResponse<String> answer = ask("stale");
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.body()).isEqualTo("{\"n\": 1}");
                said[0] = answer.headers().firstValue("Cache-Status").orElseThrow();
                return said[0].matches("hone; hit; ttl=-\\d+");
            });
            assertThat(ask("stale", "X-Hone-Cache", "refresh").statusCode())
                    .as("who wants a new one is told")
                    .isEqualTo(500);

            status.set(200);
            // The one that came past its time was answered at once; soon there is a new one.
            awaitTrue(() -> !ask("meanwhile").body().equals("{\"n\": 2}"));
        } finally {
            server.send("PUT", "/api/v1/config/cache-rules", "{\"rules\": %s}".formatted(before));
        }
    }

    @Test
    void deadline_endsTheWait_ofWhoSetIt_andOfNobodyElse() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        CountDownLatch there = new CountDownLatch(1);
        List<String> told = new java.util.concurrent.CopyOnWriteArrayList<>();
        stub.on("/hanging/v1/chat/completions", (exchange, call) -> {
            told.add(String.valueOf(call.fields().get("x-hone-timeout-ms")));
            there.countDown();
            assertThat(answer.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            StubProvider.send(exchange, 200, "application/json", ANSWER);
        });
        openai("hanging", Map.of());

        CompletableFuture<HttpResponse<String>> patient = CompletableFuture.supplyAsync(() -> unchecked("hanging"));
        assertThat(there.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        HttpResponse<String> late = ask("hanging", "X-Hone-Timeout-Ms", "50");
        assertThat(late.statusCode()).as(late.body()).isEqualTo(504);
        assertThat(json(late).at("/error/code").asText()).isEqualTo("provider_timeout");
        assertThat(json(late).get("detail").asText()).contains("50 ms");
        HttpResponse<String> alone = ask("hanging", "X-Hone-Timeout-Ms", "60", "X-Hone-Cache", "bypass");
        assertThat(alone.statusCode()).isEqualTo(504);
        answer.countDown();
        assertThat(patient.get(PATIENCE_SECONDS, TimeUnit.SECONDS).body()).isEqualTo(ANSWER);
        assertThat(told).hasSize(2);
        assertThat(Long.parseLong(told.get(1))).isBetween(1L, 60L);

        for (String wrong : List.of("0", "-1", "soon", "1.5", "3600001", "99999999999999999999", "")) {
            HttpResponse<String> refused = ask("hanging", "X-Hone-Timeout-Ms", wrong);
            assertThat(refused.statusCode()).as(wrong).isEqualTo(422);
            assertThat(json(refused).at("/error/message").asText()).isNotBlank();
        }
    }

    @Test
    void probes_costNothing_unlessAModelIsNamedForThem() throws Exception {
        stub.on("/probed/v1/models", (exchange, call) -> StubProvider.send(exchange, 200, "application/json", "{}"));
        openai("probed", Map.of("secret", "sk-probe"));
        assertThat(probe("probed").get("status").asText()).isEqualTo("healthy");
        assertThat(stub.probed().stream().filter(call -> call.uri().equals("/probed/v1/models")))
                .isNotEmpty()
                .allSatisfy(call -> {
                    assertThat(call.method()).isEqualTo("GET");
                    assertThat(call.fields()).containsEntry("authorization", "Bearer sk-probe");
                });

        stub.on("/unlisted/v1/models", (exchange, call) -> StubProvider.send(exchange, 404, "application/json", "{}"));
        stub.on(
                "/unlisted/v1/chat/completions",
                (exchange, call) -> StubProvider.send(exchange, 200, "application/json", ANSWER));
        openai("unlisted", Map.of());
        assertThat(probe("unlisted").get("status").asText()).isEqualTo("healthy");
        assertThat(stub.probed()).noneMatch(call -> call.uri().equals("/unlisted/v1/chat/completions"));

        server.send("PATCH", "/api/v1/providers/unlisted", Map.of("probe_model", "tiny"));
        assertThat(probe("unlisted").get("status").asText()).isEqualTo("healthy");
        List<StubProvider.Asked> paid = stub.probed().stream()
                .filter(call -> call.uri().equals("/unlisted/v1/chat/completions"))
                .toList();
        assertThat(paid).isNotEmpty();
        assertThat(Json.read(paid.get(0).body(), Map.class))
                .containsEntry("max_tokens", 1)
                .containsEntry("model", "tiny");

        server.send(
                "POST",
                "/api/v1/budgets",
                Map.of("scope", "provider", "subject", "unlisted", "amount_usd", "0", "window", "total"));
        int asked = paid.size();
        probe("unlisted");
        assertThat(stub.probed().stream().filter(call -> call.uri().equals("/unlisted/v1/chat/completions")))
                .as("no money, no probe")
                .hasSize(asked);
    }

    @Test
    void probeOfWhoDoesNotAcceptTheKey_saysSo() throws Exception {
        stub.on(
                "/locked/v1/models",
                (exchange, call) -> StubProvider.send(
                        exchange,
                        401,
                        "application/json",
                        "{\"error\": {\"message\": \"Incorrect API key provided\", \"code\": \"invalid_api_key\"}}"));
        openai("locked", Map.of("secret", "sk-wrong"));
        JsonNode health = probe("locked");
        assertThat(health.get("status").asText()).isEqualTo("unhealthy");
        assertThat(health.get("last_error_category").asText()).isEqualTo("api_key_invalid");
        assertThat(health.get("paused").asBoolean()).isFalse();
    }

    /** Its own patience is far longer than that of a probe. */
    @Test
    void probeOfWhoSaysNothing_ends_andSaysSo() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        stub.on("/silent/v1/models", (exchange, call) -> {
            assertThat(end.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            exchange.close();
        });
        openai("silent", Map.of("timeout_ms", 3_600_000));
        JsonNode health = probe("silent");
        end.countDown();
        assertThat(health.get("status").asText()).isEqualTo("unhealthy");
        assertThat(health.get("last_error_category").asText()).isEqualTo("timeout");
    }

    @Test
    void providerThatTakesAName_getsNothingOfWhoHadIt() throws Exception {
        stub.on(
                "/named/v1/chat/completions",
                (exchange, call) -> StubProvider.send(exchange, 200, "application/json", "{\"from\": \"the first\"}"));
        stub.on(
                "/named-anew/v1/chat/completions",
                (exchange, call) -> StubProvider.send(exchange, 200, "application/json", "{\"from\": \"the second\"}"));
        openai("named", Map.of());
        assertThat(ask("named").body()).contains("the first");
        assertThat(ask("named").headers().firstValue("Cache-Status").orElseThrow())
                .contains("hit");
        assertThat(json(server.get("/api/v1/providers/named/health"))
                        .get("calls")
                        .asInt())
                .isPositive();

        assertThat(server.send("DELETE", "/api/v1/providers/named", null).statusCode())
                .isEqualTo(204);
        openai("named", Map.of("base_url", stub.address() + "/named-anew/v1"));
        assertThat(json(server.get("/api/v1/providers/named/health"))
                        .get("last_error_at")
                        .isNull())
                .isTrue();
        assertThat(ask("named").body()).contains("the second");
    }

    @Test
    void fallbackThatIsNone_isRefused() throws Exception {
        openai("alone", Map.of());
        for (String fallback : List.of("alone", "nobody", "", "A")) {
            HttpResponse<String> refused =
                    server.send("PATCH", "/api/v1/providers/alone", Map.of("fallback", Map.of("provider", fallback)));
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(422);
            assertThat(json(refused).at("/errors/0/pointer").asText()).isEqualTo("/fallback/provider");
        }
    }

    private JsonNode probe(String name) throws Exception {
        HttpResponse<String> answer = server.send("POST", "/api/v1/providers/" + name + "/probe", null);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer);
    }

    private void openai(String name, Map<String, Object> members) throws Exception {
        Map<String, Object> body = new LinkedHashMap<>(Map.of(
                "name",
                name,
                "kind",
                "openai",
                "base_url",
                stub.address() + "/" + name + "/v1",
                "timeout_ms",
                30_000,
                "allow_private",
                true,
                "prices",
                PRICES));
        body.putAll(members);
        HttpResponse<String> made = server.send("POST", "/api/v1/providers", body);
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    }

    private HttpResponse<String> ask(String provider, String... headers) throws Exception {
        List<String> all = new ArrayList<>(List.of(headers));
        all.addAll(List.of("Authorization", "Bearer " + key));
        return server.send("POST", "/gateway/" + provider + "/chat/completions", ASK, all.toArray(String[]::new));
    }

    private HttpResponse<String> unchecked(String provider) {
        try {
            return ask(provider);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    /** Asks until it holds. */
    private static void awaitTrue(Condition condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("patience").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private static JsonNode json(HttpResponse<String> answer) throws IOException {
        return Json.MAPPER.readTree(answer.body().getBytes(StandardCharsets.UTF_8));
    }
}
