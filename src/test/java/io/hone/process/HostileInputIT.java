package io.hone.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What no well-meaning client sends, byte by byte. After each of it the server answers as before. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileInputIT {

    private static final ApiDocument DOCUMENT = ApiDocument.read();
    private static final String ABOUT = "/api/v1/about";
    private static final String SESSIONS = "/api/v1/sessions";
    private static final int MEGABYTE = 1_048_576;
    private static final String LAST_CHUNK = "0\r\n\r\n";

    /** 56 bytes that pass for a request where somebody takes the last chunk, or nothing, for the body before it. */
    private static final String HIDDEN = "GET /api/v1/about?smuggled HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

    private ServerProcess server;
    private int port;
    private String authorization;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        server = ServerProcess.start(data);
        port = server.port();
        authorization = server.authorizationLine();
    }

    @AfterAll
    void stop() throws Exception {
        server.close();
    }

    @AfterEach
    void serverAnswersAsBefore() throws Exception {
        assertThat(server.get(ABOUT).statusCode()).isEqualTo(200);
    }

    // What is no HTTP

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GARBAGE\r\n\r\n",
                "GET\r\n\r\n",
                "GET /api/v1/about\r\n\r\n",
                "GET /api/v1/about HTTP/9.9\r\nHost: 127.0.0.1\r\n\r\n",
                "GET /api/v1/about HTTP/1.1\r\n\r\n",
                "GET /api/v1/about HTTP/1.1\r\nHost: 127.0.0.1\r\nno colon here\r\n\r\n",
                "GET /api/v1/about HTTP/1.1\r\nHost : 127.0.0.1\r\n\r\n",
                "GET /api/v1/about HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: 127.0.0.2\r\n\r\n",
                "GET /api/v1/about HTTP/1.1\r\nHost: 127.0.0.1\r\nA: b\r\n folded\r\n\r\n",
                "GET /api/v1/about HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: nonsense\r\n\r\n",
                "GET api/v1/about HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
                "GET http://[::1 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
                "GET /\u0000 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                "\r\n\r\n\r\nGET /api/v1/about HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
            })
    void requestLine_thatIsNoHttp_tellsNothing(String request) throws Exception {
        for (String sent : List.of(request, authorized(request))) {
            try (RawHttp http = RawHttp.connect(port)) {
                http.patience(3_000);
                http.send(sent);
                RawHttp.Answer answer = readOrNull(http);
                if (answer != null && sent.contains("HTTP/")) {
                    tellsNothing(answer);
                } else if (answer != null) {
                    // HTTP/0.9 has no fields: the layer below leaves the type out.
                    assertThat(answer.text()).doesNotContain("Exception", "io.hone", "<html");
                }
            }
        }
    }

    /** Who is not known learns nothing of what is behind the access check, however the request looks. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /api/v1/sessions HTTP/1.1",
                "GET /api/v1/sessions?limit=x&%00=1 HTTP/1.1",
                "GET /api/v1/sessions/../sessions HTTP/1.1",
                "GET //api//v1//about HTTP/1.1",
                "GET /api/v1/about/ HTTP/1.1",
                "GET /api/v1/about;x=y HTTP/1.1",
                "GET /api/v1/config/settings/%0d%0a HTTP/1.1",
                "GET /metrics HTTP/1.1",
                "GET /metrics/ HTTP/1.1",
                "GET //metrics HTTP/1.1",
                "GET /metrics;x=y HTTP/1.1",
                "GET /%6detrics HTTP/1.1",
                "GET /./metrics HTTP/1.1",
                "GET /docs/../metrics HTTP/1.1",
                "GET /openapi HTTP/1.1",
                "GET /openapi/x HTTP/1.1",
                "GET /openapi;/x HTTP/1.1",
                "HEAD /metrics HTTP/1.1",
                "POST /metrics HTTP/1.1",
                "OPTIONS /api/v1/accounts HTTP/1.1"
            })
    void request_ofNobody_isRefused(String line) throws Exception {
        try (RawHttp http = RawHttp.connect(port)) {
            http.send(line + "\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
            RawHttp.Answer answer = line.startsWith("HEAD") ? http.readHead() : http.read();
            assertThat(answer.status()).as(answer.toString()).isIn(400, 401, 404);
            assertThat(answer.text()).doesNotContain("jvm_memory", "paths", "items");
            if (!line.startsWith("HEAD")) {
                tellsNothing(answer);
            }
        }
    }

    @Test
    void headers_tooLarge_areRefused() throws Exception {
        for (String header : List.of("X-Large: " + "x".repeat(200_000), "X-Many: y\r\n".repeat(5_000) + "X-End: z")) {
            try (RawHttp http = RawHttp.connect(port)) {
                sendAsFarAsTaken(http, request("GET", ABOUT, header));
                RawHttp.Answer answer = readOrNull(http);
                if (answer != null) {
                    assertThat(answer.status()).isBetween(400, 499);
                    tellsNothing(answer);
                }
            }
        }
    }

    @Test
    void address_tooLong_isRefused() throws Exception {
        try (RawHttp http = RawHttp.connect(port)) {
            sendAsFarAsTaken(http, request("GET", ABOUT + "?q=" + "x".repeat(200_000)));
            RawHttp.Answer answer = readOrNull(http);
            if (answer != null) {
                assertThat(answer.status()).isBetween(400, 499);
                tellsNothing(answer);
            }
        }
    }

    // Addresses

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/WEB-INF/web.xml",
                "/web-inf/web.xml",
                "/WEB-INF/",
                "/WEB-INF",
                "/WEB-INF%2fweb.xml",
                "/%57EB-INF/web.xml",
                "/./WEB-INF/web.xml",
                "/x/../WEB-INF/web.xml",
                "//WEB-INF/web.xml",
                "/WEB-INF;x=y/web.xml",
                "/..;/WEB-INF/web.xml",
                "/%2e%2e/WEB-INF/web.xml",
                "/%2e/WEB-INF/web.xml",
                "/docs/..%2fWEB-INF/web.xml",
                "/docs/%2e%2e/WEB-INF/web.xml",
                "/docs/..;/WEB-INF/web.xml",
                "/webjars/../WEB-INF/web.xml",
                "/webjars/..;/..;/etc/passwd",
                "/META-INF/MANIFEST.MF",
                "/META-INF/maven/pom.xml",
                "/WEB-INF/classes/build.properties",
                "/WEB-INF/lib/",
                "/..%5c..%5cetc%5cpasswd",
                "/../../../../etc/passwd",
                "/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
                "/api/v1/../../WEB-INF/web.xml",
                "/api/v1/sessions/..%2f..%2f..%2fWEB-INF/web.xml",
                "/index.html%00.js",
                "/app.js%20",
                "/app.js/",
                "/app.js::$DATA",
                "http://127.0.0.1/WEB-INF/web.xml",
                "/error",
                "/hone.db",
                "/data/hone.properties"
            })
    void path_thatLeavesTheWebsite_isNotFound(String target) throws Exception {
        for (String accept : List.of("*/*", "text/html", "nobody")) {
            RawHttp.Answer answer = RawHttp.ask(
                    port,
                    accept.equals("nobody")
                            ? RawHttp.request("GET", target, "Connection: close")
                            : request("GET", target, "Accept: " + accept, "Connection: close"));
            assertThat(answer.status()).as(answer.toString()).isIn(301, 400, 401, 403, 404, 405);
            if (answer.status() == 301) {
                // The container adds a slash to the name of a folder; with the slash nothing is there.
                String location = answer.headers().get("location");
                assertThat(location).startsWith("http://127.0.0.1/").endsWith("/");
                String slashed = location.substring("http://127.0.0.1".length());
                assertThat(slashed.equals("/")
                                || RawHttp.ask(port, request("GET", slashed)).status() == 404)
                        .isTrue();
                continue;
            }
            assertThat(answer.text()).doesNotContain("<web-app", "root:", "Manifest-Version", "<project", "version=");
            if (answer.headers().getOrDefault("content-type", "").startsWith("text/html")) {
                assertThat(answer.text()).contains("<hone-shell>");
            } else {
                tellsNothing(answer);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"//api//v1//about", "/api/v1//about", "/api/v1/about/", "/api/v1/./about", "/api/v1/about;x=y"})
    void path_writtenOtherwise_isServedOrNotFound(String target) throws Exception {
        RawHttp.Answer answer = RawHttp.ask(port, request("GET", target, "Connection: close"));
        assertThat(answer.status()).as(answer.toString()).isIn(200, 400, 404);
        tellsNothing(answer);
    }

    // Methods

    @ParameterizedTest
    @ValueSource(strings = {"get", "Get", "FOO", "TRACE", "PROPFIND", "G@T", "X"})
    void method_unknown_isNotAllowed(String method) throws Exception {
        for (String target : List.of(ABOUT, "/", "/health", "/app.js")) {
            RawHttp.Answer answer = RawHttp.ask(port, request(method, target, "Connection: close"));
            // RFC 9110, section 15.6.2: 501 is for methods that the server has never heard of.
            assertThat(answer.status()).as(method + " " + target + answer).isIn(400, 405, 501);
            if (answer.status() != 501) {
                tellsNothing(answer);
            }
        }
    }

    @Test
    void method_connect_isRefused() throws Exception {
        try (RawHttp http = RawHttp.connect(port)) {
            http.send("CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: 127.0.0.1:22\r\nConnection: close\r\n\r\n");
            RawHttp.Answer answer = http.readHead();
            assertThat(answer.status()).isBetween(400, 499);
            tellsNothing(answer);
        }
    }

    @Test
    void head_answersLikeGetWithoutABody() throws Exception {
        String id = server.createSession("head");
        for (String target : List.of(ABOUT, SESSIONS + "/" + id, "/", "/app.js", "/health", "/metrics", "/openapi")) {
            RawHttp.Answer get = RawHttp.ask(port, request("GET", target));
            try (RawHttp http = RawHttp.connect(port)) {
                http.send(request("HEAD", target));
                RawHttp.Answer head = http.readHead();
                assertThat(head.status()).as(target).isEqualTo(get.status());
                assertThat(head.headers().get("content-type"))
                        .as(target)
                        .isEqualTo(get.headers().get("content-type"));
                assertThat(head.headers().get("etag"))
                        .as(target)
                        .isEqualTo(get.headers().get("etag"));
                assertThat(head.headers()).containsKeys("x-request-id", "x-response-time", "server-timing");
                // Nothing of a body is on the connection: the next answer is read as it comes.
                http.send(request("GET", ABOUT));
                assertThat(http.read().status()).as(target).isEqualTo(200);
            }
        }
    }

    @Test
    void options_namesTheMethods() throws Exception {
        RawHttp.Answer answer = RawHttp.ask(port, request("OPTIONS", SESSIONS));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers().get("allow")).contains("GET", "POST");
        assertThat(answer.headers()).doesNotContainKey("access-control-allow-origin");
    }

    // Bodies

    @Test
    void body_of20MegabytesWithLength_isTooLarge() throws Exception {
        try (RawHttp http = RawHttp.connect(port)) {
            http.send(head(SESSIONS, "Content-Length: " + 20 * MEGABYTE));
            sendAsFarAsTaken(http, "x".repeat(65_536));
            Answers.problem(DOCUMENT, 413, http.read());
        }
    }

    @Test
    void body_of20MegabytesSentWhole_isTooLargeAndConnectionEndsOrGoesOn() throws Exception {
        byte[] body = new byte[20 * MEGABYTE];
        try (RawHttp http = RawHttp.connect(port)) {
            http.send(head(SESSIONS, "Content-Length: " + body.length));
            Future<Boolean> sent = inBackground(() -> isSent(http, body));
            Answers.problem(DOCUMENT, 413, http.read());
            sent.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void body_of20MegabytesInChunks_isTooLarge() throws Exception {
        byte[] chunk = chunk(MEGABYTE);
        try (RawHttp http = RawHttp.connect(port)) {
            http.send(head(SESSIONS, "Transfer-Encoding: chunked"));
            Future<Boolean> sent = inBackground(() -> {
                for (int i = 0; i < 20; i++) {
                    if (!isSent(http, chunk)) {
                        return false;
                    }
                }
                return isSent(http, "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            });
            Answers.problem(DOCUMENT, 413, http.read());
            sent.get(30, TimeUnit.SECONDS);
        }
    }

    /** Valid JSON that would go on for ever: the server has to stop reading, answer, and let go of the connection. */
    @Test
    void body_thatNeverEnds_isCutOff() throws Exception {
        byte[] chunk = chunk(65_536);
        try (RawHttp http = RawHttp.connect(port)) {
            http.send(head(SESSIONS, "Transfer-Encoding: chunked"));
            Future<Integer> sent = inBackground(() -> {
                int chunks = 0;
                while (chunks < 16 * 1_024 && isSent(http, chunk)) {
                    chunks++;
                }
                return chunks;
            });
            Answers.problem(DOCUMENT, 413, http.read());
            assertThat(sent.get(60, TimeUnit.SECONDS))
                    .as("64 KiB chunks taken before the connection ended")
                    .isLessThan(16 * 1_024);
        }
    }

    @Test
    void body_shorterThanItsLength_isRefusedWhenTheClientEnds() throws Exception {
        try (java.net.Socket socket = new java.net.Socket("127.0.0.1", port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write((head(SESSIONS, "Content-Length: 500") + "{\"name\":").getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).satisfiesAnyOf(text -> assertThat(text).isEmpty(), text -> assertThat(text)
                    .startsWith("HTTP/1.1 4"));
            assertThat(answer).doesNotContain("Exception");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "abc", "1e3", "99999999999999999999", "5, 6", "+5", "0x10", ""})
    void contentLength_thatIsNoLength_isRefused(String length) throws Exception {
        try (RawHttp http = RawHttp.connect(port)) {
            http.patience(5_000);
            http.send(head(SESSIONS, "Content-Length: " + length) + "{}");
            RawHttp.Answer answer = readOrNull(http);
            if (answer != null) {
                assertThat(answer.status()).as(answer.toString()).isBetween(400, 499);
                tellsNothing(answer);
            }
        }
    }

    /**
     * Whoever is unsure where a body ends must not take what follows for a request: that one has its end from the last
     * (RFC 9112, sections 6.1 and 6.3).
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5|Content-Length: 6",
                "Content-Length: 61|Transfer-Encoding: chunked",
                "content-length: 61|transfer-encoding: CHUNKED",
                "Content-Length: 61|X-Between: x|Transfer-Encoding:\tchunked",
                "Content-Length: 61|Content-Length: 61|Transfer-Encoding: chunked",
                "Transfer-Encoding: chunked|Content-Length: 4",
                "Transfer-Encoding: chunked|Content-Length: 61",
                "Transfer-Encoding:\tchunked|Content-Length: 4",
                "Transfer-Encoding: identity|Content-Length: 4",
                "Content-Length: 61|Transfer-Encoding: identity",
                "Transfer-Encoding: chunked|Transfer-Encoding: identity",
                "Transfer-Encoding: chunked, identity",
                "Transfer-Encoding: gzip, chunked",
                "Transfer-Encoding: xchunked",
                "Transfer-Encoding: chunkedx",
                "Transfer-Encoding:\r\n chunked|Content-Length: 61",
                "Transfer-Encoding : chunked|Content-Length: 61",
                "Content-Length : 61|Transfer-Encoding: chunked",
            })
    void requests_cannotBeSmuggled(String fields) throws Exception {
        for (String method : List.of("POST", "PUT", "OPTIONS", "TRACE")) {
            String attempt = request(method, SESSIONS, fields.split("\\|"));
            isRefusedForGood(attempt + LAST_CHUNK + HIDDEN);
            try (RawHttp http = RawHttp.connect(port)) {
                // The second request of a connection; a piece of it comes with the first.
                http.send(request("GET", ABOUT) + attempt.substring(0, 70));
                assertThat(http.read().status()).isEqualTo(200);
                http.send(attempt.substring(70) + LAST_CHUNK + HIDDEN);
                RawHttp.Answer answer = readOrNull(http);
                assertThat(answer == null || answer.status() == 400).isTrue();
                assertThat(http.isClosed()).isTrue();
            }
        }
    }

    /** HTTP/1.0 has no chunks, so whoever passed them on may have seen another end. */
    @Test
    void chunks_ofHttp10_areRefused() throws Exception {
        isRefusedForGood(request("POST", SESSIONS, "Connection: keep-alive", "Transfer-Encoding: chunked")
                        .replace("HTTP/1.1", "HTTP/1.0")
                + LAST_CHUNK
                + HIDDEN);
    }

    /** Plain chunks are no attack: the connection goes on. */
    @ParameterizedTest
    @ValueSource(strings = {"Transfer-Encoding: chunked", "transfer-encoding:Chunked ", "Content-Length: 7"})
    void requests_withOneEnd_keepTheConnection(String length) throws Exception {
        String body = length.startsWith("C") ? "{     }" : "2\r\n{}\r\n0\r\n\r\n";
        try (RawHttp http = RawHttp.connect(port)) {
            for (int i = 0; i < 3; i++) {
                http.send(head(SESSIONS, length) + body);
                Answers.problem(DOCUMENT, 422, http.read());
            }
        }
    }

    // Who asks from where

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "127.0.0.1.evil.example", "169.254.169.254", "hone.local:8080", "0"})
    void host_foreign_isForbidden(String host) throws Exception {
        String request = "GET " + ABOUT + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
        Answers.problem(DOCUMENT, 403, RawHttp.ask(port, request));
        Answers.problem(DOCUMENT, 403, RawHttp.ask(port, authorized(request)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1", "LOCALHOST", "localhost:80"})
    void host_ofThisMachine_isServed(String host) throws Exception {
        String request = "GET " + ABOUT + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
        assertThat(RawHttp.ask(port, authorized(request)).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://evil.example",
                "null",
                "https://127.0.0.1.evil.example",
                "http://127.0.0.1:1",
                "file://",
                "%%"
            })
    void origin_foreign_isForbiddenForChangesAndLiveConnections(String origin) throws Exception {
        String body = "{\"name\":\"n\",\"model\":\"m\",\"technique\":\"other\"}";
        String post = head(SESSIONS, "Origin: " + origin, "Content-Length: " + body.length()) + body;
        Answers.problem(DOCUMENT, 403, RawHttp.ask(port, post));
        Answers.problem(DOCUMENT, 403, RawHttp.ask(port, upgrade("Origin: " + origin)));
        // Pages of other origins cannot read the answer, for want of a header that lets them.
        RawHttp.Answer get = RawHttp.ask(port, request("GET", ABOUT, "Origin: " + origin));
        assertThat(get.headers()).doesNotContainKey("access-control-allow-origin");
    }

    @Test
    void origin_ofThisServer_isServed() throws Exception {
        try (RawHttp http = RawHttp.connect(port)) {
            http.send(upgrade("Origin: http://127.0.0.1:" + port));
            assertThat(http.readHead().status()).isEqualTo(101);
        }
    }

    @Test
    void request_fromAnotherSiteWithoutOrigin_isForbidden() throws Exception {
        String post = head(SESSIONS, "Sec-Fetch-Site: cross-site", "Content-Length: 2") + "{}";
        Answers.problem(DOCUMENT, 403, RawHttp.ask(port, post));
    }

    @Test
    void live_withoutUpgrade_isAProblem() throws Exception {
        RawHttp.Answer answer = RawHttp.ask(port, request("GET", "/api/v1/live", "Connection: close"));
        assertThat(answer.status()).isBetween(400, 499);
        assertThat(Answers.check(DOCUMENT, answer.status(), answer.headers(), answer.body()))
                .isEmpty();
    }

    // Ids, traces and the log

    @Test
    void requestId_isTakenOverOrReplaced() throws Exception {
        for (String id : List.of("a.b_c-12", "0".repeat(128))) {
            assertThat(RawHttp.ask(port, request("GET", ABOUT, "X-Request-ID: " + id))
                            .headers()
                            .get("x-request-id"))
                    .isEqualTo(id);
        }
        for (String id : List.of("short", "0".repeat(129), "has a space", "new%0aline", "<script>", "")) {
            assertThat(RawHttp.ask(port, request("GET", ABOUT, "X-Request-ID: " + id))
                            .headers()
                            .get("x-request-id"))
                    .isNotEqualTo(id)
                    .matches("[A-Za-z0-9._-]{8,128}");
        }
    }

    @Test
    void traceparent_isTakenOverIntoTheLog() throws Exception {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        server.get(ABOUT, "traceparent", "00-" + trace + "-00f067aa0ba902b7-01");
        awaitOutput("request_complete .*path=/api/v1/about .*trace_id=" + trace);
        server.get(
                ABOUT,
                "traceparent",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "X-Request-ID",
                "zero-trace");
        awaitOutput("request_complete .*request_id=zero-trace trace_id=(?!0{32})[0-9a-f]{32}");
    }

    @Test
    void log_hasNoLineThatAClientForged() throws Exception {
        String forged = "%0d%0a2026-11-20T00:00:00.000Z%20SEVERE%20FORGED%20";
        String body = "{\"name\":\"a\\n2026 SEVERE FORGED\",\"model\":\"m\",\"technique\":\"other\"}";
        RawHttp.ask(port, request("GET", SESSIONS + "/" + forged));
        RawHttp.ask(port, request("GET", SESSIONS + "?q=" + forged + "&" + forged + "=1"));
        RawHttp.ask(port, request("GET", "/api/v1/config/settings/" + forged));
        RawHttp.ask(port, request("GET", ABOUT, "X-Request-ID: x\u000b SEVERE FORGED", "User-Agent: FORGED"));
        RawHttp.ask(port, request("FORGED", ABOUT));
        RawHttp.ask(port, head(SESSIONS, "Content-Length: " + body.length()) + body);
        server.get(ABOUT, "X-Request-ID", "after-the-forgery");
        awaitOutput("request_complete .*request_id=after-the-forgery");
        assertThat(server.output().lines().filter(line -> line.matches("^(\\S+ )?SEVERE FORGED.*")))
                .isEmpty();
        assertThat(server.output()).doesNotContain("\r");
    }

    @Test
    void log_masksSecretsOfTheQuery() throws Exception {
        server.get(SESSIONS + "?api_key=sk-12345&access_token=abcdef&q=visible");
        awaitOutput("query=\"?[^\\n]*q=visible");
        assertThat(server.output()).doesNotContain("sk-12345").doesNotContain("abcdef");
    }

    // Compression

    @Test
    void answers_areCompressedForThoseWhoTakeIt() throws Exception {
        String settings = "/api/v1/config/settings";
        byte[] plain = RawHttp.ask(port, request("GET", settings)).body();
        for (String accepting :
                List.of("gzip", "GZIP", "deflate, gzip;q=0.5", "*", "br, *;q=0.1", "x-gzip", " gzip ; q=1.0 ")) {
            RawHttp.Answer answer = RawHttp.ask(port, request("GET", settings, "Accept-Encoding: " + accepting));
            assertThat(answer.headers().get("content-encoding")).as(accepting).isEqualTo("gzip");
            assertThat(answer.headers().get("vary")).containsIgnoringCase("Accept-Encoding");
            assertThat(answer.unzipped()).isEqualTo(plain);
        }
        for (String refusing :
                List.of("", "identity", "br", "gzip;q=0", "gzip;q=0.000", "*;q=0", "gzip;q=0, *", "gzipped")) {
            RawHttp.Answer answer = RawHttp.ask(port, request("GET", settings, "Accept-Encoding: " + refusing));
            assertThat(answer.headers()).as(refusing).doesNotContainKey("content-encoding");
            assertThat(answer.headers().get("vary")).containsIgnoringCase("Accept-Encoding");
            assertThat(answer.body()).isEqualTo(plain);
        }
    }

    @Test
    void answers_thatAreSmall_areNotCompressed() throws Exception {
        RawHttp.Answer answer = RawHttp.ask(port, request("GET", ABOUT, "Accept-Encoding: gzip"));
        assertThat(answer.headers()).doesNotContainKey("content-encoding");
    }

    @Test
    void entityTags_nameTheBytesAndAreBothUnderstood() throws Exception {
        JsonNode session =
                create(Map.of("name", "long", "model", "m", "technique", "other", "notes", "lorem ipsum ".repeat(200)));
        List<String> targets = List.of(
                SESSIONS + "/" + session.get("id").asText(), "/app.js", "/openapi", "/openapi?format=json", "/");
        for (String target : targets) {
            RawHttp.Answer plain = RawHttp.ask(port, request("GET", target));
            RawHttp.Answer packed = RawHttp.ask(port, request("GET", target, "Accept-Encoding: gzip"));
            String tag = plain.headers().get("etag");
            assertThat(tag).as(target).matches("\"[^\"]+\"");
            assertThat(packed.headers().get("etag")).as(target).isEqualTo(tag.replaceAll("\"$", "-gzip\""));
            assertThat(packed.unzipped()).as(target).isEqualTo(plain.body());
            for (String known : List.of(tag, packed.headers().get("etag"), "\"x\", " + tag, "W/" + tag, "*")) {
                for (String encoding : List.of("gzip", "identity")) {
                    RawHttp.Answer again = RawHttp.ask(
                            port, request("GET", target, "If-None-Match: " + known, "Accept-Encoding: " + encoding));
                    assertThat(again.status())
                            .as("%s %s %s", target, known, encoding)
                            .isEqualTo(304);
                    assertThat(again.body()).isEmpty();
                    assertThat(again.headers()).containsKeys("etag", "x-request-id", "x-response-time");
                }
            }
            assertThat(RawHttp.ask(port, request("GET", target, "If-None-Match: \"other\""))
                            .status())
                    .as(target)
                    .isEqualTo(200);
        }
    }

    // Values

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'; DROP TABLE session; --",
                "\" OR \"1\"=\"1",
                "<script>alert(1)</script>",
                "</script><img src=x onerror=alert(1)>",
                "%_!\\%",
                "${jndi:ldap://127.0.0.1/a} {{7*7}} #{7*7} :name ?",
                "line\nbreak\ttab\u0007bell",
                "\u202egnitset \ufeff\u200b",
                "\ud83d\ude80 résnet 模型 \u2028\u2029"
            })
    void text_comesBackAsItWasSent(String text) throws Exception {
        JsonNode created = create(Map.of(
                "name",
                text,
                "project",
                text,
                "model",
                text,
                "technique",
                "other",
                "notes",
                text,
                "params",
                Map.of(text, text),
                "tags",
                Map.of("k", text)));
        String id = created.get("id").asText();
        JsonNode read = ServerProcess.json(server.get(SESSIONS + "/" + id));
        for (String member : List.of("name", "project", "model", "notes")) {
            assertThat(read.get(member).asText()).isEqualTo(text);
        }
        assertThat(read.get("params").get(text).asText()).isEqualTo(text);
        assertThat(read.get("tags").get("k").asText()).isEqualTo(text);
        String encoded = URLEncoder.encode(text, StandardCharsets.UTF_8);
        for (String filter : List.of("q=", "project=", "model=", "tag=k:")) {
            JsonNode page = ServerProcess.json(server.get(SESSIONS + "?" + filter + encoded));
            assertThat(page.get("items")).as(filter + page).hasSize(1);
            assertThat(page.at("/items/0/id").asText()).isEqualTo(id);
        }
        server.send("POST", SESSIONS + "/" + id + "/steps", List.of(Map.of("step", 1, "metrics", Map.of(text, 0.5))));
        JsonNode series = ServerProcess.json(server.get(SESSIONS + "/" + id + "/steps?metric=" + encoded));
        assertThat(series.get("points")).hasSize(1);
        JsonNode sorted = ServerProcess.json(server.get(SESSIONS + "?limit=1&sort=metric:" + encoded));
        assertThat(sorted.at("/items/0/id").asText()).isEqualTo(id);
        JsonNode stats = ServerProcess.json(server.get("/api/v1/dashboard/stats?project=" + encoded));
        assertThat(stats.at("/sessions/total").asInt()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"step\":2,\"metrics\":{\"a\":\"x\"}}",
                "{\"step\":2,\"metrics\":{\"a\":1e999}}",
                "{\"step\":-2,\"metrics\":{\"a\":1}}",
                "{\"step\":2,\"metrics\":{}}",
                "{\"step\":2,\"at\":\"yesterday\",\"metrics\":{\"a\":1}}",
                "{\"step\":2,\"metrics\":{\"a\":1},\"x\":1}",
                "{\"step\":2,\"metrics\":{\"a\":1,\"a\":2}}",
                "{\"step\":2}",
                "null",
                "{\"step\":2,\"metrics\":{\"a\":1}",
                "{\"step\":9223372036854775808,\"metrics\":{\"a\":1}}"
            })
    void batch_withOneBadValue_storesNothing(String bad) throws Exception {
        String id = server.createSession("batch");
        String good = "{\"step\":1,\"metrics\":{\"a\":1}}";
        for (String batch : List.of("[%s,%s]".formatted(good, bad), "[%s,%s,%s]".formatted(good, bad, good))) {
            assertThat(server.send("POST", SESSIONS + "/" + id + "/steps", batch)
                            .statusCode())
                    .isIn(400, 422);
        }
        assertThat(server.send(
                                "POST",
                                SESSIONS + "/" + id + "/steps",
                                good + "\n" + bad,
                                "Content-Type",
                                "application/x-ndjson")
                        .statusCode())
                .isIn(400, 422);
        JsonNode session = ServerProcess.json(server.get(SESSIONS + "/" + id));
        assertThat(session.get("metrics")).isEmpty();
        assertThat(session.get("version").asInt()).isEqualTo(1);
        assertThat(ServerProcess.json(server.get(SESSIONS + "/" + id + "/steps?metric=a"))
                        .get("points"))
                .isEmpty();
        assertThat(ServerProcess.json(server.get(SESSIONS + "/" + id + "/audit"))
                        .get("items"))
                .hasSize(1);
    }

    @Test
    void batch_withOneValueTooMany_storesNothing() throws Exception {
        String id = server.createSession("large batch");
        StringBuilder batch = new StringBuilder("[");
        for (int step = 0; step <= 10_000; step++) {
            batch.append(step == 0 ? "" : ",").append("{\"step\":%d,\"metrics\":{\"a\":1}}".formatted(step));
        }
        assertThat(server.send(
                                "POST",
                                SESSIONS + "/" + id + "/steps",
                                batch.append("]").toString())
                        .statusCode())
                .isIn(413, 422);
        assertThat(ServerProcess.json(server.get(SESSIONS + "/" + id)).get("metrics"))
                .isEmpty();
    }

    /** A time that RFC 3339 cannot write would come back in a form that no client reads. */
    @ParameterizedTest
    @ValueSource(strings = {"+10000-01-01T00:00:00Z", "+292278994-01-01T00:00:00Z", "+999999999-12-31T23:59:59Z"})
    void time_beyondTheYear9999_isRefused(String time) throws Exception {
        String id = server.createSession("far future");
        String batch = "[{\"step\":1,\"at\":\"%s\",\"metrics\":{\"a\":1}}]".formatted(time);
        assertThat(server.send("POST", SESSIONS + "/" + id + "/steps", batch).statusCode())
                .isEqualTo(422);
        String encoded = URLEncoder.encode(time, StandardCharsets.UTF_8);
        assertThat(server.get(SESSIONS + "?created_after=" + encoded).statusCode())
                .isEqualTo(422);
        assertThat(server.get("/api/v1/audit?before=" + encoded).statusCode()).isEqualTo(422);
    }

    /** JSON has no number beyond a double's range; one that is stored as infinite would come back as another type. */
    @Test
    void param_beyondTheRangeOfNumbers_isRefused() throws Exception {
        String body = "{\"name\":\"n\",\"model\":\"m\",\"technique\":\"other\",\"params\":{\"p\":1e999}}";
        assertThat(server.send("POST", SESSIONS, body).statusCode()).isEqualTo(422);
    }

    // Starts

    /** Whoever asks while the server starts is not answered, or told to wait; never by the application server's pages. */
    @Test
    void start_untilItIsReady_tellsNothing(@TempDir Path data) throws Exception {
        try (ServerProcess starting = ServerProcess.launch(data, Map.of())) {
            List<String> told = new ArrayList<>();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(120))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> {
                        for (String target : List.of(ABOUT, "/", "/health/ready")) {
                            try (RawHttp http = RawHttp.connect(starting.port())) {
                                http.patience(5_000);
                                http.send(RawHttp.request("GET", target, "Connection: close"));
                                RawHttp.Answer answer = http.read();
                                if (!Answers.isBare(answer)
                                        && !Answers.check(DOCUMENT, answer.status(), answer.headers(), answer.body())
                                                .isEmpty()) {
                                    told.add(answer.toString());
                                }
                            } catch (IOException e) {
                                // Refused or closed, as it should be.
                                continue;
                            }
                        }
                        return starting.output().contains("Hone is ready at");
                    });
            assertThat(told.stream().distinct().limit(5)).isEmpty();
        }
    }

    @Test
    void start_onAPortInUse_saysSo(@TempDir Path data) throws Exception {
        try (ServerProcess second = ServerProcess.launch(port, data, Map.of())) {
            assertCannotStart(second, "port %d .* cannot be used.*".formatted(port));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hone.slow-requst-ms=5",
                "hone.slow-request-ms=fast",
                "hone.slow-request-ms=0",
                "hone.log.format=xml",
                "hone.log.requests=yes",
                "honey=1",
                "hone.port=\\u00zz"
            })
    void start_withABadSettingsFile_namesTheLine(String line, @TempDir Path data) throws Exception {
        Files.writeString(data.resolve("hone.properties"), line + "\n");
        try (ServerProcess broken = ServerProcess.launch(data, Map.of())) {
            assertCannotStart(broken, ".*(%s|hone\\.properties).*".formatted(Pattern.quote(line.split("=")[0])));
        }
    }

    @Test
    void start_withABadEnvironment_namesTheVariable(@TempDir Path data) throws Exception {
        try (ServerProcess broken = ServerProcess.launch(data, Map.of("HONE_SLOW_REQUST_MS", "5"))) {
            assertCannotStart(broken, ".*HONE_SLOW_REQUST_MS.*");
        }
        try (ServerProcess broken = ServerProcess.launch(data, Map.of("HONE_SLOW_REQUEST_MS", "-5"))) {
            assertCannotStart(broken, ".*hone\\.slow-request-ms.*from 1 to 600000.*");
        }
    }

    @Test
    void start_withAFileInPlaceOfTheDataFolder_saysSo(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("data"), "not a folder");
        try (ServerProcess broken = ServerProcess.launch(file, Map.of())) {
            assertCannotStart(broken, ".*(data folder|Not a directory).*");
        }
        try (ServerProcess broken = ServerProcess.launch(file.resolve("below"), Map.of())) {
            assertCannotStart(broken, ".*(data folder|Not a directory).*");
        }
        assertThat(file).hasContent("not a folder");
    }

    @Test
    void start_withADatabaseThatIsNone_saysSo(@TempDir Path data) throws Exception {
        Path database = Files.writeString(data.resolve("hone.db"), "this is no database at all ".repeat(1_000));
        byte[] before = Files.readAllBytes(database);
        try (ServerProcess broken = ServerProcess.launch(data, Map.of())) {
            assertCannotStart(broken, ".*hone\\.db.*");
        }
        assertThat(Files.readAllBytes(database)).isEqualTo(before);
    }

    @Test
    void start_onADatabaseOfANewerVersion_saysSoAndChangesNothing(@TempDir Path data) throws Exception {
        String id;
        try (ServerProcess first = ServerProcess.start(data)) {
            id = first.createSession("kept");
            first.terminate();
        }
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("hone.db"));
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("""
                    INSERT INTO flyway_schema_history
                           (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)
                    SELECT installed_rank + 1, '299912312359', 'future', 'SQL', 'V299912312359__future.sql', 1, '', 1, 1
                      FROM flyway_schema_history ORDER BY installed_rank DESC LIMIT 1
                    """);
        }
        try (ServerProcess broken = ServerProcess.launch(data, Map.of())) {
            assertCannotStart(broken, ".*newer Hone.*299912312359.*");
        }
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("hone.db"));
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT count(*) FROM session")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getInt(1)).as(id).isEqualTo(1);
        }
    }

    @Test
    void start_onADataFolderInUse_saysSo(@TempDir Path data) throws Exception {
        try (ServerProcess first = ServerProcess.start(data);
                ServerProcess second = ServerProcess.launch(data, Map.of())) {
            assertCannotStart(second, ".*(is using|in use).*");
            assertThat(first.get("/health/ready").statusCode()).isEqualTo(200);
        }
    }

    private static void assertCannotStart(ServerProcess process, String reason) throws Exception {
        assertThat(process.process().waitFor(90, TimeUnit.SECONDS))
                .as(process.output())
                .isTrue();
        String output = process.output();
        List<String> lines = output.lines().filter(line -> !line.isBlank()).toList();
        assertThat(lines.stream().filter(line -> line.startsWith("Hone cannot start: ")))
                .as(output)
                .hasSize(1)
                .first()
                .asString()
                .matches("Hone cannot start: " + reason);
        assertThat(output)
                .doesNotContain("\tat ")
                .doesNotContain("Exception in thread")
                .doesNotContain("is ready at");
        assertThat(process.process().exitValue()).as(output).isEqualTo(1);
        assertThat(lines).as(output).hasSizeLessThanOrEqualTo(3);
    }

    private JsonNode create(Map<String, Object> body) throws Exception {
        var created = server.send("POST", SESSIONS, body);
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        return ServerProcess.json(created);
    }

    private void awaitOutput(String pattern) {
        Pattern compiled = Pattern.compile(pattern);
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> compiled.matcher(server.output())
                .find());
    }

    private String upgrade(String... headers) {
        List<String> all = new ArrayList<>(List.of(headers));
        all.addAll(List.of(
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
        return request("GET", "/api/v1/live", all.toArray(String[]::new))
                .replace("Host: 127.0.0.1\r\n", "Host: 127.0.0.1:" + port + "\r\n");
    }

    private String head(String path, String... headers) {
        List<String> all = new ArrayList<>(List.of(headers));
        all.add("Content-Type: application/json");
        return request("POST", path, all.toArray(String[]::new));
    }

    /** A request that the access check lets pass, so that what comes behind it is tested too. */
    private String request(String method, String target, String... headers) {
        List<String> all = new ArrayList<>(List.of(authorization));
        all.addAll(List.of(headers));
        return RawHttp.request(method, target, all.toArray(String[]::new));
    }

    /** The same request with the token, for what is written out. */
    private String authorized(String request) {
        return request.replaceFirst("(HTTP/1\\.\\d\r\n)", "$1" + authorization + "\r\n");
    }

    /** White space before a JSON value is valid, however much of it there is. */
    private static byte[] chunk(int size) {
        return (Integer.toHexString(size) + "\r\n" + " ".repeat(size) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static void tellsNothing(RawHttp.Answer answer) {
        if (Answers.isBare(answer)) {
            return;
        }
        assertThat(answer.status()).as(answer.toString()).isLessThan(500);
        assertThat(Answers.check(DOCUMENT, answer.status(), answer.headers(), answer.body()))
                .as(answer.toString())
                .isEmpty();
    }

    private static RawHttp.Answer readOrNull(RawHttp http) {
        try {
            return http.read();
        } catch (IOException e) {
            return null;
        }
    }

    private void isRefusedForGood(String request) throws IOException {
        try (RawHttp http = RawHttp.connect(port)) {
            http.patience(5_000);
            http.send(request);
            RawHttp.Answer answer = http.read();
            assertThat(answer.status()).as(request + answer).isEqualTo(400);
            assertThat(answer.headers()).containsEntry("connection", "close");
            assertThat(http.isClosed()).as(request).isTrue();
        }
    }

    private static void sendAsFarAsTaken(RawHttp http, String text) {
        isSent(http, text.getBytes(StandardCharsets.UTF_8));
    }

    private static boolean isSent(RawHttp http, byte[] bytes) {
        try {
            http.send(bytes);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static <T> Future<T> inBackground(java.util.concurrent.Callable<T> work) {
        ExecutorService one = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "sender");
            thread.setDaemon(true);
            return thread;
        });
        Future<T> result = one.submit(work);
        one.shutdown();
        return result;
    }
}
