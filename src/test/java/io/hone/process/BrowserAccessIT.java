package io.hone.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What browsers do by themselves: cookies, pages of other origins, live connections. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrowserAccessIT {

    private static final ApiDocument DOCUMENT = ApiDocument.read();
    private static final String AUTH = "/api/v1/auth/";
    private static final String ME = AUTH + "me";
    private static final String PASSWORD = "correct horse battery staple";
    private static final String FRIEND = "https://friend.example";

    private final Secrets secrets = new Secrets();
    private Path data;
    private ServerProcess server;
    private int accounts;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        data = folder;
        server = ServerProcess.start(data, Map.of("HONE_LIMIT_SIGN_IN_PER_MINUTE", "10000"));
        secrets.keep(PASSWORD);
    }

    @AfterAll
    void stop() throws Exception {
        try {
            secrets.assertNowhere(server, data);
            assertThat(server.output()).doesNotContain("SEVERE").doesNotContain("\tat ");
        } finally {
            server.close();
        }
    }

    // Cookies

    @Test
    void cookie_holdsTheRefreshTokenOutOfReachOfScripts() throws Exception {
        HttpResponse<String> answer = loginWithCookie(account("viewer"));
        JsonNode tokens = ServerProcess.json(answer);
        secrets.keep(tokens.get("access_token").asText());
        assertThat(tokens.get("refresh_token").isNull()).isTrue();
        String set = answer.headers().firstValue("Set-Cookie").orElseThrow();
        List<String> attributes = List.of(set.split("; ?"));
        assertThat(attributes.get(0)).matches("hone_refresh=\"?honer_[A-Za-z0-9_-]{43}\"?");
        assertThat(attributes)
                .map(text -> text.toLowerCase(java.util.Locale.ROOT))
                .contains("httponly", "samesite=strict");
        assertThat(set).containsIgnoringCase("path=/api/v1/auth").containsIgnoringCase("max-age=2592000");
        // Over http a browser would not send it back; with an https address it must not go over http.
        assertThat(set).doesNotContainIgnoringCase("secure").doesNotContainIgnoringCase("domain");
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");

        String cookie = cookie(answer);
        HttpResponse<String> next = server.anonymously().send("POST", AUTH + "refresh", Map.of(), "Cookie", cookie);
        assertThat(next.statusCode()).as(next.body()).isEqualTo(200);
        secrets.keep(ServerProcess.json(next).get("access_token").asText());
        assertThat(ServerProcess.json(next).get("refresh_token").isNull()).isTrue();
        assertThat(cookie(next)).isNotEqualTo(cookie);
        // Without a body at all, as a page that has just been opened asks.
        HttpResponse<String> third = server.anonymously().send("POST", AUTH + "refresh", null, "Cookie", cookie(next));
        assertThat(third.statusCode()).as(third.body()).isEqualTo(200);
        secrets.keep(ServerProcess.json(third).get("access_token").asText());

        // The cookie alone opens nothing else, whatever a page makes a browser send.
        assertThat(server.anonymously().get(ME, "Cookie", cookie(third)).statusCode())
                .isEqualTo(401);

        HttpResponse<String> out =
                server.anonymously().send("POST", AUTH + "logout", Map.of(), "Cookie", cookie(third));
        assertThat(out.statusCode()).isEqualTo(204);
        assertThat(out.headers().firstValue("Set-Cookie").orElseThrow())
                .matches("(?i)hone_refresh=(\"\")?;.*max-age=0.*");
        assertThat(server.anonymously()
                        .send("POST", AUTH + "refresh", Map.of(), "Cookie", cookie(third))
                        .statusCode())
                .isEqualTo(401);
        assertThat(server.as(ServerProcess.json(third).get("access_token").asText())
                        .get(ME)
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void cookie_isForHttpsAlone_whereThePublicAddressIs(@TempDir Path folder) throws Exception {
        Map<String, String> environment =
                Map.of("HONE_PUBLIC_URL", "https://hone.example.com", "HONE_ADMIN_PASSWORD", PASSWORD);
        try (ServerProcess behindProxy = ServerProcess.start(folder, environment)) {
            HttpResponse<String> answer = behindProxy
                    .anonymously()
                    .send("POST", AUTH + "login", Map.of("username", "admin", "password", PASSWORD, "cookie", true));
            assertThat(answer.headers().firstValue("Set-Cookie").orElseThrow()).matches("(?i).*; ?secure;.*");
        }
    }

    /** A sign-in gives a new token, whatever the browser brought: nobody can plant one beforehand. */
    @Test
    void cookie_planted_isNotTakenOver() throws Exception {
        String username = account("viewer");
        String planted = "hone_refresh=honer_" + "A".repeat(43);
        HttpResponse<String> answer = server.anonymously()
                .send(
                        "POST",
                        AUTH + "login",
                        Map.of("username", username, "password", PASSWORD, "cookie", true),
                        "Cookie",
                        planted);
        assertThat(cookie(answer)).isNotEqualTo(planted);
        secrets.keep(ServerProcess.json(answer).get("access_token").asText());
        assertThat(server.anonymously()
                        .send("POST", AUTH + "refresh", Map.of(), "Cookie", planted)
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void cookie_sentByAForeignPage_doesNothing() throws Exception {
        HttpResponse<String> answer = loginWithCookie(account("viewer"));
        String cookie = cookie(answer);
        secrets.keep(ServerProcess.json(answer).get("access_token").asText());
        for (String[] foreign :
                new String[][] {{"Origin", "https://evil.example"}, {"Origin", "null"}, {"Sec-Fetch-Site", "cross-site"}
                }) {
            for (String call : List.of("refresh", "logout", "login", "link", "revoke")) {
                HttpResponse<String> refused = server.anonymously()
                        .send("POST", AUTH + call, Map.of(), "Cookie", cookie, foreign[0], foreign[1]);
                assertThat(refused.statusCode()).as(call + " " + foreign[1]).isEqualTo(403);
                assertThat(refused.headers().firstValue("Set-Cookie")).isEmpty();
            }
        }
        // A form can send JSON only under another type.
        for (String type : List.of("text/plain", "application/x-www-form-urlencoded", "multipart/form-data")) {
            assertThat(server.anonymously()
                            .send("POST", AUTH + "refresh", "{}", "Cookie", cookie, "Content-Type", type)
                            .statusCode())
                    .isEqualTo(415);
        }
        HttpResponse<String> still = server.anonymously().send("POST", AUTH + "refresh", Map.of(), "Cookie", cookie);
        assertThat(still.statusCode()).isEqualTo(200);
        cookie(still);
        secrets.keep(ServerProcess.json(still).get("access_token").asText());
    }

    // Pages of other origins

    @Test
    void cors_isOffUnlessConfigured() throws Exception {
        for (String origin : List.of(FRIEND, "null", server.address())) {
            for (HttpResponse<String> answer : List.of(
                    server.get("/api/v1/about", "Origin", origin),
                    server.anonymously().get("/api/v1/about", "Origin", origin),
                    server.get("/health", "Origin", origin),
                    preflight(server, origin))) {
                assertThat(answer.headers().map().keySet()).noneMatch(name -> name.toLowerCase(java.util.Locale.ROOT)
                        .startsWith("access-control-"));
            }
        }
    }

    @Test
    void cors_letsConfiguredOriginsIn(@TempDir Path folder) throws Exception {
        Map<String, String> environment = Map.of("HONE_CORS_ORIGINS", "https://other.example, " + FRIEND);
        try (ServerProcess open = ServerProcess.start(folder, environment)) {
            HttpResponse<String> preflight = preflight(open, FRIEND);
            assertThat(preflight.statusCode()).isEqualTo(204);
            assertThat(preflight.headers().firstValue("Access-Control-Allow-Origin"))
                    .hasValue(FRIEND);
            assertThat(preflight
                            .headers()
                            .firstValue("Access-Control-Allow-Headers")
                            .orElseThrow())
                    .contains("Authorization");
            assertThat(preflight.headers().firstValue("Access-Control-Allow-Credentials"))
                    .isEmpty();
            // Refusals too, or their pages could not tell what is wrong.
            String session = "/api/v1/sessions";
            for (HttpResponse<String> answer : List.of(
                    open.get(session, "Origin", FRIEND),
                    open.get(session + "/x", "Origin", FRIEND),
                    open.send("POST", session, Map.of(), "Origin", FRIEND),
                    open.anonymously().get(session, "Origin", FRIEND),
                    open.get("/metrics", "Origin", FRIEND),
                    open.anonymously().get("/metrics", "Origin", FRIEND),
                    open.send("POST", session, "x".repeat(11_000_000), "Origin", FRIEND),
                    open.get("/api/v1/nothing", "Origin", FRIEND))) {
                assertThat(answer.headers().firstValue("Access-Control-Allow-Origin"))
                        .as(answer.statusCode() + " " + answer.body())
                        .hasValue(FRIEND);
                assertThat(answer.headers().allValues("Vary")).anyMatch(vary -> vary.contains("Origin"));
                assertThat(answer.headers().firstValue("Access-Control-Allow-Credentials"))
                        .isEmpty();
            }
            Map<String, String> body = Map.of("name", "n", "model", "m", "technique", "other");
            assertThat(open.send("POST", session, body, "Origin", FRIEND).statusCode())
                    .isEqualTo(201);

            assertThat(preflight(open, "https://evil.example").headers().firstValue("Access-Control-Allow-Origin"))
                    .isEmpty();
            assertThat(open.get(session, "Origin", "https://evil.example")
                            .headers()
                            .firstValue("Access-Control-Allow-Origin"))
                    .isEmpty();
            for (String evil : List.of("https://evil.example", FRIEND + ".evil.example", "http://friend.example")) {
                assertThat(open.send("POST", session, body, "Origin", evil).statusCode())
                        .isEqualTo(403);
            }
        }
    }

    // Live connections

    @Test
    void live_asksForACredential() throws Exception {
        String key = secrets.keep(server.createKey("live", "viewer"));
        String access =
                secrets.keep(signIn(account("viewer"))).get("access_token").asText();
        for (String good : List.of(key, access, server.operatorToken())) {
            try (LiveClient client = LiveClient.connect(server, good)) {
                // Never the token: what is chosen is in the answer, where proxies log it.
                assertThat(client.socket().getSubprotocol()).isEqualTo("hone");
            }
        }
        for (String bad : List.of("nonsense", "", "hone_" + "A".repeat(43), "a.b.c")) {
            assertThatThrownBy(() -> LiveClient.connect(server, bad))
                    .as(bad)
                    .hasCauseInstanceOf(WebSocketHandshakeException.class);
        }
        Answers.problem(DOCUMENT, 401, upgrade());
        Answers.problem(DOCUMENT, 401, upgrade("Sec-WebSocket-Protocol: hone"));
        Answers.problem(DOCUMENT, 401, upgrade("Sec-WebSocket-Protocol: hone, bearer."));
        // A valid one in the list does not mend a wrong one in the field for it.
        Answers.problem(
                DOCUMENT, 401, upgrade("Authorization: Bearer x", "Sec-WebSocket-Protocol: hone, bearer." + key));
        Answers.problem(DOCUMENT, 401, upgrade("Cookie: hone_refresh=honer_x"));
        RawHttp.Answer header = upgrade("Authorization: Bearer " + key);
        assertThat(header.status()).isEqualTo(101);
        RawHttp.Answer chosen = upgrade("Sec-WebSocket-Protocol: hone, bearer." + key);
        assertThat(chosen.status()).isEqualTo(101);
        assertThat(chosen.headers()).containsEntry("sec-websocket-protocol", "hone");
        // For WebSockets alone: elsewhere it is no credential.
        assertThat(RawHttp.ask(
                                server.port(),
                                RawHttp.request(
                                        "GET",
                                        "/api/v1/about",
                                        "Sec-WebSocket-Protocol: hone, bearer." + key,
                                        "Connection: close"))
                        .status())
                .isEqualTo(401);
    }

    /** However an upgrade is written that the layer below understands: none passes by the check. */
    @Test
    void live_writtenOtherwise_isRefusedToo() throws Exception {
        List<String> wrong = new ArrayList<>();
        for (String upgrade : List.of("WebSocket", "WEBSOCKET", "h2c, websocket", "websocket, h2c", "websocket/13")) {
            for (String connection : List.of("Upgrade", "keep-alive, Upgrade", "upgrade")) {
                for (String target : List.of("/api/v1/live", "/api/v1/live/", "//api/v1/live", "/api/v1/live;x=y")) {
                    RawHttp.Answer answer = RawHttp.ask(
                            server.port(),
                            RawHttp.request(
                                    "GET",
                                    target,
                                    "Upgrade: " + upgrade,
                                    "Connection: " + connection,
                                    "Sec-WebSocket-Version: 13",
                                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
                    if (answer.status() < 400 || answer.status() >= 500) {
                        wrong.add(upgrade + " " + connection + " " + target + ": " + answer);
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void live_ofAForeignPage_isRefused() throws Exception {
        String credential = "Sec-WebSocket-Protocol: hone, bearer." + server.operatorToken();
        for (String origin : List.of("https://evil.example", "null", "http://127.0.0.1:1")) {
            Answers.problem(DOCUMENT, 403, upgrade(credential, "Origin: " + origin));
        }
    }

    @Test
    void live_endsWithTheSignIn() throws Exception {
        String username = account("viewer");
        JsonNode tokens = secrets.keep(signIn(username));
        JsonNode other = secrets.keep(signIn(username));
        String access = tokens.get("access_token").asText();
        try (LiveClient ended = LiveClient.connect(server, access);
                LiveClient goesOn =
                        LiveClient.connect(server, other.get("access_token").asText());
                LiveClient operator = LiveClient.connect(server)) {
            ended.subscribe("sessions");
            assertThat(server.as(access).send("POST", AUTH + "logout", Map.of()).statusCode())
                    .isEqualTo(204);
            assertThat(ended.awaitClose()).isEqualTo(4401);
            for (LiveClient client : List.of(goesOn, operator)) {
                client.send(Map.of("type", "ping"));
                client.await("pong");
            }
            server.send("PATCH", "/api/v1/accounts/" + other.at("/account/id").asText(), Map.of("disabled", true));
            assertThat(goesOn.awaitClose()).isEqualTo(4401);
            operator.send(Map.of("type", "ping"));
            operator.await("pong");
        }
    }

    @Test
    void live_endsWithTheKey() throws Exception {
        JsonNode made =
                ServerProcess.json(server.send("POST", "/api/v1/keys", Map.of("name", "ends", "role", "viewer")));
        try (LiveClient client =
                LiveClient.connect(server, secrets.keep(made.get("key").asText()))) {
            client.subscribe("sessions");
            server.send("DELETE", "/api/v1/keys/" + made.get("id").asText(), null);
            assertThat(client.awaitClose()).isEqualTo(4401);
        }
    }

    @Test
    void live_goesOnWithTheNextToken() throws Exception {
        String username = account("viewer");
        JsonNode tokens = secrets.keep(signIn(username));
        String access = tokens.get("access_token").asText();
        try (LiveClient client = LiveClient.connect(server, access)) {
            JsonNode next = secrets.keep(ServerProcess.json(server.anonymously()
                    .send(
                            "POST",
                            AUTH + "refresh",
                            Map.of("refresh_token", tokens.get("refresh_token").asText()))));
            String renewed = next.get("access_token").asText();
            client.send(Map.of("type", "authenticate", "token", renewed));
            client.await("authenticated");
            // The token that opened it ends; the connection hangs on the new one.
            server.as(renewed).send("POST", AUTH + "revoke", Map.of("token", access));
            assertThat(server.as(access).get(ME).statusCode()).isEqualTo(401);
            client.send(Map.of("type", "ping"));
            client.await("pong");

            // Others' tokens, and none at all, change nothing.
            String others =
                    secrets.keep(signIn(account("admin"))).get("access_token").asText();
            for (String token : List.of("nonsense", "", access, others, server.operatorToken())) {
                client.send(Map.of("type", "authenticate", "token", token));
                assertThat(client.await("error").get("detail").asText())
                        .isNotEmpty()
                        .satisfies(detail -> assertThat(token.isEmpty() || !detail.contains(token))
                                .isTrue());
            }
            client.send(Map.of("type", "authenticate"));
            client.await("error");
            server.as(renewed).send("POST", AUTH + "revoke", Map.of("token", renewed));
            assertThat(client.awaitClose()).isEqualTo(4401);
        }
    }

    private RawHttp.Answer upgrade(String... headers) throws Exception {
        List<String> all = new ArrayList<>(List.of(headers));
        all.addAll(List.of(
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
        return RawHttp.ask(server.port(), RawHttp.request("GET", "/api/v1/live", all.toArray(String[]::new)));
    }

    private static HttpResponse<String> preflight(ServerProcess server, String origin) throws Exception {
        return server.anonymously()
                .send(
                        "OPTIONS",
                        "/api/v1/sessions",
                        null,
                        "Origin",
                        origin,
                        "Access-Control-Request-Method",
                        "POST",
                        "Access-Control-Request-Headers",
                        "authorization,content-type");
    }

    private HttpResponse<String> loginWithCookie(String username) throws Exception {
        HttpResponse<String> answer = server.anonymously()
                .send("POST", AUTH + "login", Map.of("username", username, "password", PASSWORD, "cookie", true));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer;
    }

    /** Name and value, as a browser sends them back. */
    private String cookie(HttpResponse<String> answer) {
        String cookie = answer.headers().firstValue("Set-Cookie").orElseThrow().replaceAll(";.*", "");
        secrets.keep(cookie.replaceAll("^[^=]*=|\"", ""));
        return cookie;
    }

    private JsonNode signIn(String username) throws Exception {
        return server.signIn(username, PASSWORD);
    }

    private String account(String role) throws Exception {
        String username = "browser-" + accounts++;
        server.createAccount(username, role, PASSWORD);
        return username;
    }
}
