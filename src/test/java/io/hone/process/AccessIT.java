package io.hone.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.hone.http.Json;
import io.hone.process.Endpoints.Endpoint;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who gets in where: every endpoint of the running server, asked by everybody there can be. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AccessIT {

    /** What each endpoint takes; kept by hand, beside what the code declares. */
    private static final String TABLE = """
            POST   /api/v1/auth/login                      open
            POST   /api/v1/auth/link                       open
            POST   /api/v1/auth/refresh                    open
            POST   /api/v1/auth/logout                     open
            POST   /api/v1/auth/revoke                     viewer
            GET    /api/v1/auth/me                         viewer
            PUT    /api/v1/auth/password                   viewer
            GET    /api/v1/accounts                        admin
            POST   /api/v1/accounts                        admin
            GET    /api/v1/accounts/{id}                   admin
            PATCH  /api/v1/accounts/{id}                   admin
            DELETE /api/v1/accounts/{id}                   admin
            POST   /api/v1/accounts/{id}/sign-in-link      admin
            GET    /api/v1/keys                            admin
            POST   /api/v1/keys                            admin
            GET    /api/v1/keys/{id}                       admin
            DELETE /api/v1/keys/{id}                       admin
            GET    /api/v1/audit                           admin
            GET    /api/v1/config/cache-rules              admin
            PUT    /api/v1/config/cache-rules              admin
            GET    /api/v1/config/settings                 admin
            GET    /api/v1/config/settings/{key}           admin
            PUT    /api/v1/config/settings/{key}           admin
            DELETE /api/v1/config/settings/{key}           admin
            GET    /api/v1/config/criteria                 viewer
            POST   /api/v1/config/criteria                 admin
            GET    /api/v1/config/criteria/{name}          viewer
            PUT    /api/v1/config/criteria/{name}          admin
            DELETE /api/v1/config/criteria/{name}          admin
            GET    /api/v1/config/criteria/{name}/versions viewer
            GET    /api/v1/providers                       admin
            POST   /api/v1/providers                       admin
            GET    /api/v1/providers/{name}                admin
            PATCH  /api/v1/providers/{name}                admin
            DELETE /api/v1/providers/{name}                admin
            GET    /api/v1/providers/health                viewer
            GET    /api/v1/providers/{name}/health         viewer
            POST   /api/v1/providers/{name}/probe          admin
            GET    /gateway/{provider}/{path}              reporter
            POST   /gateway/{provider}/{path}              reporter
            GET    /api/v1/budgets                         viewer
            POST   /api/v1/budgets                         admin
            GET    /api/v1/budgets/{id}                    viewer
            PATCH  /api/v1/budgets/{id}                    admin
            DELETE /api/v1/budgets/{id}                    admin
            GET    /api/v1/budgets/{id}/status             viewer
            GET    /api/v1/budgets/{id}/history            viewer
            POST   /api/v1/sessions                        reporter
            GET    /api/v1/sessions                        viewer
            GET    /api/v1/sessions/compare                viewer
            POST   /api/v1/sessions/bulk                   reporter
            GET    /api/v1/sessions/export                 viewer
            POST   /api/v1/sessions/import                 reporter
            GET    /api/v1/sessions/{id}                   viewer
            PATCH  /api/v1/sessions/{id}                   reporter
            DELETE /api/v1/sessions/{id}                   reporter
            POST   /api/v1/sessions/{id}/restore           reporter
            POST   /api/v1/sessions/{id}/purge             admin
            POST   /api/v1/sessions/{id}/reopen            reporter
            PUT    /api/v1/sessions/{id}/status            reporter
            POST   /api/v1/sessions/{id}/steps             reporter
            GET    /api/v1/sessions/{id}/steps             viewer
            POST   /api/v1/sessions/{id}/heartbeat         reporter
            GET    /api/v1/sessions/{id}/verdict           viewer
            POST   /api/v1/sessions/{id}/rejudge           reporter
            GET    /api/v1/sessions/{id}/guidance          viewer
            GET    /api/v1/sessions/{id}/cost              viewer
            POST   /api/v1/failures/analyze                viewer
            POST   /api/v1/failures/explain                reporter
            GET    /api/v1/sessions/{id}/audit             viewer
            GET    /api/v1/dashboard/stats                 viewer
            GET    /api/v1/projects                        viewer
            GET    /api/v1/cache/stats                     admin
            GET    /api/v1/cache/stats/{name}              admin
            GET    /api/v1/cache/status                    admin
            GET    /api/v1/cache/health                    admin
            GET    /api/v1/cache/metrics                   admin
            GET    /api/v1/cache/rules                     admin
            POST   /api/v1/cache/cleanup                   admin
            POST   /api/v1/cache/warm                      admin
            POST   /api/v1/cache/clear/{name}              admin
            POST   /api/v1/cache/clear-all                 admin
            DELETE /api/v1/cache/flush                     admin
            POST   /api/v1/cache/invalidate                admin
            GET    /api/v1/analytics/dashboard             admin
            GET    /api/v1/performance/profiles            viewer
            GET    /api/v1/performance/database/stats      viewer
            GET    /api/v1/performance/live                viewer
            GET    /api/v1/about                           viewer
            GET    /api/v1/live                            viewer
            GET    /metrics                                viewer
            GET    /openapi                                viewer
            GET    /openapi/*                              viewer
            GET    /health                                 open
            GET    /health/live                            open
            GET    /health/ready                           open
            GET    /health/started                         open
            GET    /docs                                   open
            GET    /error                                  open
            GET    /                                       open
            GET    /sessions                               open
            GET    /compare                                open
            GET    /criteria                               open
            GET    /providers                              open
            GET    /performance                            open
            GET    /caches                                 open
            GET    /settings                               open
            GET    /access                                 open
            GET    /sign-in                                open
            """;

    private static final List<String> ROLES = List.of("viewer", "reporter", "admin");
    private static final String PASSWORD = "correct horse battery staple";

    /** Nothing is there, so that a request which gets in changes nothing. */
    private static final String NO_ID = "019aa2f0-5c00-7000-8000-0123456789ab";

    private static final ApiDocument DOCUMENT = ApiDocument.read();

    /**
     * Somebody.
     *
     * @param role of theirs; null where they are not known
     * @param credential null for none
     */
    private record Somebody(String role, String credential, boolean key) {}

    private final Map<String, Somebody> everybody = new LinkedHashMap<>();
    private ServerProcess server;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        server = ServerProcess.start(
                data, Map.of("HONE_LIMIT_SIGN_IN_PER_MINUTE", "10000", "HONE_LIMIT_REFUSED_PER_MINUTE", "100000"));
        everybody.put("nobody", new Somebody(null, null, false));
        everybody.put("an unknown key", new Somebody(null, "hone_" + "A".repeat(43), true));
        everybody.put("nonsense", new Somebody(null, "nonsense", false));
        for (String role : ROLES) {
            everybody.put(role + " key", new Somebody(role, server.createKey("key of a " + role, role), true));
            server.createAccount(role + "-account", role, PASSWORD);
            everybody.put(role + " account", new Somebody(role, accessToken(role + "-account"), false));
        }
        everybody.put("the operator", new Somebody("admin", server.operatorToken(), true));
    }

    @AfterAll
    void stop() throws Exception {
        server.close();
    }

    static List<Endpoint> table() {
        return TABLE.lines()
                .map(line -> line.split(" +"))
                .map(words -> new Endpoint(words[0], words[1], words[2]))
                .toList();
    }

    @Test
    void table_namesEveryEndpointOfTheCode() throws Exception {
        assertThat(table()).containsExactlyInAnyOrderElementsOf(Endpoints.ofTheCode());
    }

    @ParameterizedTest
    @MethodSource("table")
    void endpoint_letsInWhoeverHasItsRole(Endpoint endpoint) throws Exception {
        List<String> wrong = new ArrayList<>();
        for (Map.Entry<String, Somebody> one : everybody.entrySet()) {
            RawHttp.Answer answer = ask(endpoint, one.getValue());
            int expected = expected(endpoint, one.getValue());
            boolean right = expected == 0
                    ? answer.status() != 401 && answer.status() != 403 && answer.status() < 500
                    : answer.status() == expected;
            if (!right) {
                wrong.add("%s: %s".formatted(one.getKey(), answer));
            }
            if (answer.status() == 401
                    && !answer.headers().getOrDefault("www-authenticate", "").startsWith("Bearer ")) {
                wrong.add("%s is not told how to sign in: %s".formatted(one.getKey(), answer));
            }
            if (answer.status() == 403
                    && !answer.text().contains("This takes the role ")
                    && !isKeysPassword(endpoint)) {
                wrong.add("%s is not told what is needed: %s".formatted(one.getKey(), answer));
            }
            if (answer.status() > 400) {
                Answers.check(DOCUMENT, answer.status(), answer.headers(), answer.body())
                        .forEach(problem -> wrong.add(one.getKey() + ": " + problem));
            }
        }
        assertThat(wrong).isEmpty();
    }

    /** Before what is asked for is looked at: a refusal tells nothing about what there is. */
    @Test
    void refusal_comesBeforeEverythingElse() throws Exception {
        String session = server.createSession("there");
        for (String path : List.of("/api/v1/sessions/" + session, "/api/v1/sessions/" + NO_ID, "/api/v1/sessions/x")) {
            assertThat(server.anonymously().get(path).statusCode()).as(path).isEqualTo(401);
            assertThat(server.as(everybody.get("viewer key").credential())
                            .send("PUT", path + "/status", "no JSON")
                            .statusCode())
                    .as(path)
                    .isEqualTo(403);
        }
    }

    @Test
    void files_areOpen_whoeverAsks() throws Exception {
        for (String path : List.of("/app.js", "/app.css", "/favicon.svg", "/lib/http.js", "/docs/docs.js")) {
            assertThat(server.anonymously().get(path).statusCode()).as(path).isEqualTo(200);
            assertThat(server.as("nonsense").get(path).statusCode()).as(path).isEqualTo(200);
        }
    }

    @Test
    void audit_namesWhoAsked() throws Exception {
        String id = ServerProcess.json(server.as(everybody.get("reporter key").credential())
                        .send("POST", "/api/v1/sessions", Map.of("name", "n", "model", "m", "technique", "other")))
                .get("id")
                .asText();
        server.as(everybody.get("admin account").credential())
                .send("PUT", "/api/v1/sessions/" + id + "/status", Map.of("status", "running"));
        List<String> actors = new ArrayList<>();
        ServerProcess.json(server.get("/api/v1/sessions/" + id + "/audit"))
                .get("items")
                .forEach(entry -> actors.add(entry.get("actor").asText()));
        assertThat(actors).containsExactlyInAnyOrder("key:key of a reporter", "admin-account");
        assertThat(ServerProcess.json(server.get("/api/v1/sessions/" + id))
                        .get("owner")
                        .asText())
                .isEqualTo("key:key of a reporter");
    }

    @Test
    void metrics_areOpenBySetting(@TempDir Path data) throws Exception {
        try (ServerProcess open = ServerProcess.start(data, Map.of("HONE_METRICS_PUBLIC", "true"))) {
            assertThat(open.anonymously().get("/metrics").statusCode()).isEqualTo(200);
            assertThat(open.as("nonsense").get("/metrics").statusCode()).isEqualTo(200);
            assertThat(open.anonymously().get("/openapi").statusCode()).isEqualTo(401);
            assertThat(open.anonymously().get("/api/v1/performance/profiles").statusCode())
                    .isEqualTo(401);
        }
    }

    /** The status; 0 for whatever the endpoint says to those who may ask. */
    private static int expected(Endpoint endpoint, Somebody somebody) {
        if (endpoint.permission().equals(Endpoints.OPEN)) {
            return 0;
        }
        if (somebody.role() == null) {
            return 401;
        }
        if (ROLES.indexOf(somebody.role()) < ROLES.indexOf(endpoint.permission())) {
            return 403;
        }
        return isKeysPassword(endpoint) && somebody.key() ? 403 : 0;
    }

    /** A key has no password to change, whatever its role. */
    private static boolean isKeysPassword(Endpoint endpoint) {
        return endpoint.path().equals("/api/v1/auth/password");
    }

    private RawHttp.Answer ask(Endpoint endpoint, Somebody somebody) throws Exception {
        String path = endpoint.path()
                .replace("{id}", NO_ID)
                .replace("{key}", "hone.no-such-setting")
                .replace("{name}", "no-such-criteria")
                .replace("/*", "/x");
        List<String> headers = new ArrayList<>();
        if (somebody.credential() != null) {
            headers.add("Authorization: Bearer " + somebody.credential());
        }
        if (path.equals("/api/v1/live")) {
            headers.addAll(List.of(
                    "Upgrade: websocket",
                    "Connection: Upgrade",
                    "Sec-WebSocket-Version: 13",
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
            try (RawHttp http = RawHttp.connect(server.port())) {
                http.send(RawHttp.request("GET", path, headers.toArray(String[]::new)));
                return http.read();
            }
        }
        headers.add("Connection: close");
        String body = "";
        if (!endpoint.method().equals("GET") && !endpoint.method().equals("DELETE")) {
            body = body(path);
            headers.add("Content-Type: " + (path.endsWith("/import") ? "application/x-ndjson" : "application/json"));
            headers.add("Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length);
        }
        return RawHttp.ask(
                server.port(), RawHttp.request(endpoint.method(), path, headers.toArray(String[]::new)) + body);
    }

    /** Mostly one that is refused behind the check; signing in works, so that its 401 would be that of the check. */
    private String body(String path) throws Exception {
        return switch (path) {
            case "/api/v1/auth/login" -> Json.write(Map.of("username", "viewer-account", "password", PASSWORD));
            case "/api/v1/auth/refresh" ->
                Json.write(Map.of(
                        "refresh_token",
                        server.signIn("viewer-account", PASSWORD)
                                .get("refresh_token")
                                .asText()));
            // Not of those who ask: they would be out.
            case "/api/v1/auth/logout" -> "{\"refresh_token\":1}";
            default -> "{}";
        };
    }

    private String accessToken(String username) throws Exception {
        return server.signIn(username, PASSWORD).get("access_token").asText();
    }
}
