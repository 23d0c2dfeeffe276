package io.hone.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hone.gateway.StubProvider;
import io.hone.http.Json;
import io.hone.process.ApiDocument.Operation;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Every answer of the running server is one that {@code openapi.yaml} describes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApiDocumentIT {

    private static final ApiDocument DOCUMENT = ApiDocument.read();
    private static final Object NO_BODY = null;
    private static final String PASSWORD = "correct horse battery staple";

    /** The header of a request without token or key. */
    private static final String[] NOBODY = {"Authorization", ""};

    private final Set<String> seen = new TreeSet<>();
    private ServerProcess server;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        server = ServerProcess.start(data);
    }

    @AfterAll
    void stop() throws Exception {
        server.close();
    }

    /** One walk through everything; at its end every operation has given each of its good answers. */
    @Test
    void answers_ofAWalkThroughTheInterface_areDescribed() throws Exception {
        criteria();
        JsonNode parent = call(201, "createSession", Map.of(), "", sample("parent"));
        String id = sessionJudgedByCriteria(parent.get("id").asText());
        steps(id);
        endings(id);
        edits(id);
        lists(id);
        cacheRules();
        settings();
        accounts();
        signIns();
        keys();
        caches();
        providers();
        failures();
        budgets();
        gateway();
        serverItself();

        Set<String> described = new TreeSet<>();
        for (Operation operation : DOCUMENT.operations()) {
            operation.node().path("responses").fieldNames().forEachRemaining(status -> {
                // A WebSocket is LiveIT's; a server that is down or stopping cannot be had here.
                if (status.matches("[123]..") && !status.equals("101")) {
                    described.add(operation.id() + " " + status);
                }
            });
        }
        assertThat(seen).containsAll(described);
    }

    private void gateway() throws Exception {
        try (StubProvider stub = new StubProvider()) {
            Map<String, Object> body =
                    Map.of("name", "stub", "kind", "openai", "base_url", stub.address(), "allow_private", true);
            call(201, "createProvider", Map.of(), "", body);
            Map<String, String> at = Map.of("provider", "stub", "path", "models");
            call(200, "getUpstream", at, "", NO_BODY);
            call(200, "postUpstream", at, "", Map.of("model", "tiny"));
            call(404, "postUpstream", Map.of("provider", "nobody", "path", "models"), "", Map.of("model", "tiny"));
        }
    }

    private void providers() throws Exception {
        Map<String, Object> prices = Map.of(
                "gpt-4o*", Map.of("input_usd_per_million", "2.50", "output_usd_per_million", 10),
                "o3", Map.of("input_usd_per_million", 0.000000001, "output_usd_per_million", "0"));
        Map<String, Object> body = Map.of(
                "name", "openai",
                "kind", "openai",
                "base_url", "https://API.openai.com/v1/",
                "secret", "sk-0123456789",
                "prices", prices,
                "limits", Map.of("requests_per_minute", 500));
        JsonNode created = call(201, "createProvider", Map.of(), "", body, "Idempotency-Key", "openai");
        assertThat(call(201, "createProvider", Map.of(), "", body, "Idempotency-Key", "openai"))
                .isEqualTo(created);
        assertThat(created.at("/prices/o3/input_usd_per_million").asText()).isEqualTo("0.000000001");
        call(409, "createProvider", Map.of(), "", body);
        call(422, "createProvider", Map.of(), "", with(body, "base_url", "http://169.254.169.254/latest"));
        Map<String, String> at = Map.of("name", "openai");
        call(200, "findProvider", at, "", NO_BODY);
        call(304, "findProvider", at, "", NO_BODY, "If-None-Match", "\"v1\"");
        call(404, "findProvider", Map.of("name", "nobody"), "", NO_BODY);
        call(200, "changeProvider", at, "", Map.of("prices", Map.of("o3", Map.of("input_usd_per_million", 1))));
        call(
                200,
                "changeProvider",
                at,
                "",
                "{\"prices\":{\"o3\":null},\"secret\":null,\"limits\":null}",
                "Content-Type",
                "application/merge-patch+json",
                "If-Match",
                "\"v2\"");
        call(412, "changeProvider", at, "", Map.of("timeout_ms", 1000), "If-Match", "\"v1\"");
        call(422, "changeProvider", at, "", Map.of("timeout_ms", 1));
        call(404, "changeProvider", Map.of("name", "nobody"), "", Map.of("timeout_ms", 1000));
        call(201, "createProvider", Map.of(), "", Map.of("name", "x", "kind", "generic", "base_url", "https://x.org"));
        String cursor = call(200, "listProviders", Map.of(), "?limit=1", NO_BODY)
                .get("next_cursor")
                .asText();
        call(200, "listProviders", Map.of(), "?limit=1&cursor=" + cursor, NO_BODY);
        Map<String, String> other = Map.of("name", "x");
        call(200, "listProviderHealth", Map.of(), "?limit=1", NO_BODY);
        call(200, "findProviderHealth", other, "", NO_BODY);
        call(404, "findProviderHealth", Map.of("name", "nobody"), "", NO_BODY);
        call(409, "probeProvider", other, "", NO_BODY);
        call(404, "probeProvider", Map.of("name", "nobody"), "", NO_BODY);
        call(200, "changeProvider", other, "", Map.of("health_path", "/up", "base_url", "https://x.invalid"));
        call(200, "probeProvider", other, "", NO_BODY);
        call(200, "changeProvider", at, "", Map.of("probe_model", "gpt-4o-mini"));
        call(422, "changeProvider", other, "", Map.of("probe_model", "gpt-4o-mini"));
        call(422, "changeProvider", at, "", Map.of("fallback", Map.of("provider", "x")));
        call(412, "deleteProvider", at, "", NO_BODY, "If-Match", "\"v1\"");
        call(204, "deleteProvider", at, "", NO_BODY);
        call(404, "deleteProvider", at, "", NO_BODY);
    }

    private void failures() throws Exception {
        call(200, "analyzeFailure", Map.of(), "", Map.of("message", "CUDA out of memory"));
        call(
                200,
                "analyzeFailure",
                Map.of(),
                "",
                Map.of("message", "no", "provider", "openai", "status", 429, "technique", "pruning"));
        call(422, "analyzeFailure", Map.of(), "", Map.of("message", " "));
        call(200, "explainFailure", Map.of(), "", Map.of("message", "CUDA out of memory"));
        call(409, "explainFailure", Map.of(), "", Map.of("message", "The flux lattice is not convergent"));
        call(422, "explainFailure", Map.of(), "", Map.of("message", " "));
        Map<String, String> failed = Map.of(
                "id",
                call(201, "createSession", Map.of(), "", Map.of("name", "n", "model", "m", "technique", "other"))
                        .get("id")
                        .asText());
        call(404, "readGuidance", failed, "", NO_BODY);
        call(
                200,
                "changeSessionStatus",
                failed,
                "",
                Map.of("status", "failed", "error", Map.of("message", "CUDA out of memory")));
        call(200, "readGuidance", failed, "", NO_BODY);
        call(200, "readCost", failed, "", NO_BODY);
    }

    private void budgets() throws Exception {
        Map<String, Object> body =
                Map.of("scope", "project", "subject", "vision", "amount_usd", 0.1, "window", "month");
        JsonNode created = call(201, "createBudget", Map.of(), "", body, "Idempotency-Key", "vision");
        assertThat(call(201, "createBudget", Map.of(), "", body, "Idempotency-Key", "vision"))
                .isEqualTo(created);
        assertThat(created.get("amount_usd").asText()).isEqualTo("0.1");
        assertThat(created.get("action").asText()).isEqualTo("block");
        call(409, "createBudget", Map.of(), "", body);
        call(422, "createBudget", Map.of(), "", with(body, "amount_usd", -1));
        call(422, "createBudget", Map.of(), "", with(with(body, "scope", "provider"), "subject", "nobody"));
        Map<String, String> at = Map.of("id", created.get("id").asText());
        Map<String, String> nowhere = Map.of("id", "019aa2f0-5c00-7000-8000-0123456789ab");
        call(200, "findBudget", at, "", NO_BODY);
        call(304, "findBudget", at, "", NO_BODY, "If-None-Match", "\"v1\"");
        call(404, "findBudget", nowhere, "", NO_BODY);
        call(404, "findBudget", Map.of("id", "x"), "", NO_BODY);
        JsonNode changed =
                call(200, "changeBudget", at, "", Map.of("amount_usd", "12.345678901"), "If-Match", "\"v1\"");
        assertThat(changed.get("amount_usd").asText()).isEqualTo("12.345678901");
        call(200, "changeBudget", at, "", "{\"action\":\"warn\"}", "Content-Type", "application/merge-patch+json");
        call(412, "changeBudget", at, "", Map.of("amount_usd", 1), "If-Match", "\"v1\"");
        call(422, "changeBudget", at, "", Map.of("window", "day"));
        call(404, "changeBudget", nowhere, "", Map.of("amount_usd", 1));
        call(201, "createBudget", Map.of(), "", body);
        call(409, "changeBudget", at, "", Map.of("action", "block"));
        call(200, "readBudgetStatus", at, "", NO_BODY);
        call(404, "readBudgetStatus", nowhere, "", NO_BODY);
        call(200, "readBudgetHistory", at, "?days=7", NO_BODY);
        call(404, "readBudgetHistory", nowhere, "", NO_BODY);
        call(422, "readBudgetHistory", at, "?days=0", NO_BODY);
        String cursor = call(200, "listBudgets", Map.of(), "?limit=1&scope=project&subject=vision", NO_BODY)
                .get("next_cursor")
                .asText();
        call(200, "listBudgets", Map.of(), "?limit=1&cursor=" + cursor, NO_BODY);
        call(422, "listBudgets", Map.of(), "?scope=team", NO_BODY);
        call(412, "deleteBudget", at, "", NO_BODY, "If-Match", "\"v9\"");
        call(204, "deleteBudget", at, "", NO_BODY);
        call(404, "deleteBudget", at, "", NO_BODY);
    }

    private void caches() throws Exception {
        Map<String, String> cache = Map.of("name", "configuration");
        call(200, "readCacheStats", Map.of(), "", NO_BODY);
        call(200, "readCache", cache, "", NO_BODY);
        call(404, "readCache", Map.of("name", "nowhere"), "", NO_BODY);
        call(200, "readCacheStatus", Map.of(), "", NO_BODY);
        call(200, "readCacheHealth", Map.of(), "", NO_BODY);
        call(200, "readCacheWorth", Map.of(), "", NO_BODY);
        call(200, "readCache", Map.of("name", "api.response"), "", NO_BODY);
        call(200, "readCacheRuleWorth", Map.of(), "", NO_BODY);
        call(202, "warmCaches", Map.of(), "", Map.of("caches", List.of("configuration")));
        call(422, "readCacheRuleWorth", Map.of(), "?x=1", NO_BODY);
        call(200, "cleanUpCaches", Map.of(), "", NO_BODY);
        call(200, "clearCache", cache, "", NO_BODY);
        call(200, "clearCaches", Map.of(), "", Map.of("confirm", true));
        call(422, "clearCaches", Map.of(), "", Map.of());
        call(200, "flushCaches", Map.of(), "?level=l1&pattern=configuration:*", NO_BODY);
        call(422, "flushCaches", Map.of(), "?pattern=*", NO_BODY);
        call(200, "invalidateCaches", Map.of(), "", Map.of("tags", List.of("sessions"), "reason", "a walk"));
        call(422, "invalidateCaches", Map.of(), "", Map.of());
        call(200, "readAnalytics", Map.of(), "", NO_BODY);
    }

    private void criteria() throws Exception {
        Map<String, Object> accuracy =
                Map.of("metric", "accuracy", "op", ">=", "value", 0.98, "relative_to", "baseline");
        Map<String, Object> size = Map.of(
                "metric", "size_bytes", "op", "<=", "value", 0.5, "relative_to", 1000, "weight", 2, "required", false);
        Map<String, Object> latency = Map.of("metric", "latency_ms", "op", "<", "value", 20);
        Map<String, Object> body = Map.of("name", "mobile", "criteria", List.of(accuracy, size, latency));
        call(201, "createCriteria", Map.of(), "", body);
        call(409, "createCriteria", Map.of(), "", body);
        call(
                201,
                "createCriteria",
                Map.of(),
                "",
                Map.of("name", "b", "criteria", List.of(size)),
                "Idempotency-Key",
                "k1");
        call(
                201,
                "createCriteria",
                Map.of(),
                "",
                Map.of("name", "b", "criteria", List.of(size)),
                "Idempotency-Key",
                "k1");
        call(
                422,
                "createCriteria",
                Map.of(),
                "",
                Map.of("name", "c", "criteria", List.of(size)),
                "Idempotency-Key",
                "k1");
        call(422, "createCriteria", Map.of(), "", Map.of("name", "Upper Case", "criteria", List.of()));
        call(200, "findCriteria", Map.of("name", "mobile"), "", NO_BODY);
        call(304, "findCriteria", Map.of("name", "mobile"), "", NO_BODY, "If-None-Match", "\"v1\"");
        call(404, "findCriteria", Map.of("name", "nothing"), "", NO_BODY);
        call(422, "findCriteria", Map.of("name", "mobile"), "?version=0", NO_BODY);
        call(201, "putCriteria", Map.of("name", "put-first"), "", Map.of("criteria", List.of(accuracy)));
        call(200, "putCriteria", Map.of("name", "put-first"), "", Map.of("note", "n", "criteria", List.of(latency)));
        call(
                412,
                "putCriteria",
                Map.of("name", "put-first"),
                "",
                Map.of("criteria", List.of(latency)),
                "If-Match",
                "\"v1\"");
        call(200, "listCriteriaVersions", Map.of("name", "put-first"), "?limit=1", NO_BODY);
        call(404, "listCriteriaVersions", Map.of("name", "nothing"), "", NO_BODY);
        call(200, "listCriteria", Map.of(), "?limit=1", NO_BODY);
        call(412, "deleteCriteria", Map.of("name", "put-first"), "", NO_BODY, "If-Match", "\"v1\"");
        call(204, "deleteCriteria", Map.of("name", "put-first"), "", NO_BODY);
        call(404, "deleteCriteria", Map.of("name", "put-first"), "", NO_BODY);
        call(200, "findCriteria", Map.of("name", "put-first"), "?version=2", NO_BODY);
    }

    private String sessionJudgedByCriteria(String parent) throws Exception {
        Map<String, Object> body = Map.of(
                "name",
                "int8 <b>weights</b> 'per channel'; DROP TABLE session",
                "model",
                "résnet \u2028 \ud83d\ude80",
                "technique",
                "quantization",
                "parent_id",
                parent,
                "criteria",
                Map.of("name", "mobile", "version", 1),
                "baseline",
                Map.of("accuracy", 0.75),
                "lease_seconds",
                600,
                "params",
                Map.of("bits", 8, "lr", 1e-12, "huge", new java.math.BigInteger("9".repeat(30)), "on", true, "s", "x"),
                "tags",
                Map.of("team", "edge"));
        JsonNode created = call(201, "createSession", Map.of(), "", body, "Idempotency-Key", "first");
        JsonNode repeated = call(201, "createSession", Map.of(), "", body, "Idempotency-Key", "first");
        assertThat(repeated).isEqualTo(created);
        call(422, "createSession", Map.of(), "", sample("other"), "Idempotency-Key", "first");
        call(409, "createSession", Map.of(), "", with(sample("again"), "id", created.get("id")));
        call(422, "createSession", Map.of(), "", with(sample("typo"), "modell", "x"));
        call(400, "createSession", Map.of(), "", "{\"name\":");
        call(201, "createSession", Map.of(), "", with(sample("by session"), "baseline", created.get("id")));
        return created.get("id").asText();
    }

    private void steps(String id) throws Exception {
        Map<String, String> at = Map.of("id", id);
        call(200, "readVerdict", at, "", NO_BODY);
        call(200, "changeSessionStatus", at, "", Map.of("status", "running", "progress", 0.5));
        call(200, "heartbeat", at, "", NO_BODY);
        call(
                200,
                "recordSteps",
                at,
                "",
                "[{\"step\":0,\"at\":\"2026-11-20T18:00:00+01:00\",\"metrics\":{\"accuracy\":0.7,\"loss\":NaN}},"
                        + "{\"step\":9007199254740993,\"metrics\":{\"loss\":\"-Infinity\",\"up\":Infinity,\"tiny\":5e-324}}]");
        call(
                200,
                "recordSteps",
                at,
                "",
                "{\"step\":1,\"metrics\":{\"latency_ms\":25}}\n{\"step\":2,\"metrics\":{\"latency_ms\":23.5}}\n",
                "Content-Type",
                "application/x-ndjson");
        call(422, "recordSteps", at, "", "[{\"step\":-1,\"metrics\":{\"a\":1}}]");
        call(415, "recordSteps", at, "", "step,1", "Content-Type", "text/csv");
        JsonNode session = call(200, "findSession", at, "", NO_BODY);
        assertThat(session.at("/metrics/loss/last").asText()).isEqualTo("-Infinity");
        call(304, "findSession", at, "", NO_BODY, "If-None-Match", '"' + "v" + session.get("version") + '"');
        JsonNode series = call(200, "readSteps", at, "?metric=loss&from=0", NO_BODY);
        assertThat(series.at("/points/0/2").asText()).isEqualTo("NaN");
        call(200, "readSteps", at, "?metric=loss&points=3", NO_BODY);
        call(200, "readSteps", at, "?metric=nothing", NO_BODY);
        call(422, "readSteps", at, "?points=2", NO_BODY);
        call(200, "readVerdict", at, "", NO_BODY);
        call(200, "rejudge", at, "", NO_BODY);
    }

    private void endings(String id) throws Exception {
        Map<String, String> at = Map.of("id", id);
        call(412, "changeSessionStatus", at, "", Map.of("status", "paused"), "If-Match", "\"v1\"");
        call(
                200,
                "changeSessionStatus",
                at,
                "",
                Map.of("status", "failed", "error", Map.of("message", "CUDA out of memory", "provider", "pytorch")));
        call(409, "changeSessionStatus", at, "", Map.of("status", "running"));
        call(409, "recordSteps", at, "", "[{\"step\":1,\"metrics\":{\"a\":1}}]");
        call(409, "heartbeat", at, "", NO_BODY);
        call(404, "findSession", Map.of("id", "019aa2f0-5c00-7000-8000-0123456789ab"), "", NO_BODY);
        call(404, "findSession", Map.of("id", "x"), "", NO_BODY);
        JsonNode completed = call(201, "createSession", Map.of(), "", sample("completed"));
        Map<String, String> other = Map.of("id", completed.get("id").asText());
        call(200, "changeSessionStatus", other, "", Map.of("status", "running"));
        call(200, "changeSessionStatus", other, "", Map.of("status", "completed"));
        call(409, "rejudge", other, "", NO_BODY);
        call(200, "readVerdict", other, "", NO_BODY);
    }

    private void edits(String id) throws Exception {
        Map<String, String> at = Map.of("id", id);
        call(200, "editSession", at, "", Map.of("notes", "afterwards", "tags", Map.of("seen", "yes")));
        call(
                200,
                "editSession",
                at,
                "",
                "{\"tags\":{\"seen\":null},\"notes\":null}",
                "Content-Type",
                "application/merge-patch+json");
        call(409, "editSession", at, "", Map.of("progress", 0.1));
        call(412, "editSession", at, "", Map.of("name", "x"), "If-Match", "\"v1\"");
        call(422, "editSession", at, "", Map.of("name", "", "status", "running"));
        String other = call(201, "createSession", Map.of(), "", sample("other"))
                .get("id")
                .asText();
        call(200, "compareSessions", Map.of(), "?ids=" + id + "," + other, NO_BODY);
        call(404, "compareSessions", Map.of(), "?ids=019aa2f0-5c00-7000-8000-0123456789ab," + other, NO_BODY);
        call(422, "compareSessions", Map.of(), "?ids=" + id, NO_BODY);
        call(200, "exportSessions", Map.of(), "?format=csv&columns=name,param:bits,metric:loss", NO_BODY);
        call(422, "exportSessions", Map.of(), "?format=csv&columns=nothing", NO_BODY);
        String exported = server.get("/api/v1/sessions/export?parent=any").body();
        call(200, "exportSessions", Map.of(), "?parent=any", NO_BODY);
        call(422, "importSessions", Map.of(), "", exported, "Content-Type", "application/x-ndjson");
        call(200, "importSessions", Map.of(), "?existing=skip", exported, "Content-Type", "application/x-ndjson");
        call(415, "importSessions", Map.of(), "", exported);
        Map<String, String> there = Map.of("id", other);
        call(409, "purgeSession", there, "", NO_BODY);
        call(409, "reopenSession", there, "", NO_BODY);
        call(412, "deleteSession", there, "", NO_BODY, "If-Match", "\"v9\"");
        call(204, "deleteSession", there, "", NO_BODY);
        call(204, "deleteSession", there, "", NO_BODY);
        call(409, "editSession", there, "", Map.of("name", "x"));
        call(200, "listSessions", Map.of(), "?deleted=true", NO_BODY);
        call(200, "restoreSession", there, "", NO_BODY);
        call(200, "changeSessions", Map.of(), "", Map.of("action", "delete", "ids", List.of(other)));
        call(422, "changeSessions", Map.of(), "", Map.of("action", "tag", "filter", Map.of("stauts", "failed")));
        call(204, "purgeSession", there, "", NO_BODY);
        call(404, "purgeSession", there, "", NO_BODY);
        // A job that was silent for too long; waiting for one would take the least lease there is.
        String abandoned = exported.lines()
                .filter(line -> line.contains("\"type\":\"session\"") && line.contains(id))
                .findFirst()
                .orElseThrow()
                .replace(id, "019aa2f0-5c00-7000-8000-00000000000a")
                .replace("\"category\":\"out_of_memory\"", "\"category\":\"abandoned\"");
        call(200, "importSessions", Map.of(), "", abandoned, "Content-Type", "application/x-ndjson");
        call(200, "reopenSession", Map.of("id", "019aa2f0-5c00-7000-8000-00000000000a"), "", NO_BODY);
    }

    private void lists(String id) throws Exception {
        for (String sort :
                List.of("created_at", "-updated_at", "duration", "-duration", "metric:loss", "-metric:loss")) {
            JsonNode page = call(200, "listSessions", Map.of(), "?parent=any&limit=2&sort=" + sort, NO_BODY);
            String cursor = page.get("next_cursor").asText();
            call(200, "listSessions", Map.of(), "?parent=any&limit=2&sort=" + sort + "&cursor=" + cursor, NO_BODY);
        }
        call(
                200,
                "listSessions",
                Map.of(),
                "?status=failed&status=running&technique=quantization&parent=any&tag=team%3Aedge&q=" + encoded("<b>")
                        + "&verdict=not_met&error_category=timeout&created_after=2020-01-01T00:00:00Z",
                NO_BODY);
        call(404, "listSessions", Map.of(), "?parent=019aa2f0-5c00-7000-8000-0123456789ab", NO_BODY);
        call(422, "listSessions", Map.of(), "?stauts=failed&limit=0&cursor=x&sort=y", NO_BODY);
        JsonNode audit = call(200, "listSessionAudit", Map.of("id", id), "?limit=2", NO_BODY);
        call(
                200,
                "listSessionAudit",
                Map.of("id", id),
                "?cursor=" + audit.get("next_cursor").asText(),
                NO_BODY);
        call(200, "listAudit", Map.of(), "?actor=operator&action=session.created&limit=1", NO_BODY);
        call(200, "listProjects", Map.of(), "?limit=1", NO_BODY);
        for (String window : List.of("24h", "7d", "30d", "all")) {
            call(200, "readDashboard", Map.of(), "?window=" + window, NO_BODY);
        }
        call(200, "readDashboard", Map.of(), "?project=default", NO_BODY);
        call(422, "readDashboard", Map.of(), "?window=1h", NO_BODY);
        call(406, "readDashboard", Map.of(), "", NO_BODY, "Accept", "text/html");
    }

    private void cacheRules() throws Exception {
        JsonNode rules = call(200, "findCacheRules", Map.of(), "", NO_BODY).get("rules");
        JsonNode stored = call(200, "putCacheRules", Map.of(), "", Map.of("rules", rules), "If-Match", "*");
        assertThat(stored.get("rules")).isEqualTo(rules);
        String tag = "\"v%s\"".formatted(stored.get("version").asText());
        call(304, "findCacheRules", Map.of(), "", NO_BODY, "If-None-Match", tag);
        call(412, "putCacheRules", Map.of(), "", Map.of("rules", rules), "If-Match", "\"v0\"");
        call(422, "putCacheRules", Map.of(), "", Map.of("rules", List.of(Map.of("pattern", "no path"))));
    }

    private void settings() throws Exception {
        call(200, "listSettings", Map.of(), "", NO_BODY);
        Map<String, String> slow = Map.of("key", "hone.slow-request-ms");
        call(200, "findSetting", slow, "", NO_BODY);
        call(200, "putSetting", slow, "", Map.of("value", 500));
        call(422, "putSetting", slow, "", Map.of("value", 0));
        call(422, "putSetting", Map.of("key", "hone.slow-request"), "", Map.of("value", 1));
        call(200, "resetSetting", slow, "", NO_BODY);
        call(404, "findSetting", Map.of("key", "hone.slow"), "", NO_BODY);
        call(404, "resetSetting", Map.of("key", "hone.slow"), "", NO_BODY);
        call(422, "resetSetting", Map.of("key", "hone.port"), "", NO_BODY);
    }

    private void accounts() throws Exception {
        Map<String, String> body = Map.of("username", "Grace@example.com", "role", "viewer", "password", PASSWORD);
        JsonNode created = call(201, "createAccount", Map.of(), "", body, "Idempotency-Key", "grace");
        assertThat(call(201, "createAccount", Map.of(), "", body, "Idempotency-Key", "grace"))
                .isEqualTo(created);
        call(409, "createAccount", Map.of(), "", body);
        call(422, "createAccount", Map.of(), "", Map.of("username", "no spaces", "password", "short"));
        Map<String, String> at = Map.of("id", created.get("id").asText());
        call(200, "findAccount", at, "", NO_BODY);
        call(304, "findAccount", at, "", NO_BODY, "If-None-Match", "\"v1\"");
        call(404, "findAccount", Map.of("id", "x"), "", NO_BODY);
        call(200, "changeAccount", at, "", Map.of("role", "reporter"), "If-Match", "\"v1\"");
        call(412, "changeAccount", at, "", Map.of("role", "viewer"), "If-Match", "\"v1\"");
        call(422, "changeAccount", at, "", Map.of("password", "short"));
        JsonNode page = call(200, "listAccounts", Map.of(), "?limit=1", NO_BODY);
        String cursor = page.get("next_cursor").asText();
        call(200, "listAccounts", Map.of(), "?limit=1&cursor=" + cursor, NO_BODY);
        call(409, "deleteAccount", Map.of("id", page.at("/items/0/id").asText()), "", NO_BODY);
        JsonNode other = call(201, "createAccount", Map.of(), "", Map.of("username", "gone", "role", "admin"));
        Map<String, String> gone = Map.of("id", other.get("id").asText());
        call(412, "deleteAccount", gone, "", NO_BODY, "If-Match", "\"v9\"");
        call(204, "deleteAccount", gone, "", NO_BODY);
        call(404, "deleteAccount", gone, "", NO_BODY);
        JsonNode link = call(201, "createSignInLink", at, "", NO_BODY);
        call(404, "createSignInLink", gone, "", NO_BODY);
        Map<String, String> code = Map.of("code", link.get("code").asText());
        call(200, "signInByLink", Map.of(), "", code, NOBODY);
        call(401, "signInByLink", Map.of(), "", code, NOBODY);
    }

    private void signIns() throws Exception {
        Map<String, String> right = Map.of("username", "grace@example.com", "password", PASSWORD);
        JsonNode first = call(200, "signIn", Map.of(), "", right, NOBODY);
        call(
                200,
                "signIn",
                Map.of(),
                "",
                Map.of("username", "grace@example.com", "password", PASSWORD, "cookie", true));
        call(401, "signIn", Map.of(), "", Map.of("username", "nobody", "password", PASSWORD), NOBODY);
        call(422, "signIn", Map.of(), "", Map.of("username", "nobody"), NOBODY);
        JsonNode next = call(
                200,
                "refreshTokens",
                Map.of(),
                "",
                Map.of("refresh_token", first.get("refresh_token").asText()),
                NOBODY);
        call(401, "refreshTokens", Map.of(), "", Map.of("refresh_token", "unknown"), NOBODY);
        call(401, "refreshTokens", Map.of(), "", Map.of(), NOBODY);
        String[] grace = {
            "Authorization", ServerProcess.bearer(next.get("access_token").asText())
        };
        assertThat(call(200, "findMe", Map.of(), "", NO_BODY, grace)
                        .at("/account/username")
                        .asText())
                .isEqualTo("grace@example.com");
        call(200, "findMe", Map.of(), "", NO_BODY);
        call(401, "findMe", Map.of(), "", NO_BODY, NOBODY);
        call(403, "listAccounts", Map.of(), "", NO_BODY, grace);
        Map<String, String> password = Map.of("current_password", PASSWORD, "password", PASSWORD + " 2");
        call(204, "changePassword", Map.of(), "", password, grace);
        call(422, "changePassword", Map.of(), "", password, grace);
        call(403, "changePassword", Map.of(), "", password);
        call(204, "revokeToken", Map.of(), "", Map.of("token", "unknown"), grace);
        call(401, "revokeToken", Map.of(), "", Map.of("token", "unknown"), NOBODY);
        call(204, "signOut", Map.of(), "", Map.of("everywhere", true), grace);
        call(401, "signOut", Map.of(), "", Map.of("everywhere", true), grace);
        call(204, "signOut", Map.of(), "", NO_BODY, NOBODY);
    }

    private void keys() throws Exception {
        Map<String, String> body = Map.of("name", "ci", "role", "reporter", "expires_at", "2999-01-01T00:00:00Z");
        JsonNode created = call(201, "createKey", Map.of(), "", body, "Idempotency-Key", "ci");
        assertThat(created.get("key").asText()).startsWith("hone_");
        assertThat(call(201, "createKey", Map.of(), "", body, "Idempotency-Key", "ci")
                        .get("key")
                        .isNull())
                .isTrue();
        call(409, "createKey", Map.of(), "", body);
        call(422, "createKey", Map.of(), "", Map.of("name", "old", "role", "king"));
        call(201, "createKey", Map.of(), "", Map.of("name", "for ever", "role", "viewer"));
        Map<String, String> at = Map.of("id", created.get("id").asText());
        call(200, "findKey", at, "", NO_BODY);
        String cursor = call(200, "listKeys", Map.of(), "?limit=1", NO_BODY)
                .get("next_cursor")
                .asText();
        call(200, "listKeys", Map.of(), "?limit=1&cursor=" + cursor, NO_BODY);
        call(204, "deleteKey", at, "", NO_BODY);
        call(404, "deleteKey", at, "", NO_BODY);
        call(404, "findKey", at, "", NO_BODY);
    }

    private void serverItself() throws Exception {
        for (String operation : List.of(
                "about",
                "readProfiles",
                "readDatabaseStats",
                "readLiveCounts",
                "health",
                "healthLive",
                "healthReady",
                "healthStarted",
                "metrics",
                "openapi")) {
            call(200, operation, Map.of(), "", NO_BODY);
        }
        call(200, "metrics", Map.of(), "", NO_BODY, "Accept", "application/openmetrics-text; version=1.0.0");
        HttpResponse<String> json = server.get("/openapi?format=json");
        assertThat(ServerProcess.json(json).path("paths"))
                .hasSize(DOCUMENT.root().path("paths").size());
        call(
                304,
                "openapi",
                Map.of(),
                "?format=json",
                NO_BODY,
                "If-None-Match",
                json.headers().firstValue("ETag").orElseThrow());
        call(200, "openapi", Map.of(), "", NO_BODY, "Accept", "application/json");
        call(422, "openapi", Map.of(), "?format=xml", NO_BODY);
        assertThat(server.get("/docs").body()).contains("/docs/docs.js").doesNotContain("style=");
    }

    private JsonNode call(
            int status, String operationId, Map<String, String> path, String query, Object body, String... headers)
            throws Exception {
        Operation operation = DOCUMENT.operation(operationId);
        String address = operation.path();
        for (Map.Entry<String, String> entry : path.entrySet()) {
            address = address.replace("{" + entry.getKey() + "}", encoded(entry.getValue()));
        }
        HttpResponse<String> response = server.send(operation.method(), address + query, body, headers);
        String what =
                "%s %s%s: %d %s".formatted(operation.method(), address, query, response.statusCode(), response.body());
        assertThat(response.statusCode()).as(what).isEqualTo(status);
        byte[] bytes = response.body().getBytes(StandardCharsets.UTF_8);
        Map<String, String> answered = Answers.headers(response);
        List<String> wrong = new ArrayList<>(DOCUMENT.check(operation, status, answered, bytes));
        wrong.addAll(Answers.check(DOCUMENT, status, answered, bytes));
        assertThat(wrong).as(what).isEmpty();
        // A described status, not the default that takes everything.
        assertThat(operation.node().path("responses").has(Integer.toString(status)))
                .as(what)
                .isTrue();
        seen.add(operationId + " " + status);
        String type = answered.getOrDefault("content-type", "");
        return type.matches("application/(problem[+])?json.*") ? Json.MAPPER.readTree(bytes) : null;
    }

    private static Map<String, Object> sample(String name) {
        return Map.of("name", name, "model", "resnet", "technique", "pruning");
    }

    private static Map<String, Object> with(Map<String, Object> body, String key, Object value) {
        Map<String, Object> changed = new java.util.HashMap<>(body);
        changed.put(key, value);
        return changed;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
