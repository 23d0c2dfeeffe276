package io.hone.process;

import static io.hone.process.ServerProcess.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.hone.gateway.StubProvider;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that a running server sends on to a provider. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GatewayIT {

    private static final String SECRET = "sk-upstream-0123456789abcdef";
    private static final long PATIENCE_SECONDS = 60;
    private static final Map<String, Object> PRICES =
            Map.of("tiny", Map.of("input_usd_per_million", "2", "output_usd_per_million", "10"));
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private ServerProcess server;
    private StubProvider stub;
    private String key;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        stub = new StubProvider();
        server = ServerProcess.start(data);
        provider("stub", Map.of("base_url", stub.address() + "/v1", "secret", SECRET));
        provider("closed", Map.of("base_url", "http://127.0.0.1:" + ServerProcess.freePort()));
        provider("nowhere", Map.of("base_url", "http://no-such-host.invalid/"));
        provider("slow", Map.of("base_url", stub.address(), "timeout_ms", 300));
        HttpResponse<String> made = server.send("POST", "/api/v1/keys", Map.of("name", "job", "role", "reporter"));
        key = json(made).get("key").asText();
    }

    @AfterAll
    void stop() throws Exception {
        stub.close();
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "REPORT"})
    void everyMethodAndBody_passes(String method) throws Exception {
        String body = method.equals("GET") ? null : "{\"model\": \"tiny\", \"text\": \"häß\"}";
        HttpResponse<String> answer = asJob(method, "/gateway/stub/chat%20a/b?x=%2F&y=1", body, "X-Custom", "kept");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode told = json(answer);
        assertThat(told.get("method").asText()).isEqualTo(method);
        assertThat(told.get("uri").asText()).isEqualTo("/v1/chat%20a/b?x=%2F&y=1");
        assertThat(told.get("body").asText()).isEqualTo(body == null ? "" : body);
        assertThat(told.at("/fields/x-custom").asText()).isEqualTo("kept");
        assertThat(answer.headers().firstValue("X-Provider")).contains("stub");
        assertThat(answer.headers().firstValue("Server-Timing").orElseThrow()).contains("upstream;dur=");
    }

    @Test
    void credentialsAndCookies_passInNeitherDirection() throws Exception {
        HttpResponse<String> answer = asJob(
                "POST",
                "/gateway/stub/fields",
                "{}",
                "Cookie",
                "session=1",
                "X-Forwarded-For",
                "10.1.1.1",
                "X-Hone-Session",
                server.createSession("fields"),
                "X-Hone-Project",
                "vision",
                "Origin",
                server.address());

        JsonNode fields = json(answer).get("fields");
        assertThat(fields.get("authorization").asText()).isEqualTo("Bearer " + SECRET);
        assertThat(fields.toString()).doesNotContain(key);
        for (String gone : List.of("cookie", "x-forwarded-for", "x-hone-session", "x-hone-project", "origin")) {
            assertThat(fields.has(gone)).as(gone).isFalse();
        }
        assertThat(fields.get("x-request-id").asText())
                .isEqualTo(answer.headers().firstValue("X-Request-ID").orElseThrow());
        assertThat(answer.headers().map().keySet().stream().map(String::toLowerCase))
                .doesNotContain("set-cookie", "access-control-allow-origin", "authorization");
        assertThat(answer.headers().allValues("Content-Security-Policy")).hasSize(1);
        assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("sandbox");
        assertThat(server.output()).doesNotContain(SECRET).doesNotContain(key);
    }

    @Test
    void keyWhereClientsOfAnthropicPutIt_letsIn() throws Exception {
        HttpResponse<String> answer =
                server.send("POST", "/gateway/stub/messages", "{}", "Authorization", "", "x-api-key", key);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer).get("fields").has("x-api-key")).isFalse();
        assertThat(server.send("POST", "/api/v1/sessions", "{}", "Authorization", "", "x-api-key", key)
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void stream_isPassedOnPartByPart() throws Exception {
        CountDownLatch[] read = {new CountDownLatch(1), new CountDownLatch(1)};
        stub.on("/v1/stream", (exchange, asked) -> {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            event(out, "one");
            await(read[0]);
            event(out, "two");
            await(read[1]);
            event(out, "[DONE]");
            out.close();
        });
        HttpResponse<java.io.InputStream> answer =
                HTTP.send(request("/gateway/stub/stream").build(), HttpResponse.BodyHandlers.ofInputStream());
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            // Each part is sent only after the one before has been read at the other end.
            assertThat(lines.readLine()).isEqualTo("data: one");
            read[0].countDown();
            lines.readLine();
            assertThat(lines.readLine()).isEqualTo("data: two");
            read[1].countDown();
            lines.readLine();
            assertThat(lines.readLine()).isEqualTo("data: [DONE]");
        }
    }

    @Test
    void manyStreamsAtOnce_holdNoThread() throws Exception {
        int streams = 300;
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger begun = new AtomicInteger();
        stub.on("/v1/held", (exchange, asked) -> {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            event(out, "begun");
            await(go);
            event(out, "[DONE]");
            out.close();
        });
        List<CompletableFuture<HttpResponse<Void>>> answers = new ArrayList<>();
        for (int i = 0; i < streams; i++) {
            answers.add(HTTP.sendAsync(
                    request("/gateway/stub/held").build(),
                    HttpResponse.BodyHandlers.fromLineSubscriber(new Lines(begun))));
        }
        Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(PATIENCE_SECONDS))
                .until(() -> begun.get() == streams);

        assertThat(server.get("/health").statusCode()).isEqualTo(200);
        assertThat(server.get("/api/v1/sessions").statusCode()).isEqualTo(200);
        go.countDown();
        for (CompletableFuture<HttpResponse<Void>> answer : answers) {
            assertThat(answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void largeBodies_passUnchanged() throws Exception {
        String large = "0123456789abcdef".repeat(400_000);
        JsonNode told = json(asJob("POST", "/gateway/stub/large", large));
        assertThat(told.get("body").asText()).isEqualTo(large);
    }

    @Test
    void statusOfTheProvider_keepsItsMeaning() throws Exception {
        stub.on("/v1/limited", (exchange, asked) -> {
            exchange.getResponseHeaders().set("Retry-After", "7");
            StubProvider.send(exchange, 429, "application/json", "{\"error\": {\"message\": \"slow down\"}}");
        });
        HttpResponse<String> answer = asJob("POST", "/gateway/stub/limited", "{}");
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().firstValue("Retry-After")).contains("7");
        assertThat(answer.body()).isEqualTo("{\"error\": {\"message\": \"slow down\"}}");
    }

    @Test
    void answerWithoutBody_passes() throws Exception {
        stub.on("/v1/empty", (exchange, asked) -> exchange.sendResponseHeaders(204, -1));
        HttpResponse<String> answer = asJob("DELETE", "/gateway/stub/empty", null);
        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.headers().firstValue("X-Response-Time")).isPresent();
        assertThat(asJob("HEAD", "/gateway/stub/anything", null).statusCode()).isEqualTo(200);
    }

    @Test
    void redirects_areNotFollowed_andStayBelowTheGatewayWhereTheyStayWithTheProvider() throws Exception {
        stub.on("/v1/moved", (exchange, asked) -> {
            exchange.getResponseHeaders().set("Location", asked.body());
            exchange.sendResponseHeaders(307, -1);
        });
        int before = stub.asked().size();
        assertThat(moved("http://169.254.169.254/latest")).isEqualTo("http://169.254.169.254/latest");
        assertThat(moved(stub.address() + "/v1/new?a=1")).isEqualTo("/gateway/stub/new?a=1");
        assertThat(moved("/v1/models")).isEqualTo("/gateway/stub/models");
        assertThat(moved("/v2/models")).isEqualTo("/v2/models");
        assertThat(moved("::no address::")).isEqualTo("::no address::");
        assertThat(stub.asked()).hasSize(before + 5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../admin",
                "/a/../../admin",
                "/%2e%2e/admin",
                "/%2E./admin",
                "/..%2fadmin",
                "/%252e%252e/admin",
                "/..;x=1/admin",
                "/a//b",
                "//evil.example/",
                "/a%5c..%5cb",
                "/a%00b",
                "/a%0d%0aX-Evil:1",
            })
    void pathsThatLeadElsewhere_areRefused(String path) throws Exception {
        int before = stub.asked().size();
        String answer = raw("GET /gateway/stub" + path + " HTTP/1.1");
        assertThat(answer).startsWith("HTTP/1.1 400").doesNotContain("X-Provider");
        assertThat(stub.asked()).hasSize(before);
    }

    @Test
    void addressThatLeavesTheGateway_isNoneOfItsOwn() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
            String request = "GET /gateway/../api/v1/sessions HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nx-api-key: %s\r\n"
                    .formatted(server.port(), key);
            socket.getOutputStream()
                    .write((request + "Connection: close\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer.substring(0, 12)).isIn("HTTP/1.1 400", "HTTP/1.1 401", "HTTP/1.1 404");
            assertThat(answer).doesNotContain("\"items\"");
        }
    }

    @Test
    void filesForModels_pass() throws Exception {
        provider("files", Map.of("base_url", stub.address(), "kind", "openai"));
        HttpResponse<String> answer = HTTP.send(
                request("/gateway/files/audio")
                        .header("Content-Type", "multipart/form-data; boundary=x")
                        .POST(HttpRequest.BodyPublishers.ofString("--x\r\n\r\nfile\r\n--x--\r\n"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(json(answer).get("body").asText()).contains("file");
    }

    @Test
    void methodsThatShowTheConnection_areRefused() throws Exception {
        assertThat(raw("TRACE /gateway/stub/x HTTP/1.1")).startsWith("HTTP/1.1 405");
    }

    @Test
    void refusals_haveTheShapeOfProvidersToo() throws Exception {
        refused(404, "not_found", asJob("POST", "/gateway/unknown/x", "{}"));
        refused(401, "unauthorized", server.send("POST", "/gateway/stub/x", "{}", "Authorization", ""));
        refused(401, "unauthorized", server.send("POST", "/gateway/stub/x", "{}", "Authorization", "Bearer no"));
        HttpResponse<String> viewer = server.send("POST", "/api/v1/keys", Map.of("name", "eyes", "role", "viewer"));
        refused(
                403,
                "forbidden",
                server.send(
                        "POST",
                        "/gateway/stub/x",
                        "{}",
                        "Authorization",
                        "Bearer " + json(viewer).get("key").asText()));
        refused(502, "provider_unreachable", asJob("POST", "/gateway/closed/x", "{}"));
        refused(502, "provider_unreachable", asJob("POST", "/gateway/nowhere/x", "{}"));
    }

    @Test
    void silentProvider_isGivenUp() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        stub.on("/silent", (exchange, asked) -> await(end));
        refused(504, "provider_timeout", asJob("POST", "/gateway/slow/silent", "{}"));
        end.countDown();
    }

    @Test
    void answerThatIsCutOff_isSeenToBe() {
        stub.on("/v1/cut", (exchange, asked) -> {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, 1_000);
            exchange.getResponseBody().write("{\"half\":".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            throw new IOException("gone");
        });
        assertThatThrownBy(() -> asJob("GET", "/gateway/stub/cut", null)).isInstanceOf(IOException.class);
    }

    @Test
    void clientThatGoesAway_endsTheCall() throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        stub.on("/v1/endless", (exchange, asked) -> {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            try {
                while (true) {
                    event(exchange.getResponseBody(), "more ".repeat(200));
                }
            } catch (IOException e) {
                gone.countDown();
            }
        });
        HttpResponse<java.io.InputStream> answer =
                HTTP.send(request("/gateway/stub/endless").build(), HttpResponse.BodyHandlers.ofInputStream());
        answer.body().read(new byte[10_000]);
        answer.body().close();
        assertThat(gone.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void providerWithALocalAddress_takesAllowPrivate() throws Exception {
        HttpResponse<String> refused = server.send(
                "POST", "/api/v1/providers", Map.of("name", "inside", "kind", "generic", "base_url", stub.address()));
        assertThat(refused.statusCode()).isEqualTo(422);
    }

    @Test
    void budget_stopsWhatItCannotPay_andIsChargedForWhatCameBack() throws Exception {
        model("priced");
        // 100 tokens in and 50 out cost 0.0007 USD; an estimate of 200 out is 0.002 and a little.
        stub.on(
                "/chat/completions",
                (exchange, asked) -> StubProvider.send(
                        exchange,
                        200,
                        "application/json",
                        "{\"model\": \"tiny\", \"usage\": {\"prompt_tokens\": 100, \"completion_tokens\": 50}}"));
        String budget = budget("priced", "0.0035");
        String session = server.createSession("prompting");
        String body = "{\"model\": \"tiny\", \"max_tokens\": 200, \"messages\": []}";
        for (int i = 1; i <= 2; i++) {
            assertThat(asJob("POST", "/gateway/priced/chat/completions", body, "X-Hone-Session", session)
                            .statusCode())
                    .isEqualTo(200);
            awaitSpent(budget, i == 1 ? "0.0007" : "0.0014");
        }
        assertThat(asJob("GET", "/gateway/priced/models", null).statusCode()).isEqualTo(200);
        assertThat(asJob("POST", "/gateway/priced/chat/completions", body).statusCode())
                .isEqualTo(200);
        awaitSpent(budget, "0.0021");
        JsonNode cost = json(server.get("/api/v1/sessions/" + session + "/cost"));
        assertThat(cost.get("calls").asInt()).isEqualTo(2);
        assertThat(cost.get("input_tokens").asInt()).isEqualTo(200);
        assertThat(cost.get("output_tokens").asInt()).isEqualTo(100);
        assertThat(cost.get("cost_usd").asText()).isEqualTo("0.0014");
        int before = stub.asked().size();
        HttpResponse<String> refused = asJob("POST", "/gateway/priced/chat/completions", body);
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(402);
        assertThat(json(refused).at("/budget_id").asText()).isEqualTo(budget);
        assertThat(json(refused).at("/resets_at").asText()).isNotEmpty();
        assertThat(json(refused).at("/error/code").asText()).isEqualTo("budget_exhausted");
        HttpResponse<String> unpriced = asJob("POST", "/gateway/priced/chat/completions", "{\"model\": \"other\"}");
        assertThat(unpriced.statusCode()).isEqualTo(402);
        assertThat(json(unpriced).get("detail").asText()).contains("no price for the model 'other'");
        assertThat(stub.asked()).hasSize(before);
    }

    @Test
    void parallelCalls_neverPassABudget() throws Exception {
        model("shared");
        stub.on(
                "/embeddings",
                (exchange, asked) -> StubProvider.send(
                        exchange,
                        200,
                        "application/json",
                        "{\"usage\": {\"prompt_tokens\": 10, \"completion_tokens\": 90}}"));
        // Each costs 0.00092, and is estimated a little higher: ten fit.
        String budget = budget("shared", "0.0101");
        String body = "{\"model\": \"tiny\", \"max_tokens\": 90}";
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            answers.add(HTTP.sendAsync(
                    request("/gateway/shared/embeddings")
                            .header("X-Hone-Cache", "bypass")
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString()));
        }
        int paid = 0;
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            int status = answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS).statusCode();
            assertThat(status).isIn(200, 402);
            paid += status == 200 ? 1 : 0;
        }
        assertThat(paid).isBetween(1, 10);
        awaitSpent(
                budget,
                new java.math.BigDecimal("0.00092")
                        .multiply(java.math.BigDecimal.valueOf(paid))
                        .stripTrailingZeros()
                        .toPlainString());
    }

    @Test
    void clientThatHangsUpInAStream_isChargedForWhatCame() throws Exception {
        model("streamed");
        String budget = budget("streamed", "10");
        CountDownLatch sent = new CountDownLatch(1);
        stub.on("/responses", (exchange, asked) -> {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            try {
                while (true) {
                    event(exchange.getResponseBody(), "{\"delta\": \"%s\"}".formatted("x".repeat(2_000)));
                }
            } catch (IOException e) {
                sent.countDown();
            }
        });
        HttpResponse<java.io.InputStream> answer = HTTP.send(
                request("/gateway/streamed/responses")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"model\": \"tiny\", \"stream\": true}"))
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        answer.body().read(new byte[10_000]);
        answer.body().close();
        assertThat(sent.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(PATIENCE_SECONDS))
                .untilAsserted(() -> {
                    JsonNode status = json(server.get("/api/v1/budgets/" + budget + "/status"));
                    // Four events at least, at 10 USD a million.
                    assertThat(new java.math.BigDecimal(status.get("spent_usd").asText()))
                            .isGreaterThan(new java.math.BigDecimal("0.00004"));
                    assertThat(status.get("reserved_usd").asText()).isEqualTo("0");
                });
    }

    @Test
    void streamThatWasNotAskedWhatItTook_isChargedExactly_andTheClientSeesNothingOfIt() throws Exception {
        model("asked");
        String budget = budget("asked", "10");
        String answer = "data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\n";
        String usage = "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":100}}\n\n";
        List<String> bodies = new java.util.concurrent.CopyOnWriteArrayList<>();
        stub.on("/chat/completions", (exchange, asked) -> {
            bodies.add(asked.body());
            StubProvider.send(exchange, 200, "text/event-stream", answer + usage + "data: [DONE]\n\n");
        });
        String body = "{\"model\": \"tiny\", \"temperature\": 0, \"max_tokens\": 200, \"stream\": true}";

        for (int i = 0; i < 2; i++) {
            assertThat(asJob("POST", "/gateway/asked/chat/completions", body).body())
                    .as("the second one from the cache")
                    .isEqualTo(answer + "data: [DONE]\n\n");
        }
        assertThat(bodies).containsExactly("{\"stream_options\":{\"include_usage\":true}," + body.substring(1));
        // 1,000 at 2 and 100 at 10 USD a million.
        awaitSpent(budget, "0.003");

        String wanting = body.replace("}", ", \"stream_options\": {\"include_usage\": true}}");
        assertThat(asJob("POST", "/gateway/asked/chat/completions", wanting).body())
                .isEqualTo(answer + usage + "data: [DONE]\n\n");
        assertThat(bodies).last().isEqualTo(wanting);
    }

    @Test
    void providerThatDoesNotKnowTheQuestion_getsWhatTheClientWrote_andIsNotAskedAgain() throws Exception {
        model("unwilling");
        String budget = budget("unwilling", "10");
        List<String> bodies = new java.util.concurrent.CopyOnWriteArrayList<>();
        stub.on("/chat/completions", (exchange, asked) -> {
            bodies.add(asked.body());
            if (asked.body().contains("stream_options")) {
                StubProvider.send(exchange, 422, "application/json", "{\"error\": \"extra fields not permitted\"}");
            } else {
                StubProvider.send(exchange, 200, "text/event-stream", "data: {\"choices\":[{}]}\n\ndata: [DONE]\n\n");
            }
        });
        String body = "{\"model\": \"tiny\", \"max_tokens\": 200, \"stream\": true}";

        for (int i = 0; i < 2; i++) {
            assertThat(asJob("POST", "/gateway/unwilling/chat/completions", body)
                            .statusCode())
                    .isEqualTo(200);
        }
        assertThat(bodies).hasSize(3);
        assertThat(bodies.subList(1, 3)).containsOnly(body);
        Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(PATIENCE_SECONDS))
                .until(() -> !json(server.get("/api/v1/budgets/" + budget + "/status"))
                        .get("spent_usd")
                        .asText()
                        .equals("0"));
    }

    @Test
    void callThatNeverReachedTheProvider_costsNothing() throws Exception {
        HttpResponse<String> made = server.send(
                "POST",
                "/api/v1/providers",
                Map.of(
                        "name",
                        "gone",
                        "kind",
                        "openai",
                        "base_url",
                        "http://127.0.0.1:" + ServerProcess.freePort(),
                        "allow_private",
                        true,
                        "prices",
                        PRICES));
        assertThat(made.statusCode()).isEqualTo(201);
        String budget = budget("gone", "1");
        assertThat(asJob("POST", "/gateway/gone/x", "{\"model\": \"tiny\"}").statusCode())
                .isEqualTo(502);
        awaitSpent(budget, "0");
    }

    @Test
    void limitsOfAProvider_hold() throws Exception {
        provider("limited", Map.of("base_url", stub.address(), "limits", Map.of("requests_per_minute", 2)));
        assertThat(asJob("GET", "/gateway/limited/a", null).statusCode()).isEqualTo(200);
        assertThat(asJob("GET", "/gateway/limited/a", null).statusCode()).isEqualTo(200);
        HttpResponse<String> third = asJob("GET", "/gateway/limited/a", null);
        assertThat(third.statusCode()).isEqualTo(429);
        assertThat(Integer.parseInt(third.headers().firstValue("Retry-After").orElseThrow()))
                .isBetween(1, 31);

        provider("single", Map.of("base_url", stub.address(), "limits", Map.of("concurrent_requests", 1)));
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        stub.on("/one", (exchange, asked) -> {
            entered.countDown();
            await(go);
            StubProvider.send(exchange, 200, "text/plain", "done");
        });
        CompletableFuture<HttpResponse<String>> first =
                HTTP.sendAsync(request("/gateway/single/one").build(), HttpResponse.BodyHandlers.ofString());
        await(entered);
        assertThat(asJob("GET", "/gateway/single/two", null).statusCode()).isEqualTo(429);
        go.countDown();
        assertThat(first.get(PATIENCE_SECONDS, TimeUnit.SECONDS).body()).isEqualTo("done");
        Awaitility.await().until(() -> asJob("GET", "/gateway/single/two", null).statusCode() == 200);
    }

    @Test
    void bodyWhoseCostCannotBeTold_isRefused() throws Exception {
        model("strict");
        assertThat(asJob("POST", "/gateway/strict/x", "{\"model\": \"tiny\", \"model\": \"dear\"}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(asJob("POST", "/gateway/strict/x", "{}", "X-Hone-Session", "no id")
                        .statusCode())
                .isEqualTo(422);
    }

    @Test
    void callWithoutTokens_passesABudgetAtNoCost_unlessEveryNameHasAPrice() throws Exception {
        answering("/jobs/batches");
        answering("/jobs/files");
        answering("/jobs/responses");
        provider("jobs", Map.of("base_url", stub.address() + "/jobs", "kind", "openai", "prices", PRICES));
        String budget = budget("jobs", "1");
        String session = server.createSession("jobs");

        assertThat(asJob("POST", "/gateway/jobs/batches", "{\"input_file_id\": \"f\"}", "X-Hone-Session", session)
                        .statusCode())
                .isEqualTo(200);
        assertThat(asJob(
                                "POST",
                                "/gateway/jobs/files",
                                "--x\r\n\r\n--x--",
                                "Content-Type",
                                "multipart/form-data; boundary=x",
                                "X-Hone-Session",
                                session)
                        .statusCode())
                .isEqualTo(200);
        awaitCalls(session, 2);
        awaitSpent(budget, "0");
        JsonNode cost = json(server.get("/api/v1/sessions/" + session + "/cost"));
        assertThat(cost.get("unpriced").asInt()).isZero();
        assertThat(cost.get("input_tokens").asInt()).isZero();
        HttpResponse<String> nameless = asJob("POST", "/gateway/jobs/responses", "{\"input\": \"x\"}");
        refused(402, "budget_exhausted", nameless);
        assertThat(json(nameless).get("detail").asText()).contains("names no model");

        HttpResponse<String> priced = server.send(
                "PATCH",
                "/api/v1/providers/jobs",
                Map.of("prices", Map.of("*", Map.of("input_usd_per_million", "2", "output_usd_per_million", "10"))));
        assertThat(priced.statusCode()).as(priced.body()).isEqualTo(200);
        assertThat(asJob("POST", "/gateway/jobs/batches", "{\"input_file_id\": \"f\"}")
                        .statusCode())
                .isEqualTo(200);
        awaitSpent(budget, "0.0007");
    }

    @Test
    void session_hasToExist_andItsProjectPays() throws Exception {
        model("projects");
        answering("/projects/chat/completions");
        String path = "/gateway/projects/projects/chat/completions";
        String body = "{\"model\": \"tiny\", \"max_tokens\": 200}";
        String session = json(server.send(
                        "POST",
                        "/api/v1/sessions",
                        Map.of("name", "paying", "project", "paying", "model", "m", "technique", "other")))
                .get("id")
                .asText();
        String budget = json(server.send(
                        "POST",
                        "/api/v1/budgets",
                        Map.of("scope", "project", "subject", "paying", "amount_usd", "1", "window", "total")))
                .get("id")
                .asText();
        JsonNode before = json(server.get("/api/v1/cache/stats/session.project"));

        assertThat(asJob("POST", path, body, "X-Hone-Session", session).statusCode())
                .isEqualTo(200);
        assertThat(asJob("POST", path, body, "X-Hone-Session", session).statusCode())
                .isEqualTo(200);
        awaitSpent(budget, "0.0014");
        assertThat(asJob("POST", path, body, "X-Hone-Session", session, "X-Hone-Project", "another")
                        .statusCode())
                .isEqualTo(200);
        JsonNode after = json(server.get("/api/v1/cache/stats/session.project"));
        assertThat(after.get("misses").asLong() - before.get("misses").asLong()).isEqualTo(1);
        assertThat(after.get("hits").asLong() - before.get("hits").asLong()).isEqualTo(2);

        int asked = stub.asked().size();
        HttpResponse<String> unknown =
                asJob("POST", path, body, "X-Hone-Session", UUID.randomUUID().toString());
        refused(422, "validation", unknown);
        assertThat(json(unknown).at("/errors/0/pointer").asText()).isEqualTo("X-Hone-Session");
        assertThat(server.send("DELETE", "/api/v1/sessions/" + session, null).statusCode())
                .isEqualTo(204);
        HttpResponse<String> binned = asJob("POST", path, body, "X-Hone-Session", session);
        refused(422, "validation", binned);
        assertThat(json(binned).get("detail").asText()).contains("in the bin");
        assertThat(stub.asked()).hasSize(asked);

        assertThat(server.send("POST", "/api/v1/sessions/" + session + "/restore", null)
                        .statusCode())
                .isEqualTo(200);
        assertThat(asJob("POST", path, body, "X-Hone-Session", session).statusCode())
                .isEqualTo(200);
        awaitSpent(budget, "0.0021");
        HttpResponse<String> moved =
                server.send("PATCH", "/api/v1/sessions/" + session, Map.of("project", "elsewhere"));
        assertThat(moved.statusCode()).as(moved.body()).isEqualTo(200);
        assertThat(asJob("POST", path, body, "X-Hone-Session", session).statusCode())
                .isEqualTo(200);
        awaitCalls(session, 5);
        awaitSpent(budget, "0.0021");
    }

    @Test
    void sameQuestion_isAskedOnce_howeverItIsWritten() throws Exception {
        answering("/cached/chat/completions");
        provider("cached2", Map.of("base_url", stub.address() + "/cached", "kind", "openai", "prices", PRICES));
        String session = server.createSession("cached");
        String path = "/gateway/cached2/chat/completions";
        JsonNode before = json(server.get("/api/v1/cache/stats/llm.response"));
        HttpResponse<String> first = asJob(
                "POST",
                path,
                "{\"model\": \"tiny\", \"temperature\": 0, \"seed\": 1, \"user\": \"a\"}",
                "X-Hone-Session",
                session);
        assertThat(cacheStatus(first)).isEqualTo("hone; fwd=uri-miss");
        HttpResponse<String> again = asJob(
                "POST",
                path,
                "{\"seed\":1.0,\"user\":\"b\",\"temperature\":0.0,\n \"model\":\"tiny\"}",
                "X-Hone-Session",
                session);
        assertThat(cacheStatus(again)).startsWith("hone; hit; ttl=");
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.headers().firstValue("Age")).isPresent();
        assertThat(again.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(asked("/cached/chat/completions")).isEqualTo(1);
        JsonNode after = json(server.get("/api/v1/cache/stats/llm.response"));
        assertThat(after.get("requests").asLong() - before.get("requests").asLong())
                .isEqualTo(2);
        assertThat(after.get("hits").asLong() - before.get("hits").asLong()).isEqualTo(1);
        String queried = "{\"model\": \"tiny\", \"temperature\": 0, \"seed\": 3}";
        assertThat(cacheStatus(asJob("POST", path + "?b=2&a=1&a=0", queried))).isEqualTo("hone; fwd=uri-miss");
        assertThat(cacheStatus(asJob("POST", path + "?a=1&a=0&b=2", queried))).startsWith("hone; hit");
        assertThat(cacheStatus(asJob("POST", path + "?a=0&a=1&b=2", queried))).isEqualTo("hone; fwd=uri-miss");
        for (String other : List.of(
                "{\"model\": \"tiny\", \"temperature\": 0, \"seed\": 2}",
                "{\"model\": \"tiny\", \"temperature\": 0, \"seed\": 1, \"stream\": true}",
                "{\"model\": \"tiny\", \"temperature\": 0, \"seed\": \"1\"}")) {
            assertThat(cacheStatus(asJob("POST", path, other))).as(other).isEqualTo("hone; fwd=uri-miss");
        }
        Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(PATIENCE_SECONDS))
                .untilAsserted(() -> {
                    JsonNode cost = json(server.get("/api/v1/sessions/" + session + "/cost"));
                    assertThat(cost.get("calls").asInt()).isEqualTo(1);
                    assertThat(cost.get("cache_hits").asInt()).isEqualTo(1);
                    assertThat(cost.get("saved_usd").asText()).isEqualTo("0.0007");
                });
        JsonNode cache = json(server.get("/api/v1/cache/stats/llm.response"));
        assertThat(new java.math.BigDecimal(cache.get("money_saved_usd").asText()))
                .isGreaterThanOrEqualTo(new java.math.BigDecimal("0.0007"));
    }

    @Test
    void answerThatChanceHasAPartIn_isKeptOnlyIfAllowed_andForNobodyElse() throws Exception {
        answering("/chance/chat/completions");
        provider("chance", Map.of("base_url", stub.address() + "/chance", "kind", "openai"));
        String path = "/gateway/chance/chat/completions";
        String body = "{\"model\": \"tiny\", \"temperature\": 0.7}";
        assertThat(cacheStatus(asJob("POST", path, body))).isEqualTo("hone; fwd=bypass; detail=chance");
        assertThat(cacheStatus(asJob("POST", path, body, "X-Hone-Cache", "allow")))
                .isEqualTo("hone; fwd=uri-miss");
        assertThat(cacheStatus(asJob("POST", path, body, "X-Hone-Cache", "allow")))
                .startsWith("hone; hit");
        assertThat(cacheStatus(asJob("POST", path, body))).isEqualTo("hone; fwd=bypass; detail=chance");

        String cold = "{\"model\": \"tiny\", \"temperature\": 0}";
        asJob("POST", path, cold);
        assertThat(cacheStatus(asJob("POST", path, cold))).startsWith("hone; hit");
        assertThat(cacheStatus(server.send("POST", path, cold))).isEqualTo("hone; fwd=uri-miss");
        assertThat(cacheStatus(asJob("POST", path, cold, "X-Hone-Cache", "bypass")))
                .isEqualTo("hone; fwd=bypass; detail=asked-for");
        assertThat(cacheStatus(asJob("POST", path, cold, "Cache-Control", "no-store")))
                .isEqualTo("hone; fwd=bypass; detail=asked-for");
        assertThat(cacheStatus(asJob("POST", path, cold, "X-Hone-Cache", "refresh")))
                .isEqualTo("hone; fwd=request");
        assertThat(cacheStatus(asJob("POST", path, cold, "anthropic-version", "2")))
                .isEqualTo("hone; fwd=uri-miss");
        assertThat(cacheStatus(
                        asJob("POST", path, "{\"temperature\": 0, \"model\": \"tiny\", \"seed\": 9007199254740993}")))
                .isEqualTo("hone; fwd=bypass; detail=ambiguous");
        assertThat(cacheStatus(asJob("POST", "/gateway/chance/other", cold)))
                .isEqualTo("hone; fwd=bypass; detail=no-rule");
    }

    @Test
    void answersThatAreNotToBeKept_areNot() throws Exception {
        JsonNode before = json(server.get("/api/v1/config/cache-rules")).get("rules");
        server.send(
                "PUT",
                "/api/v1/config/cache-rules",
                "{\"rules\": [{\"pattern\": \"/gateway/stub/kept/*\", \"methods\": [\"GET\", \"POST\"],"
                        + " \"cache_post\": true, \"ttl_seconds\": 60}]}");
        try {
            Map<String, Map<String, String>> answers = Map.of(
                    "plain", Map.of(),
                    "cookie", Map.of("Set-Cookie", "a=b"),
                    "secret", Map.of("Cache-Control", "no-store"),
                    "own", Map.of("Cache-Control", "private, max-age=60"),
                    "encoded", Map.of("Vary", "Accept-Encoding"),
                    "agent", Map.of("Vary", "Accept, User-Agent"),
                    "any", Map.of("Vary", "*"));
            answers.forEach((name, fields) -> stub.on("/v1/kept/" + name, (exchange, asked) -> {
                fields.forEach(exchange.getResponseHeaders()::set);
                StubProvider.send(exchange, 200, "text/plain", name);
            }));
            for (String name : answers.keySet()) {
                asJob("GET", "/gateway/stub/kept/" + name, null);
                HttpResponse<String> again = asJob("GET", "/gateway/stub/kept/" + name, null);
                assertThat(again.body()).isEqualTo(name);
                assertThat(cacheStatus(again))
                        .as(name)
                        .startsWith(
                                List.of("plain", "encoded", "agent").contains(name)
                                        ? "hone; hit"
                                        : "hone; fwd=uri-miss");
            }
            assertThat(cacheStatus(asJob("GET", "/gateway/stub/kept/encoded", null, "Accept-Encoding", "gzip")))
                    .startsWith("hone; fwd=vary-miss");
            String large = "x".repeat(5_000_000);
            stub.on("/v1/kept/large", (exchange, asked) -> StubProvider.send(exchange, 200, "text/plain", large));
            for (int i = 0; i < 2; i++) {
                HttpResponse<String> answer = asJob("POST", "/gateway/stub/kept/large", "{}");
                assertThat(answer.body()).isEqualTo(large);
                assertThat(cacheStatus(answer)).isEqualTo("hone; fwd=uri-miss");
            }
        } finally {
            HttpResponse<String> restored =
                    server.send("PUT", "/api/v1/config/cache-rules", "{\"rules\": %s}".formatted(before));
            assertThat(restored.statusCode()).as(restored.body()).isEqualTo(200);
        }
        assertThat(asJob("POST", "/gateway/stub/x", "{}", "X-Hone-Cache", "perhaps")
                        .statusCode())
                .isEqualTo(422);
    }

    @Test
    void sameQuestionAHundredTimesAtOnce_isAskedOnce() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        stub.on("/herd/embeddings", (exchange, asked) -> {
            await(go);
            StubProvider.send(exchange, 200, "application/json", "{\"data\": []}");
        });
        provider("herd", Map.of("base_url", stub.address() + "/herd", "kind", "openai"));
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            answers.add(HTTP.sendAsync(
                    request("/gateway/herd/embeddings")
                            .POST(HttpRequest.BodyPublishers.ofString("{\"model\": \"tiny\"}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString()));
        }
        Awaitility.await().until(() -> asked("/herd/embeddings") == 1);
        go.countDown();
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            assertThat(answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS).body()).isEqualTo("{\"data\": []}");
        }
        assertThat(asked("/herd/embeddings")).isEqualTo(1);
    }

    @Test
    void stream_isReplayedWhole_andOneThatWasCutOffIsNot() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        stub.on("/told/chat/completions", (exchange, asked) -> {
            boolean whole = calls.incrementAndGet() > 1;
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            event(exchange.getResponseBody(), "{\"delta\": \"a\"}");
            if (whole) {
                event(exchange.getResponseBody(), "[DONE]");
            }
            exchange.getResponseBody().close();
        });
        provider("told", Map.of("base_url", stub.address() + "/told", "kind", "openai"));
        String body = "{\"model\": \"tiny\", \"temperature\": 0, \"stream\": true}";
        String path = "/gateway/told/chat/completions";
        asJob("POST", path, body);
        HttpResponse<String> second = asJob("POST", path, body);
        assertThat(cacheStatus(second)).isEqualTo("hone; fwd=uri-miss");
        HttpResponse<String> third = asJob("POST", path, body);
        assertThat(cacheStatus(third)).startsWith("hone; hit");
        assertThat(third.body()).isEqualTo(second.body()).endsWith("data: [DONE]\n\n");
        assertThat(third.headers().firstValue("Content-Type")).contains("text/event-stream");
        assertThat(calls).hasValue(2);
    }

    @Test
    void errors_areNotKept_andReachAllWhoWaited() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        stub.on("/bad/embeddings", (exchange, asked) -> {
            await(go);
            StubProvider.send(exchange, 500, "application/json", "{\"error\": {}}");
        });
        provider("bad", Map.of("base_url", stub.address() + "/bad", "kind", "openai"));
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            answers.add(HTTP.sendAsync(
                    request("/gateway/bad/embeddings")
                            .POST(HttpRequest.BodyPublishers.ofString("{\"model\": \"tiny\"}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString()));
        }
        go.countDown();
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            assertThat(answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS).statusCode())
                    .isEqualTo(500);
        }
        assertThat(cacheStatus(asJob("POST", "/gateway/bad/embeddings", "{\"model\": \"tiny\"}")))
                .isEqualTo("hone; fwd=uri-miss");
    }

    @Test
    void answersThatWerePaidFor_outliveTheServer(@TempDir Path data) throws Exception {
        answering("/durable/chat/completions");
        String body = "{\"model\": \"tiny\", \"temperature\": 0}";
        String path = "/gateway/durable/chat/completions";
        try (ServerProcess first = ServerProcess.start(data)) {
            first.send(
                    "POST",
                    "/api/v1/providers",
                    Map.of(
                            "name",
                            "durable",
                            "kind",
                            "openai",
                            "base_url",
                            stub.address() + "/durable",
                            "allow_private",
                            true));
            assertThat(cacheStatus(first.send("POST", path, body))).isEqualTo("hone; fwd=uri-miss");
            assertThat(first.terminate()).isZero();
        }
        try (ServerProcess second = ServerProcess.start(data)) {
            HttpResponse<String> kept = second.send("POST", path, body);
            assertThat(cacheStatus(kept)).startsWith("hone; hit");
            assertThat(json(kept).get("model").asText()).isEqualTo("tiny");
        }
        assertThat(asked("/durable/chat/completions")).isEqualTo(1);
    }

    private void answering(String path) {
        stub.on(
                path,
                (exchange, asked) -> StubProvider.send(
                        exchange,
                        200,
                        "application/json",
                        "{\"model\": \"tiny\", \"usage\": {\"prompt_tokens\": 100, \"completion_tokens\": 50}}"));
    }

    private long asked(String path) {
        return stub.asked().stream().filter(one -> one.uri().equals(path)).count();
    }

    private static String cacheStatus(HttpResponse<String> answer) {
        assertThat(answer.headers().allValues("Cache-Status")).as(answer.body()).hasSize(1);
        return answer.headers().firstValue("Cache-Status").orElseThrow();
    }

    private void model(String name) throws Exception {
        HttpResponse<String> made = server.send(
                "POST",
                "/api/v1/providers",
                Map.of(
                        "name",
                        name,
                        "kind",
                        "openai",
                        "base_url",
                        stub.address(),
                        "allow_private",
                        true,
                        "prices",
                        PRICES));
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    }

    private String budget(String provider, String amount) throws Exception {
        HttpResponse<String> made = server.send(
                "POST",
                "/api/v1/budgets",
                Map.of(
                        "scope",
                        "provider",
                        "subject",
                        provider,
                        "amount_usd",
                        amount,
                        "window",
                        "day",
                        "action",
                        "block"));
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        return json(made).get("id").asText();
    }

    /** Calls are settled once they are over, which no answer waits for. */
    private void awaitSpent(String budget, String spent) {
        Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(PATIENCE_SECONDS))
                .untilAsserted(() -> {
                    JsonNode status = json(server.get("/api/v1/budgets/" + budget + "/status"));
                    assertThat(status.get("spent_usd").asText()).isEqualTo(spent);
                    assertThat(status.get("reserved_usd").asText()).isEqualTo("0");
                });
    }

    private void awaitCalls(String session, int calls) {
        Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(PATIENCE_SECONDS))
                .until(() -> json(server.get("/api/v1/sessions/" + session + "/cost"))
                                .get("calls")
                                .asInt()
                        == calls);
    }

    private String moved(String location) throws Exception {
        HttpResponse<String> answer = asJob("POST", "/gateway/stub/moved", location);
        assertThat(answer.statusCode()).isEqualTo(307);
        return answer.headers().firstValue("Location").orElseThrow();
    }

    private static void refused(int status, String code, HttpResponse<String> answer) throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        JsonNode problem = json(answer);
        assertThat(problem.at("/status").asInt()).isEqualTo(status);
        assertThat(problem.at("/error/code").asText()).isEqualTo(code);
        assertThat(problem.at("/error/message").asText())
                .isEqualTo(problem.at("/detail").asText());
    }

    private void provider(String name, Map<String, Object> members) throws Exception {
        Map<String, Object> body = new LinkedHashMap<>(
                Map.of("name", name, "kind", "generic", "timeout_ms", 30_000, "allow_private", true));
        body.putAll(members);
        HttpResponse<String> made = server.send("POST", "/api/v1/providers", body);
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    }

    private HttpResponse<String> asJob(String method, String path, Object body, String... headers) throws Exception {
        List<String> all = new ArrayList<>(List.of(headers));
        all.addAll(List.of("Authorization", "Bearer " + key));
        return server.send(method, path, body, all.toArray(String[]::new));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(server.address() + path)).header("Authorization", "Bearer " + key);
    }

    /** What the server answers to a request line that no client would send. */
    private String raw(String line) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
            String request = "%s\r\nHost: 127.0.0.1:%d\r\nAuthorization: Bearer %s\r\nConnection: close\r\n\r\n"
                    .formatted(line, server.port(), key);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void event(OutputStream out, String data) throws IOException {
        out.write(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    /** Counts the streams whose first line came. */
    private static final class Lines implements java.util.concurrent.Flow.Subscriber<String> {

        private final AtomicInteger begun;
        private boolean first = true;

        Lines(AtomicInteger begun) {
            this.begun = begun;
        }

        @Override
        public void onSubscribe(java.util.concurrent.Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(String line) {
            if (first) {
                first = false;
                begun.incrementAndGet();
            }
        }

        @Override
        public void onError(Throwable failure) {
            // The future of the answer fails with it.
        }

        @Override
        public void onComplete() {
            // Nothing is left to count.
        }
    }
}
