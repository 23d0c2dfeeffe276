package io.hone.process;

import static io.hone.process.ServerProcess.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The caches of a running server: what they tell, and what people do to them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CacheIT {

    private static final String CACHE = "/api/v1/cache";
    private static final String STATS = "/api/v1/dashboard/stats?window=7d";

    private ServerProcess server;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        server = ServerProcess.start(data, Map.of("HONE_LIMIT_MANAGEMENT_PER_MINUTE", "1000000"));
        // These tests do more than people.
        server.send("PUT", "/api/v1/config/settings/hone.limit.cache-management-per-minute", "{\"value\": 1000}");
    }

    @AfterAll
    void stop() throws Exception {
        server.close();
    }

    @Test
    void statistics_countWhatWasAsked_andAgreeWithMetrics() throws Exception {
        server.send("POST", CACHE + "/clear/dashboard.stats", "");
        JsonNode before = cache("dashboard.stats");
        for (int i = 0; i < 10; i++) {
            asked(STATS);
        }
        JsonNode after = cache("dashboard.stats");

        assertThat(more(before, after, "/requests")).isEqualTo(10);
        assertThat(more(before, after, "/hits")).isEqualTo(9);
        assertThat(more(before, after, "/tiers/l1/puts")).isEqualTo(1);
        assertThat(more(before, after, "/load/count")).isEqualTo(1);
        assertThat(after.at("/tiers/l1/entries").asLong()).isEqualTo(1);
        assertThat(after.at("/tiers/l1/bytes").asLong()).isGreaterThan(500);
        assertThat(after.at("/definition/ttl_seconds").asLong()).isEqualTo(30);
        String metrics = asked("/metrics").body();
        assertThat(metric(metrics, "hit")).isEqualTo(after.at("/tiers/l1/hits").asLong());
        assertThat(metric(metrics, "miss"))
                .isEqualTo(after.at("/tiers/l1/misses").asLong());
        JsonNode all = json(server.get(CACHE + "/stats"));
        assertThat(all.get("caches").findValuesAsText("name"))
                .contains(
                        "dashboard.stats",
                        "configuration",
                        "token.validation",
                        "user.session",
                        "budget.status",
                        "budget.history",
                        "session.project",
                        "api.response");
        assertThat(all.at("/overall/requests").asLong()).isGreaterThanOrEqualTo(10);
        assertThat(all.at("/http/cache_errors").asLong(-1)).isZero();
    }

    @Test
    void hit_isToldInServerTiming() throws Exception {
        asked("/api/v1/dashboard/stats?window=30d");
        assertThat(asked("/api/v1/dashboard/stats?window=30d")
                        .headers()
                        .firstValue("Server-Timing")
                        .orElseThrow())
                .startsWith("cache;dur=")
                .contains(";desc=hit");
    }

    @Test
    void status_namesEveryTier() throws Exception {
        JsonNode status = json(server.get(CACHE + "/status"));
        assertThat(status.at("/mode").asText()).isEqualTo("l1+l2+durable");
        assertThat(status.at("/backends/1/state").asText()).isEqualTo("connected");
        assertThat(status.get("fallback")).hasSize(4);
        server.send("PUT", "/api/v1/config/settings/hone.cache.grid", "{\"value\": false}");
        try {
            JsonNode off = json(server.get(CACHE + "/status"));
            assertThat(off.at("/mode").asText()).isEqualTo("l1+durable");
            assertThat(off.at("/backends/1/state").asText()).isEqualTo("off");
        } finally {
            server.send("DELETE", "/api/v1/config/settings/hone.cache.grid", "");
        }
    }

    @Test
    void health_metrics_andAnalytics_answer() throws Exception {
        assertThat(json(server.get(CACHE + "/health")).get("status").asText()).isIn("healthy", "warning");
        assertThat(json(server.get(CACHE + "/metrics"))
                        .at("/caches/0/efficiency/uptime_seconds")
                        .asDouble())
                .isPositive();
        JsonNode analytics = json(server.get("/api/v1/analytics/dashboard"));
        assertThat(analytics.at("/performance/requests").asLong()).isPositive();
        assertThat(analytics.get("recommendations")).isNotNull();
    }

    @Test
    void emptying_saysWhatWent_andIsAudited() throws Exception {
        asked(STATS);
        assertThat(json(server.send("POST", CACHE + "/clear/dashboard.stats", ""))
                        .at("/removed/l1")
                        .asLong())
                .isPositive();
        asked(STATS);
        JsonNode flushed = json(server.send("DELETE", CACHE + "/flush?level=l1&pattern=dashboard.stats:*", ""));
        assertThat(flushed.at("/removed/l1").asLong()).isPositive();
        assertThat(flushed.at("/removed/l2").asLong()).isZero();
        asked(STATS);
        JsonNode invalidated = json(server.send(
                "POST",
                CACHE + "/invalidate",
                "{\"tags\": [\"sessions\"], \"patterns\": [\"configuration:*\"], \"reason\": \"a test\"}"));
        assertThat(invalidated.at("/tags/sessions/l1").asLong()).isPositive();
        assertThat(invalidated.at("/patterns").fieldNames().next()).isEqualTo("configuration:*");
        assertThat(json(server.send("POST", CACHE + "/clear-all", "{\"confirm\": true}"))
                        .at("/caches/token.validation/l1")
                        .asLong())
                .isPositive();
        assertThat(server.send("POST", CACHE + "/cleanup", "").statusCode()).isEqualTo(200);
        assertThat(json(server.get("/api/v1/audit?subject_type=cache"))
                        .get("items")
                        .findValuesAsText("action"))
                .contains("cache.cleared", "caches.flushed", "caches.invalidated", "caches.cleared", "caches.cleaned");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "POST   | /clear/nowhere                | `` | 404 | ``",
                "GET    | /stats/nowhere                | `` | 404 | ``",
                "POST   | /clear-all                    | {} | 422 | /confirm",
                "POST   | /clear-all                    | {\"confirm\": false} | 422 | /confirm",
                "DELETE | /flush?level=l3               | `` | 422 | ?level",
                "DELETE | /flush?pattern=*              | `` | 422 | ?pattern",
                "DELETE | /flush?patern=a               | `` | 422 | ?patern",
                "POST   | /invalidate                   | {} | 422 | /tags",
                "POST   | /invalidate                   | {\"patterns\": [\"a\", \"**\"]} | 422 | /patterns/1",
                "POST   | /invalidate                   | {\"tags\": [null]} | 422 | /tags",
                "POST   | /invalidate                   | {\"tag\": [\"a\"]} | 422 | /tag"
            })
    void wrongInput_isNamed(String method, String path, String body, int status, String pointer) throws Exception {
        HttpResponse<String> answer =
                method.equals("GET") ? server.get(CACHE + path) : server.send(method, CACHE + path, body);
        assertThat(answer.statusCode()).isEqualTo(status);
        if (!pointer.isEmpty()) {
            assertThat(json(answer).at("/errors/0/pointer").asText()).isEqualTo(pointer);
        }
    }

    @Test
    void wholeAnswers_areToldOfAndEmptiedToo() throws Exception {
        server.get("/api/v1/dashboard/stats?window=all");
        long cached =
                json(server.get(CACHE + "/stats")).at("/http/requests_cached").asLong();
        server.get("/api/v1/dashboard/stats?window=all");
        JsonNode http = json(server.get(CACHE + "/stats")).get("http");
        JsonNode row = cache("api.response");
        assertThat(row.at("/tiers/l1/hits").asLong()).isPositive();
        assertThat(row.get("time_saved_ms").isNumber()).isTrue();
        assertThat(row.at("/definition/bound/most").asLong()).isEqualTo(67_108_864);
        assertThat(row.at("/definition/bound/unit").asText()).isEqualTo("bytes");
        assertThat(json(server.get(CACHE + "/health")).get("caches").findValuesAsText("name"))
                .contains("api.response");
        assertThat(json(server.get(CACHE + "/metrics")).get("caches").findValuesAsText("name"))
                .contains("api.response");
        JsonNode rules = json(server.get(CACHE + "/rules"));
        assertThat(rules.get("smart").asBoolean()).isTrue();
        assertThat(rules.at("/rules").findValuesAsText("pattern")).contains("/api/v1/dashboard/stats");
        assertThat(rules.at("/rules").findValuesAsText("path")).contains("/api/v1/dashboard/stats");
        assertThat(http.get("requests_cached").asLong()).isGreaterThan(cached);
        assertThat(http.get("cache_size_bytes").asLong()).isPositive();
        assertThat(json(server.send("DELETE", CACHE + "/flush?pattern=api.response:/api/v1/dashboard/*", ""))
                        .at("/removed/l1")
                        .asLong())
                .isPositive();
        server.get("/api/v1/dashboard/stats?window=all");
        assertThat(json(server.send("POST", CACHE + "/clear/api.response", ""))
                        .at("/removed/l1")
                        .asLong())
                .isPositive();
    }

    /** As many as may look at the page at a time: each is answered, and no count goes back. */
    @Test
    void hundredClients_ofThePage_areAllAnswered() throws Exception {
        List<String> parts = List.of("stats", "status", "health", "metrics", "rules", "stats/api.response");
        ExecutorService clients = Executors.newFixedThreadPool(100);
        try {
            Callable<Boolean> look = () -> {
                long last = 0;
                for (int round = 0; round < 3; round++) {
                    for (String part : parts) {
                        HttpResponse<String> told = server.get(CACHE + "/" + part);
                        assertThat(told.statusCode()).as(told.body()).isEqualTo(200);
                        if (part.equals("stats")) {
                            long requests = json(told).at("/overall/requests").asLong();
                            assertThat(requests).isGreaterThanOrEqualTo(last);
                            last = requests;
                        }
                    }
                    assertThat(server.get("/api/v1/analytics/dashboard").statusCode())
                            .isEqualTo(200);
                }
                return true;
            };
            for (Future<Boolean> client : clients.invokeAll(Collections.nCopies(100, look))) {
                assertThat(client.get()).isTrue();
            }
        } finally {
            clients.shutdownNow();
        }
    }

    @Test
    void everythingConfirmed_isRemoved() throws Exception {
        asked(STATS);
        assertThat(json(server.send("DELETE", CACHE + "/flush?pattern=*&confirm=true", ""))
                        .at("/removed/l1")
                        .asLong())
                .isPositive();
    }

    @Test
    void emptyingTooOften_isRefused() throws Exception {
        server.send("PUT", "/api/v1/config/settings/hone.limit.cache-management-per-minute", "{\"value\": 2}");
        try {
            server.send("POST", CACHE + "/cleanup", "");
            server.send("POST", CACHE + "/cleanup", "");
            HttpResponse<String> refused = server.send("POST", CACHE + "/cleanup", "");
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValue("RateLimit-Policy")).hasValue("\"cache-management\";q=2;w=60");
            assertThat(server.get(CACHE + "/stats").statusCode()).isEqualTo(200);
        } finally {
            server.send("PUT", "/api/v1/config/settings/hone.limit.cache-management-per-minute", "{\"value\": 1000}");
        }
    }

    @Test
    void hitsOfAnnotatedMethods_areComparedWithFreshLoads() throws Exception {
        String setting = "/api/v1/config/settings/hone.cache.verified-share";
        server.send("PUT", setting, "{\"value\": 0.05}");
        try {
            JsonNode before = cache("dashboard.stats");
            for (int i = 0; i < 5_000; i++) {
                asked(STATS);
                if (i % 50 == 0 && more(before, cache("dashboard.stats"), "/verification/compared") > 0) {
                    break;
                }
            }
            JsonNode after = cache("dashboard.stats");
            assertThat(more(before, after, "/verification/compared")).isPositive();
            assertThat(after.at("/verification/wrong").asLong()).isZero();
        } finally {
            server.send("DELETE", setting, "");
        }
    }

    @Test
    void newTimeToLive_holdsAtOnce() throws Exception {
        String setting = "/api/v1/config/settings/hone.cache.dashboard-stats.ttl-seconds";
        asked(STATS);
        server.send("PUT", setting, "{\"value\": 0}");
        try {
            JsonNode before = cache("dashboard.stats");
            asked(STATS);
            asked(STATS);
            assertThat(more(before, cache("dashboard.stats"), "/load/count")).isEqualTo(2);
        } finally {
            server.send("DELETE", setting, "");
        }
    }

    @Test
    void noSecret_isInWhatIsTold() throws Exception {
        String told = server.get(CACHE + "/stats").body() + asked("/metrics").body();
        assertThat(told).doesNotContain(server.operatorToken());
    }

    /** Past the stored answers, which would not ask the caches behind them. */
    private HttpResponse<String> asked(String path) throws Exception {
        return server.get(path, "Cache-Control", "no-cache");
    }

    private JsonNode cache(String name) throws Exception {
        return json(server.get(CACHE + "/stats/" + name));
    }

    private static long more(JsonNode before, JsonNode after, String pointer) {
        return after.at(pointer).asLong() - before.at(pointer).asLong();
    }

    private static long metric(String metrics, String result) {
        Matcher line = Pattern.compile(
                        "hone_cache_gets_total\\{cache=\"dashboard.stats\",result=\"%s\",tier=\"l1\"} (\\S+)"
                                .formatted(result))
                .matcher(metrics);
        assertThat(line.find()).isTrue();
        return (long) Double.parseDouble(line.group(1));
    }
}
