package io.hone.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Answers that are kept, as clients of a running server see them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ResponseCacheIT {

    private static final String STATS = "/api/v1/dashboard/stats";
    private static final String RULES = "/api/v1/config/cache-rules";
    private static final String PASSWORD = "correct horse battery staple";

    /** Requests of the mixed run; {@code -Dhone.fuzz.requests=100000} for a long one. */
    private static final int FUZZ_REQUESTS = Integer.getInteger("hone.fuzz.requests", 6_000);

    private static final List<String> ROLES = List.of("viewer", "reporter", "admin");

    private static final Map<String, String> UNLIMITED =
            Map.of("HONE_LIMIT_MANAGEMENT_PER_MINUTE", "1000000", "HONE_LOG_REQUESTS", "false");

    private final HttpClient bytes =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private ServerProcess server;
    private JsonNode defaults;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        server = ServerProcess.start(
                data,
                Map.of(
                        "HONE_LOG_REQUESTS", "false",
                        "HONE_LIMIT_SIGN_IN_PER_MINUTE", "10000",
                        "HONE_LIMIT_MANAGEMENT_PER_MINUTE", "1000000",
                        "HONE_LIMIT_REQUESTS_PER_SECOND", "1000000"));
        defaults = ServerProcess.json(server.get(RULES)).get("rules");
    }

    @AfterEach
    void defaultRules() throws Exception {
        assertThat(put(Map.of("rules", defaults)).statusCode()).isEqualTo(200);
    }

    @AfterAll
    void stop() throws Exception {
        server.close();
    }

    @Test
    void hit_saysSo_andIsTheSameAnswer() throws Exception {
        String path = STATS + "?project=hit";
        HttpResponse<String> first = server.get(path);
        HttpResponse<String> second = server.get(path);

        assertThat(status(first)).matches("hone; fwd=uri-miss; stored; ttl=60");
        assertThat(status(second)).matches("hone; hit; ttl=(59|60)");
        assertThat(field(second, "Age")).matches("[01]");
        assertThat(field(second, "Server-Timing")).contains("desc=hit");
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(field(second, "ETag")).isEqualTo(field(first, "ETag")).matches("\"[0-9a-f]{16}\"");
        assertThat(field(second, "Content-Type")).isEqualTo(field(first, "Content-Type"));
        assertThat(field(second, "X-Request-ID")).isNotEqualTo(field(first, "X-Request-ID"));
        assertThat(field(second, "Cache-Control")).isEqualTo("private, no-cache");
    }

    @Test
    void query_inAnotherOrder_isTheSame() throws Exception {
        server.get(STATS + "?project=order&window=7d");
        assertThat(status(server.get(STATS + "?window=7d&project=order"))).contains("hit");
        assertThat(status(server.get(STATS + "?window=24h&project=order"))).contains("uri-miss");
    }

    @Test
    void conditional_ofWhatIsKept_is304() throws Exception {
        String path = STATS + "?project=conditional";
        String tag = field(server.get(path), "ETag");
        HttpResponse<String> known = server.get(path, "If-None-Match", tag);
        assertThat(known.statusCode()).isEqualTo(304);
        assertThat(known.body()).isEmpty();
        assertThat(field(known, "ETag")).isEqualTo(tag);
        assertThat(status(known)).contains("hit");
        assertThat(server.get(path, "If-None-Match", "\"other\"").statusCode()).isEqualTo(200);
        HttpResponse<String> asked = server.get(path, "If-None-Match", tag, "Cache-Control", "no-cache");
        assertThat(status(asked)).contains("fwd=request");
    }

    @Test
    void forms_ofOneAnswer_areIdentityAndGzip() throws Exception {
        String plain = server.get("/app.js").body();
        HttpResponse<byte[]> packed = bytes("/app.js", "Accept-Encoding", "gzip");
        assertThat(status(packed)).contains("hit");
        assertThat(field(packed, "Content-Encoding")).isEqualTo("gzip");
        assertThat(field(packed, "ETag")).endsWith("-gzip\"");
        assertThat(field(packed, "Vary")).contains("Accept-Encoding");
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed.body()))) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(plain);
        }
        HttpResponse<byte[]> known =
                bytes("/app.js", "Accept-Encoding", "gzip", "If-None-Match", field(packed, "ETag"));
        assertThat(known.statusCode()).isEqualTo(304);
    }

    @Test
    void head_isAnsweredFromAGet_andFillsOne() throws Exception {
        HttpResponse<String> head = server.send("HEAD", "/app.css", null);
        HttpResponse<String> get = server.get("/app.css");
        assertThat(status(get)).contains("hit");
        HttpResponse<String> again = server.send("HEAD", "/app.css", null);
        assertThat(again.body()).isEmpty();
        assertThat(field(again, "Content-Length"))
                .isEqualTo(field(head, "Content-Length"))
                .isEqualTo(Integer.toString(get.body().getBytes(StandardCharsets.UTF_8).length));
    }

    @Test
    void requestDirectives_areHonoured() throws Exception {
        String path = STATS + "?project=directives";
        assertThat(status(server.get(path, "Cache-Control", "no-store"))).isEqualTo("hone; fwd=request");
        assertThat(status(server.get(path))).contains("uri-miss");
        assertThat(status(server.get(path, "Cache-Control", "no-cache"))).contains("fwd=request; stored");
        assertThat(status(server.get(path, "Pragma", "no-cache"))).contains("fwd=request");
        assertThat(status(server.get(path, "Cache-Control", "min-fresh=61"))).contains("fwd=request");
        assertThat(status(server.get(path, "Cache-Control", "max-age=60"))).contains("hit");
        assertThat(status(server.get(path, "Cache-Control", "only-if-cached"))).contains("hit");
        assertThat(server.get(path + "2", "Cache-Control", "only-if-cached").statusCode())
                .isEqualTo(504);
        assertThat(status(server.get(path, "Range", "bytes=0-1"))).isEqualTo("hone; fwd=bypass");
        assertThat(status(server.send("POST", "/api/v1/sessions", Map.of()))).isEqualTo("hone; fwd=method");
    }

    @Test
    void access_isAskedForFirst() throws Exception {
        rules(Map.of("pattern", "/api/v1/**", "ttl_seconds", 60, "cache_authenticated", "shared"));
        ServerProcess.Caller viewer = server.as(server.createKey("viewer of access", "viewer"));
        ServerProcess.Caller admin = server.as(server.createKey("admin of access", "admin"));
        String path = "/api/v1/config/settings";
        assertThat(status(admin.get(path))).contains("stored");
        assertThat(status(admin.get(path))).contains("hit");
        assertThat(viewer.get(path).statusCode()).isEqualTo(403);
        assertThat(viewer.get(path).statusCode()).isEqualTo(403);
        assertThat(server.anonymously().get(path).statusCode()).isEqualTo(401);
        assertThat(server.as("nonsense").get(path).statusCode()).isEqualTo(401);
    }

    @Test
    void revokedKey_getsNothingThatIsKept() throws Exception {
        HttpResponse<String> created =
                server.send("POST", "/api/v1/keys", Map.of("name", "to be revoked", "role", "viewer"));
        JsonNode key = ServerProcess.json(created);
        ServerProcess.Caller caller = server.as(key.get("key").asText());
        caller.get(STATS);
        assertThat(status(caller.get(STATS))).contains("hit");
        server.send("DELETE", "/api/v1/keys/" + key.get("id").asText(), null);
        assertThat(caller.get(STATS).statusCode()).isEqualTo(401);
    }

    @Test
    void tokensAndCookies_areNeverKept() throws Exception {
        rules(Map.of("pattern", "/**", "ttl_seconds", 600, "cache_authenticated", "shared"));
        String first = server.createAccount("ada-of-cookies", "viewer", PASSWORD);
        String second = server.createAccount("bob-of-cookies", "viewer", PASSWORD);
        assertThat(first).isNotEqualTo(second);
        for (String name : List.of("ada-of-cookies", "bob-of-cookies", "ada-of-cookies")) {
            HttpResponse<String> signedIn = server.anonymously()
                    .send("POST", "/api/v1/auth/login", Map.of("username", name, "password", PASSWORD));
            assertThat(status(signedIn)).isEqualTo("hone; fwd=method");
            String token = ServerProcess.json(signedIn).get("access_token").asText();
            for (int i = 0; i < 3; i++) {
                HttpResponse<String> me = server.as(token).get("/api/v1/auth/me");
                assertThat(status(me)).isEqualTo("hone; fwd=bypass");
                assertThat(me.body()).contains(name);
            }
        }
    }

    /** The loop that any gap between commit and invalidation would end. */
    @Test
    void read_afterAWrite_neverShowsWhatWasBefore() throws Exception {
        rules(
                Map.of("pattern", "/api/v1/sessions/*", "ttl_seconds", 600),
                Map.of("pattern", "/api/v1/config/settings/*", "ttl_seconds", 600),
                Map.of("pattern", STATS, "ttl_seconds", 600, "cache_authenticated", "shared"));
        String id = server.createSession("loop");
        String session = "/api/v1/sessions/" + id;
        String setting = "/api/v1/config/settings/hone.slow-request-ms";
        int hits = 0;
        for (int i = 1; i <= 150; i++) {
            assertThat(server.send("PATCH", session, Map.of("name", "name " + i))
                            .statusCode())
                    .isEqualTo(200);
            assertThat(ServerProcess.json(server.get(session)).get("name").asText())
                    .isEqualTo("name " + i);
            assertThat(server.get(STATS).body()).contains("\"name " + i + '"');
            HttpResponse<String> again = server.get(session);
            hits += status(again).contains("hit") ? 1 : 0;
            server.send("PUT", setting, Map.of("value", 1_000 + i));
            assertThat(ServerProcess.json(server.get(setting)).get("value").asInt())
                    .isEqualTo(1_000 + i);
        }
        assertThat(hits).isEqualTo(150);
    }

    @Test
    void invalidateOn_outdatesTheRulesAnswers() throws Exception {
        Map<String, Object> rule =
                Map.of("pattern", "/health", "ttl_seconds", 600, "invalidate_on", List.of("/api/v1/sessions/*/steps"));
        rules(rule);
        String id = server.createSession("invalidating");
        server.get("/health");
        assertThat(status(server.get("/health"))).contains("hit");
        server.send("POST", "/api/v1/sessions/" + id + "/steps", "[]");
        assertThat(status(server.get("/health"))).contains("hit");
        assertThat(server.send("POST", "/api/v1/sessions/" + id + "/steps", "[{\"step\":1,\"metrics\":{\"loss\":1}}]")
                        .statusCode())
                .isEqualTo(200);
        assertThat(status(server.get("/health"))).contains("uri-miss");
    }

    @Test
    void rules_holdAtOnce() throws Exception {
        rules(Map.of("pattern", "/api/v1/projects", "ttl_seconds", 600));
        server.get("/api/v1/projects");
        assertThat(status(server.get("/api/v1/projects"))).contains("hit");
        rules(Map.of("pattern", "/api/v1/projects", "ttl_seconds", 0));
        assertThat(status(server.get("/api/v1/projects"))).isEqualTo("hone; fwd=bypass");
        rules();
        assertThat(status(server.get("/health"))).isEqualTo("hone; fwd=bypass");
        assertThat(put(Map.of("rules", List.of(Map.of("pattern", "/x", "ttl_seconds", -1))))
                        .statusCode())
                .isEqualTo(422);
        assertThat(status(server.get("/health"))).isEqualTo("hone; fwd=bypass");
    }

    @Test
    void setting_switchesItOff() throws Exception {
        String setting = "/api/v1/config/settings/hone.cache.api-response.ttl-seconds";
        server.get("/health");
        server.send("PUT", setting, Map.of("value", 0));
        assertThat(status(server.get("/health"))).isEqualTo("hone; fwd=bypass");
        server.send("DELETE", setting, null);
        assertThat(status(server.get("/health"))).contains("hit");
    }

    @Test
    void readiness_isNeverKept() throws Exception {
        for (int i = 0; i < 2; i++) {
            HttpResponse<String> ready = server.anonymously().get("/health/ready");
            assertThat(status(ready)).isEqualTo("hone; fwd=bypass");
            assertThat(field(ready, "Cache-Control")).isEqualTo("no-store");
        }
    }

    @Test
    void concurrentMisses_areOneLoad() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(24);
        try {
            for (int round = 0; round < 5; round++) {
                String path = STATS + "?project=together" + round;
                CountDownLatch begin = new CountDownLatch(1);
                List<Future<String>> asked = new ArrayList<>();
                for (int i = 0; i < 24; i++) {
                    asked.add(threads.submit(() -> {
                        begin.await();
                        return status(server.get(path));
                    }));
                }
                begin.countDown();
                int stored = 0;
                for (Future<String> one : asked) {
                    String status = one.get(60, TimeUnit.SECONDS);
                    stored += status.contains("stored") ? 1 : 0;
                    assertThat(status).containsAnyOf("stored", "collapsed", "hit");
                }
                assertThat(stored).isEqualTo(1);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void metrics_tellOfIt() throws Exception {
        server.get("/app.js");
        server.get("/app.js");
        String metrics = server.get("/metrics", "Cache-Control", "no-cache").body();
        assertThat(metrics)
                .containsPattern("hone_cache_gets_total\\{cache=\"api.response\",result=\"hit\",tier=\"l1\"} [1-9]")
                .containsPattern("hone_http_cache_total\\{result=\"bypass\"} [1-9]")
                .containsPattern("hone_http_cache_held_bytes [1-9]")
                .containsPattern("hone_http_cache_total\\{result=\"error\"} 0");
    }

    @Test
    void storedRules_surviveARestart_andWinOverTheFile(@TempDir Path data) throws Exception {
        Path file = data.resolve("cache-rules.yaml");
        Files.createDirectories(data);
        Files.writeString(
                file,
                "rules:\n- pattern: /health\n  ttl_seconds: 77\n  cache_authenticated: no\n- {pattern: '/api/**', ttl_seconds: 0}\n");
        try (ServerProcess first = ServerProcess.start(data)) {
            HttpResponse<String> rules = first.get(RULES);
            assertThat(ServerProcess.json(rules).get("source").asText()).isEqualTo("file");
            assertThat(ServerProcess.json(rules)
                            .at("/rules/0/cache_authenticated")
                            .asText())
                    .isEqualTo("no");
            first.anonymously().get("/health");
            assertThat(status(first.anonymously().get("/health"))).matches("hone; hit; ttl=7[67]");
            HttpResponse<String> changed = first.send(
                    "PUT",
                    RULES,
                    Map.of("rules", List.of(Map.of("pattern", "/health", "ttl_seconds", 55))),
                    "If-Match",
                    field(rules, "ETag"));
            assertThat(changed.statusCode()).isEqualTo(200);
            assertThat(field(changed, "ETag")).isEqualTo("\"v1\"");
            assertThat(first.terminate()).isZero();
        }
        Files.writeString(file, "rules: [");
        try (ServerProcess second = ServerProcess.start(data)) {
            HttpResponse<String> rules = second.get(RULES);
            assertThat(field(rules, "ETag")).isEqualTo("\"v1\"");
            assertThat(ServerProcess.json(rules).at("/rules/0/ttl_seconds").asInt())
                    .isEqualTo(55);
            assertThat(second.output()).contains("cache-rules.yaml is not used");
        }
    }

    /** Whenever it dies, all of one set is in force afterwards: the last that was acknowledged, or the one under way. */
    @Test
    void killedWhileRulesChange_hasOneSetWhole(@TempDir Path data) throws Exception {
        AtomicInteger asked = new AtomicInteger();
        AtomicInteger acknowledged = new AtomicInteger();
        ExecutorService writer = Executors.newSingleThreadExecutor();
        try {
            for (int round = 0; round < 3; round++) {
                try (ServerProcess one = ServerProcess.start(data, UNLIMITED)) {
                    oneSetOf(one, acknowledged.get(), asked.get());
                    CountDownLatch begun = new CountDownLatch(20 + 7 * round);
                    Future<?> writing = writer.submit(() -> {
                        while (true) {
                            asked.incrementAndGet();
                            HttpResponse<String> put = one.send("PUT", RULES, Map.of("rules", set(asked.get())));
                            assertThat(put.statusCode()).as(put.body()).isEqualTo(200);
                            acknowledged.set(asked.get());
                            begun.countDown();
                        }
                    });
                    assertThat(begun.await(120, TimeUnit.SECONDS)).isTrue();
                    one.kill();
                    assertThatThrownBy(() -> writing.get(60, TimeUnit.SECONDS)).hasCauseInstanceOf(IOException.class);
                }
            }
            try (ServerProcess last = ServerProcess.start(data, UNLIMITED)) {
                oneSetOf(last, acknowledged.get(), asked.get());
            }
        } finally {
            writer.shutdownNow();
        }
    }

    /** Rules that tell by their times which set they are of. */
    private static List<Map<String, Object>> set(int number) {
        return IntStream.range(0, 60)
                .mapToObj(i -> Map.<String, Object>of("pattern", "/set/" + i, "ttl_seconds", number))
                .toList();
    }

    private static void oneSetOf(ServerProcess server, int acknowledged, int asked) throws Exception {
        JsonNode set = ServerProcess.json(server.get(RULES));
        if (acknowledged == 0) {
            assertThat(set.get("source").asText()).isEqualTo("default");
            return;
        }
        int number = set.at("/rules/0/ttl_seconds").asInt();
        assertThat(number).isBetween(acknowledged, asked);
        assertThat(set.get("rules"))
                .hasSize(60)
                .allSatisfy(rule -> assertThat(rule.get("ttl_seconds").asInt()).isEqualTo(number));
        // One that was under way may have been stored without anybody being told; then its version counts too.
        JsonNode entry = ServerProcess.json(server.get("/api/v1/audit?subject_type=cache_rules&limit=1"))
                .at("/items/0");
        assertThat(entry.at("/detail/version").asLong())
                .isEqualTo(set.get("version").asLong());
    }

    @Test
    void brokenFile_stopsTheStart_withOneLine(@TempDir Path data) throws Exception {
        Files.createDirectories(data);
        Files.writeString(data.resolve("cache-rules.yaml"), "rules:\n- {pattern: /x, ttl_seconds: -1, colour: red}\n");
        try (ServerProcess server = ServerProcess.launch(data, Map.of())) {
            assertThat(server.process().waitFor(120, TimeUnit.SECONDS)).isTrue();
            assertThat(server.process().exitValue()).isNotZero();
            assertThat(server.output())
                    .containsPattern("Hone cannot start: .*cache-rules.yaml cannot be used: /rules/0/colour")
                    .doesNotContainPattern(Pattern.compile("^\\s+at ", Pattern.MULTILINE));
        }
    }

    /**
     * Five people of three roles read and write at random, each what the others may not see or must see at once: no answer
     * is another one's, none is older than a write that was acknowledged before it was asked for.
     */
    @Test
    void mixedRequests_findNoAnswerOfOthers_andNoStaleOne() throws Exception {
        rules(
                Map.of("pattern", "/api/v1/dashboard/stats", "ttl_seconds", 600, "cache_authenticated", "shared"),
                Map.of("pattern", "/api/v1/**", "ttl_seconds", 600));
        List<Person> people = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            String name = "fuzz-" + i;
            String role = ROLES.get(i % ROLES.size());
            server.createAccount(name, role, PASSWORD);
            people.add(new Person(
                    name,
                    role,
                    server.as(server.signIn(name, PASSWORD).get("access_token").asText())));
        }
        String id = server.createSession("written 0");
        AtomicInteger acknowledged = new AtomicInteger();
        AtomicInteger left = new AtomicInteger(FUZZ_REQUESTS);
        AtomicInteger hits = new AtomicInteger();
        Callable<List<String>> work = () -> {
            List<String> wrong = new ArrayList<>();
            Random random = new Random(Thread.currentThread().getId());
            while (left.decrementAndGet() >= 0 && wrong.isEmpty()) {
                Person person = people.get(random.nextInt(people.size()));
                step(person, random, id, acknowledged, hits, wrong);
            }
            return wrong;
        };
        ExecutorService threads = Executors.newFixedThreadPool(6);
        try {
            for (Future<List<String>> one : threads.invokeAll(List.of(work, work, work, work, work, work))) {
                assertThat(one.get()).isEmpty();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(hits.get()).isGreaterThan(FUZZ_REQUESTS / 20);
        assertThat(acknowledged.get()).isPositive();
    }

    private record Person(String name, String role, ServerProcess.Caller caller) {}

    private void step(
            Person person, Random random, String id, AtomicInteger acknowledged, AtomicInteger hits, List<String> wrong)
            throws Exception {
        String session = "/api/v1/sessions/" + id;
        switch (random.nextInt(12)) {
            case 0 -> {
                if (person.role().equals("viewer")) {
                    int status = person.caller()
                            .send("PATCH", session, Map.of("name", "no"))
                            .statusCode();
                    note(wrong, status == 403, person + " wrote: " + status);
                    return;
                }
                synchronized (acknowledged) {
                    int next = acknowledged.get() + 1;
                    HttpResponse<String> written =
                            person.caller().send("PATCH", session, Map.of("name", "written " + next));
                    note(wrong, written.statusCode() == 200, written.statusCode() + " " + written.body());
                    acknowledged.set(next);
                }
            }
            case 1, 2, 3, 4, 5 -> {
                int before = acknowledged.get();
                HttpResponse<String> read = person.caller().get(session);
                String name = ServerProcess.json(read).get("name").asText();
                int seen = Integer.parseInt(name.substring("written ".length()));
                hits.addAndGet(isHit(read));
                note(
                        wrong,
                        seen >= before,
                        "%d was acknowledged, %d was shown: %s".formatted(before, seen, status(read)));
            }
            case 6, 7 -> {
                int before = acknowledged.get();
                HttpResponse<String> read = person.caller().get(STATS);
                hits.addAndGet(isHit(read));
                String name = ServerProcess.json(read).findPath("name").asText();
                for (JsonNode recent : ServerProcess.json(read).findParents("name")) {
                    if (recent.path("id").asText().equals(id)) {
                        name = recent.get("name").asText();
                    }
                }
                int seen = Integer.parseInt(name.substring("written ".length()));
                note(wrong, seen >= before, "%d was acknowledged, statistics say %d".formatted(before, seen));
            }
            case 8, 9 -> {
                HttpResponse<String> me = person.caller().get("/api/v1/auth/me");
                note(wrong, me.body().contains('"' + person.name() + '"'), person.name() + " is told " + me.body());
            }
            default -> {
                HttpResponse<String> settings = person.caller().get("/api/v1/config/settings");
                hits.addAndGet(isHit(settings));
                int expected = person.role().equals("admin") ? 200 : 403;
                note(wrong, settings.statusCode() == expected, person + " reads settings: " + settings.statusCode());
            }
        }
    }

    private static void note(List<String> wrong, boolean right, String what) {
        if (!right) {
            wrong.add(what);
        }
    }

    private static int isHit(HttpResponse<?> response) {
        return status(response).contains("hit") ? 1 : 0;
    }

    @SafeVarargs
    private void rules(Map<String, Object>... rules) throws Exception {
        HttpResponse<String> response = put(Map.of("rules", List.of(rules)));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }

    private HttpResponse<String> put(Object body) throws Exception {
        return server.send("PUT", RULES, body);
    }

    private HttpResponse<byte[]> bytes(String path, String... headers) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.address() + path))
                .headers(headers)
                .build();
        return bytes.send(request, HttpResponse.BodyHandlers.ofByteArray());
    }

    private static String status(HttpResponse<?> response) {
        return field(response, "Cache-Status");
    }

    private static String field(HttpResponse<?> response, String name) {
        return String.join(", ", response.headers().allValues(name));
    }
}
