package io.hone.process;

import static io.hone.process.ServerProcess.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import io.hone.gateway.StubProvider;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

/** What the gateway keeps of providers that speak plain HTTP, and for whom. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GatewayCacheIT {

    private static final long PATIENCE_SECONDS = 60;
    private static final int LARGE = 5_000_000;
    private static final int BEGINNING = 1_000_000;
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private ServerProcess server;
    private StubProvider stub;
    private String key;
    private String other;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        stub = new StubProvider();
        server = ServerProcess.start(data);
        provider("plain", stub.address());
        key = server.createKey("one", "reporter");
        other = server.createKey("two", "reporter");
        // Without a rule for them nothing is shared; the one for files of that kind is not about files of providers.
        rules("{\"pattern\": \"/gateway/plain/open/**\", \"cache_authenticated\": \"shared\", \"ttl_seconds\": 60},"
                + "{\"pattern\": \"/gateway/plain/hinted/*\", \"ttl_seconds\": 60, \"vary_headers\": [\"X-Tenant\"]},"
                + "{\"pattern\": \"/gateway/plain/never/*\", \"cache_authenticated\": \"no\"},"
                + "{\"pattern\": \"/**.json\", \"cache_authenticated\": \"shared\", \"ttl_seconds\": 60}");
    }

    @AfterAll
    void stop() throws Exception {
        stub.close();
        server.close();
    }

    @Test
    void answer_isKeptAsLongAsItSays() throws Exception {
        answers("/fresh", "Cache-Control", "max-age=60");
        HttpResponse<String> first = get("/fresh");
        assertThat(status(first)).startsWith("hone; fwd=uri-miss; stored; ttl=");
        HttpResponse<String> again = get("/fresh");
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(status(again)).startsWith("hone; hit; ttl=");
        assertThat(again.headers().firstValue("Age")).isPresent();
        assertThat(again.headers().firstValue("Server-Timing").orElseThrow()).contains("cache");
        assertThat(status(get("/fresh?other"))).startsWith("hone; fwd=uri-miss");
        HttpResponse<String> head = send("HEAD", "/fresh", null, key);
        assertThat(status(head)).startsWith("hone; hit");
        assertThat(head.headers().firstValue("Content-Length"))
                .contains(Integer.toString(first.body().length()));
        assertThat(head.body()).isEmpty();
        assertThat(asked("/fresh")).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-store", "private, max-age=60", "max-age=0", "no-cache"})
    void answer_thatMayNotBeReused_isNot(String control) throws Exception {
        String path = "/unkept" + control.hashCode();
        answers(path, "Cache-Control", control);
        String first = get(path).body();
        assertThat(get(path).body()).isNotEqualTo(first);
        assertThat(asked(path)).isEqualTo(2);
    }

    @Test
    void answer_ofARuleThatKeepsNothing_passes() throws Exception {
        answers("/never/x", "Cache-Control", "max-age=60");
        for (int i = 1; i <= 2; i++) {
            assertThat(status(get("/never/x"))).isEqualTo("hone; fwd=bypass; detail=by-rule");
            assertThat(asked("/never/x")).isEqualTo(i);
        }
    }

    @Test
    void answer_withoutAWordOnTime_isKeptAsTheRuleSays_forEachOfItsFields() throws Exception {
        answers("/hinted/x", "X-Any", "1");
        answers("/unhinted", "X-Any", "1");
        assertThat(status(get("/hinted/x"))).startsWith("hone; fwd=uri-miss; stored; ttl=");
        assertThat(status(get("/hinted/x"))).startsWith("hone; hit");
        assertThat(status(get("/hinted/x", "X-Tenant", "a"))).startsWith("hone; fwd=uri-miss");
        assertThat(status(get("/hinted/x", "X-Tenant", "a"))).startsWith("hone; hit");
        get("/unhinted");
        assertThat(status(get("/unhinted"))).isEqualTo("hone; fwd=uri-miss");
    }

    @Test
    void answer_isNeverAnotherUsers_unlessARuleShares() throws Exception {
        answers("/users.json", "Cache-Control", "public, max-age=60");
        answers("/open/users.json", "Cache-Control", "max-age=60");
        String mine = get("/users.json").body();
        HttpResponse<String> theirs = send("GET", "/users.json", null, other);
        assertThat(theirs.body()).isNotEqualTo(mine);
        assertThat(status(theirs)).startsWith("hone; fwd=uri-miss");
        assertThat(get("/users.json").body()).isEqualTo(mine);
        assertThat(send("GET", "/users.json", null, other).body()).isEqualTo(theirs.body());
        assertThat(asked("/users.json")).isEqualTo(2);

        String shared = get("/open/users.json").body();
        assertThat(send("GET", "/open/users.json", null, other).body()).isEqualTo(shared);
        assertThat(asked("/open/users.json")).isEqualTo(1);
        // Whoever may not use the gateway gets nothing from its cache.
        assertThat(server.send("GET", "/gateway/plain/open/users.json", null, "Authorization", "")
                        .statusCode())
                .isEqualTo(401);
        String viewer = server.createKey("eyes", "viewer");
        assertThat(send("GET", "/open/users.json", null, viewer).statusCode()).isEqualTo(403);
    }

    @Test
    void answer_variesByAnyField() throws Exception {
        stub.on("/varying", (exchange, asked) -> {
            exchange.getResponseHeaders().set("Cache-Control", "max-age=60");
            exchange.getResponseHeaders().set("Vary", "X-Flavour, Accept-Language");
            StubProvider.send(exchange, 200, "text/plain", asked.fields().get("x-flavour"));
        });
        assertThat(status(get("/varying", "X-Flavour", "sweet"))).startsWith("hone; fwd=uri-miss");
        assertThat(status(get("/varying", "X-Flavour", "sour"))).startsWith("hone; fwd=vary-miss");
        HttpResponse<String> sweet = get("/varying", "X-Flavour", "sweet");
        assertThat(sweet.body()).isEqualTo("sweet");
        assertThat(status(sweet)).startsWith("hone; hit");
        assertThat(status(get("/varying", "X-Flavour", "sweet", "Accept-Language", "de")))
                .startsWith("hone; fwd=vary-miss");
        assertThat(asked("/varying")).isEqualTo(3);
    }

    @Test
    void answer_thatMustBeChecked_isAskedAboutByItsTag_andClientsToo() throws Exception {
        stub.on("/tagged", (exchange, asked) -> {
            exchange.getResponseHeaders().set("Cache-Control", "no-cache");
            exchange.getResponseHeaders().set("ETag", "\"v1\"");
            if ("\"v1\"".equals(asked.fields().get("if-none-match"))) {
                exchange.sendResponseHeaders(304, -1);
            } else {
                StubProvider.send(exchange, 200, "text/plain", "whole");
            }
        });
        assertThat(get("/tagged").body()).isEqualTo("whole");
        HttpResponse<String> checked = get("/tagged");
        assertThat(checked.statusCode()).isEqualTo(200);
        assertThat(checked.body()).isEqualTo("whole");
        assertThat(status(checked)).contains("fwd-status=304");
        HttpResponse<String> known = get("/tagged", "If-None-Match", "W/\"v1\"");
        assertThat(known.statusCode()).isEqualTo(304);
        assertThat(known.body()).isEmpty();
        assertThat(stub.asked().stream()
                        .filter(one -> one.uri().equals("/tagged")
                                && "\"v1\"".equals(one.fields().get("if-none-match"))))
                .hasSize(2);

        answers("/known", "Cache-Control", "max-age=60", "ETag", "\"k\"");
        get("/known");
        assertThat(get("/known", "If-None-Match", "\"k\"").statusCode()).isEqualTo(304);
        assertThat(asked("/known")).isEqualTo(1);
    }

    @Test
    void answer_isStaleRatherThanNone_whenTheProviderIsGone() throws Exception {
        StubProvider leaving = new StubProvider();
        provider("leaving", leaving.address());
        answers(leaving, "/lasting", "Cache-Control", "max-age=0, stale-if-error=600");
        answers(leaving, "/strict", "Cache-Control", "max-age=0, must-revalidate");
        String last = server.as(key).get("/gateway/leaving/lasting").body();
        server.as(key).get("/gateway/leaving/strict");
        leaving.on("/lasting", (exchange, asked) -> StubProvider.send(exchange, 503, "text/plain", "down"));
        assertThat(server.as(key).get("/gateway/leaving/lasting").body()).isEqualTo(last);
        leaving.close();
        HttpResponse<String> stale = server.as(key).get("/gateway/leaving/lasting");
        assertThat(stale.statusCode()).isEqualTo(200);
        assertThat(stale.body()).isEqualTo(last);
        assertThat(status(stale)).startsWith("hone; hit; ttl=");
        // Unreachable, or left alone for a while since it was.
        assertThat(server.as(key).get("/gateway/leaving/strict").statusCode()).isIn(502, 503);
    }

    @Test
    void answer_thatMayBeStaleForAWhile_isReplacedInTheBackground() throws Exception {
        answers("/meanwhile", "Cache-Control", "max-age=0, stale-while-revalidate=600");
        String first = get("/meanwhile").body();
        assertThat(get("/meanwhile").body()).isEqualTo(first);
        Awaitility.await().until(() -> asked("/meanwhile") >= 2);
        Awaitility.await().until(() -> !get("/meanwhile").body().equals(first));
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE"})
    void write_outdatesForEverybody(String method) throws Exception {
        String path = "/written/" + method;
        for (String each : List.of(path, path + "/part", path + "/far")) {
            answers(each, "Cache-Control", "max-age=60");
        }
        for (String credential : List.of(key, other)) {
            send("GET", path, null, credential);
            send("GET", path + "/part", null, credential);
            send("GET", path + "/far", null, credential);
        }
        answers(path, "Location", path + "/part");
        assertThat(status(send(method, path, "{}", key))).isEqualTo("hone; fwd=method");
        answers(path, "Cache-Control", "max-age=60");
        for (String credential : List.of(key, other)) {
            assertThat(status(send("GET", path, null, credential))).startsWith("hone; fwd=");
            assertThat(status(send("GET", path + "/part", null, credential))).startsWith("hone; fwd=");
            assertThat(status(send("GET", path + "/far", null, credential))).startsWith("hone; hit");
        }
        stub.on(path, (exchange, asked) -> StubProvider.send(exchange, 409, "text/plain", "no"));
        assertThat(send(method, path, "{}", key).statusCode()).isEqualTo(409);
        assertThat(status(get(path))).startsWith("hone; hit");
    }

    @Test
    void aHundredAtOnce_areOneCall() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        stub.on("/herd", (exchange, asked) -> {
            await(go);
            exchange.getResponseHeaders().set("Cache-Control", "max-age=60");
            StubProvider.send(exchange, 200, "text/plain", "one");
        });
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            answers.add(HTTP.sendAsync(request("/herd"), HttpResponse.BodyHandlers.ofString()));
        }
        Awaitility.await().until(() -> asked("/herd") == 1);
        go.countDown();
        Map<String, Integer> seen = new HashMap<>();
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            HttpResponse<String> one = answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(one.body()).isEqualTo("one");
            seen.merge(status(one).contains("stored") ? "stored" : "not", 1, Integer::sum);
        }
        assertThat(asked("/herd")).isEqualTo(1);
        assertThat(seen).containsEntry("stored", 1).containsEntry("not", 99);
    }

    @Test
    void aHundredAtOnce_ofWhatIsForOneAlone_areAllAnswered() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        stub.on("/lone", (exchange, asked) -> {
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            StubProvider.send(exchange, 200, "text/plain", Integer.toString(calls.incrementAndGet()));
        });
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            answers.add(HTTP.sendAsync(request("/lone"), HttpResponse.BodyHandlers.ofString()));
        }
        List<String> bodies = new ArrayList<>();
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            bodies.add(answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS).body());
        }
        assertThat(bodies).hasSize(100).doesNotHaveDuplicates();
    }

    @Test
    void answer_thatIsLarge_passesWhileItComes_andIsNotKept() throws Exception {
        CountDownLatch read = new CountDownLatch(1);
        stub.on("/large", (exchange, asked) -> {
            exchange.getResponseHeaders().set("Cache-Control", "max-age=60");
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(new byte[BEGINNING]);
                out.flush();
                await(read);
                out.write(new byte[LARGE - BEGINNING]);
            }
        });
        for (int i = 1; i <= 2; i++) {
            HttpResponse<java.io.InputStream> answer =
                    HTTP.send(request("/large"), HttpResponse.BodyHandlers.ofInputStream());
            assertThat(answer.headers().firstValue("Cache-Status")).contains("hone; fwd=uri-miss");
            // The rest is sent only once the beginning has been read at the other end.
            assertThat(answer.body().readNBytes(BEGINNING / 2)).hasSize(BEGINNING / 2);
            read.countDown();
            assertThat(answer.body().readAllBytes()).hasSize(LARGE - BEGINNING / 2);
            assertThat(asked("/large")).isEqualTo(i);
        }
    }

    @Test
    void part_comesFromWhatIsKept_orFromTheProvider() throws Exception {
        stub.on("/parts", (exchange, asked) -> {
            exchange.getResponseHeaders().set("Cache-Control", "max-age=60");
            if (asked.fields().containsKey("range")) {
                exchange.getResponseHeaders().set("Content-Range", "bytes 2-3/10");
                StubProvider.send(exchange, 206, "text/plain", "23");
            } else {
                StubProvider.send(exchange, 200, "text/plain", "0123456789");
            }
        });
        HttpResponse<String> passed = get("/parts", "Range", "bytes=2-3");
        assertThat(passed.statusCode()).isEqualTo(206);
        assertThat(passed.body()).isEqualTo("23");
        assertThat(status(passed)).isEqualTo("hone; fwd=bypass");
        assertThat(get("/parts").body()).isEqualTo("0123456789");
        HttpResponse<String> cut = get("/parts", "Range", "bytes=-3");
        assertThat(cut.statusCode()).isEqualTo(206);
        assertThat(cut.body()).isEqualTo("789");
        assertThat(cut.headers().firstValue("Content-Range")).contains("bytes 7-9/10");
        assertThat(status(cut)).startsWith("hone; hit");
        assertThat(asked("/parts")).isEqualTo(2);
    }

    @Test
    void wishes_areHeard() throws Exception {
        answers("/wished", "Cache-Control", "max-age=60");
        String first = get("/wished").body();
        HttpResponse<String> past = get("/wished", "X-Hone-Cache", "bypass");
        assertThat(status(past)).isEqualTo("hone; fwd=bypass; detail=asked-for");
        assertThat(past.body()).isNotEqualTo(first);
        assertThat(get("/wished").body()).isEqualTo(first);
        HttpResponse<String> anew = get("/wished", "X-Hone-Cache", "refresh");
        assertThat(status(anew)).startsWith("hone; fwd=request; stored; ttl=");
        assertThat(get("/wished").body()).isEqualTo(anew.body());
        assertThat(status(get("/wished", "Cache-Control", "no-cache"))).startsWith("hone; fwd=request");
        assertThat(get("/nothing", "Cache-Control", "only-if-cached").statusCode())
                .isEqualTo(504);
        assertThat(get("/wished", "X-Hone-Cache", "perhaps").statusCode()).isEqualTo(422);
    }

    @Test
    void questionInABody_isNotAnsweredByItsAddress() throws Exception {
        answers("/search", "Cache-Control", "max-age=60");
        assertThat(status(send("GET", "/search", "{\"q\": 1}", key))).isEqualTo("hone; fwd=bypass; detail=body");
        assertThat(status(send("GET", "/search", "{\"q\": 2}", key))).isEqualTo("hone; fwd=bypass; detail=body");
        assertThat(asked("/search")).isEqualTo(2);
    }

    @Test
    void hits_costNothing_andAreCounted() throws Exception {
        answers("/counted", "Cache-Control", "max-age=60");
        String session = server.createSession("reading");
        HttpResponse<String> made = server.send(
                "POST",
                "/api/v1/providers",
                Map.of(
                        "name",
                        "bounded",
                        "kind",
                        "generic",
                        "base_url",
                        stub.address(),
                        "allow_private",
                        true,
                        "limits",
                        Map.of("requests_per_minute", 1)));
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        for (int i = 0; i < 5; i++) {
            assertThat(server.as(key)
                            .get("/gateway/bounded/counted", "X-Hone-Session", session)
                            .statusCode())
                    .isEqualTo(200);
        }
        assertThat(server.as(key).get("/gateway/bounded/counted?another").statusCode())
                .as("what goes out is limited")
                .isEqualTo(429);
        Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(PATIENCE_SECONDS))
                .untilAsserted(() -> {
                    JsonNode cost = json(server.get("/api/v1/sessions/" + session + "/cost"));
                    assertThat(cost.get("cache_hits").asInt()).isEqualTo(4);
                    assertThat(cost.get("cost_usd").asText()).isEqualTo("0");
                });
    }

    @Test
    void changedProvider_beginsAnew() throws Exception {
        answers("/edition", "Cache-Control", "max-age=60");
        provider("edited", stub.address());
        server.as(key).get("/gateway/edited/edition");
        assertThat(status(server.as(key).get("/gateway/edited/edition"))).startsWith("hone; hit");
        HttpResponse<String> changed = server.send(
                "PATCH",
                "/api/v1/providers/edited",
                "{\"timeout_ms\": 20000}",
                "Content-Type",
                "application/merge-patch+json");
        assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
        assertThat(status(server.as(key).get("/gateway/edited/edition"))).startsWith("hone; fwd=uri-miss");
    }

    /** Answers that path with another body each time, and with those fields. */
    private void answers(String path, String... fields) {
        answers(stub, path, fields);
    }

    private static void answers(StubProvider provider, String path, String... fields) {
        provider.on(path, (exchange, asked) -> {
            for (int i = 0; i < fields.length; i += 2) {
                exchange.getResponseHeaders().set(fields[i], fields[i + 1]);
            }
            body(exchange, provider.asked().size());
        });
    }

    private static void body(HttpExchange exchange, int number) throws IOException {
        String body = "answer %08d".formatted(number);
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length()));
            exchange.sendResponseHeaders(200, -1);
        } else {
            StubProvider.send(exchange, 200, "text/plain", body);
        }
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    private long asked(String path) {
        return stub.asked().stream()
                .filter(one -> one.uri().equals(path) || one.uri().startsWith(path + "?"))
                .count();
    }

    private HttpResponse<String> get(String path, String... fields) throws Exception {
        return send("GET", path, null, key, fields);
    }

    private HttpResponse<String> send(String method, String path, String body, String credential, String... fields)
            throws Exception {
        return server.as(credential).send(method, "/gateway/plain" + path, body, fields);
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create(server.address() + "/gateway/plain" + path))
                .header("Authorization", ServerProcess.bearer(key))
                .build();
    }

    private static String status(HttpResponse<?> answer) {
        return answer.headers().firstValue("Cache-Status").orElse("none");
    }

    private void provider(String name, String address) throws Exception {
        HttpResponse<String> made = server.send(
                "POST",
                "/api/v1/providers",
                Map.of("name", name, "kind", "generic", "base_url", address, "allow_private", true));
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    }

    private void rules(String rules) throws Exception {
        HttpResponse<String> put =
                server.send("PUT", "/api/v1/config/cache-rules", "{\"rules\": [%s]}".formatted(rules));
        assertThat(put.statusCode()).as(put.body()).isEqualTo(200);
    }
}
