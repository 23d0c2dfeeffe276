package io.hone.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server knows after it was killed, and how it stops when it is asked to. */
class RestartIT {

    private static final String SESSIONS = "/api/v1/sessions";
    private static final int WRITERS = 8;
    private static final int ROUNDS = 3;

    /** Acknowledged writes of a round before the server is killed. */
    private static final int WRITES = 400;

    /** Steps and metrics of a batch. */
    private static final int STEPS = 20;

    /** What a writer was told about one session, and what it had asked for when the server went away. */
    private static final class Told {

        private final String key;
        private final Map<String, String> body;
        private String created;
        private String status = "pending";
        private String asked = "pending";
        private int batches;
        private int batchesAsked;

        Told(String key) {
            this.key = key;
            body = Map.of("name", key, "project", "restart", "model", "resnet", "technique", "pruning");
        }

        String id() throws IOException {
            return io.hone.http.Json.MAPPER.readTree(created).get("id").asText();
        }
    }

    @Test
    void kill_underLoad_losesNothingAcknowledged(@TempDir Path data) throws Exception {
        Map<String, Told> told = new ConcurrentHashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            try (ServerProcess server = ServerProcess.start(data)) {
                verify(server, told);
                writeAndKill(server, round, told);
            }
        }
        try (ServerProcess server = ServerProcess.start(data)) {
            verify(server, told);
            assertThat(told).hasSizeGreaterThan(ROUNDS * WRITERS);
            assertThat(server.output()).doesNotContain("SEVERE");
        }
    }

    @Test
    void keysThatWereAskedMost_areLoadedAfterARestart(@TempDir Path data) throws Exception {
        String asked = "/api/v1/dashboard/stats?window=7d&project=warm";
        try (ServerProcess server = ServerProcess.start(data)) {
            for (int i = 0; i < 20; i++) {
                assertThat(server.get(asked, "Cache-Control", "no-cache").statusCode())
                        .isEqualTo(200);
            }
            assertThat(server.terminate()).isZero();
        }
        try (ServerProcess server = ServerProcess.start(data)) {
            Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(
                            statistics(server).at("/warmed").asLong())
                    .isPositive());
            long misses = statistics(server).at("/misses").asLong();
            assertThat(server.get(asked, "Cache-Control", "no-cache").statusCode())
                    .isEqualTo(200);
            assertThat(statistics(server).at("/misses").asLong()).isEqualTo(misses);

            HttpResponse<String> again =
                    server.send("POST", "/api/v1/cache/warm", Map.of("caches", List.of("dashboard.stats")));
            assertThat(again.statusCode()).isEqualTo(202);
            assertThat(io.hone.http.Json.MAPPER
                            .readTree(again.body())
                            .at("/keys/dashboard.stats")
                            .asInt())
                    .isPositive();
            for (Object wrong : List.of(
                    Map.of("caches", List.of("none")),
                    Map.of("most", 0),
                    Map.of("most", 1_001),
                    Map.of("caches", List.of("")))) {
                assertThat(server.send("POST", "/api/v1/cache/warm", wrong).statusCode())
                        .as(wrong.toString())
                        .isEqualTo(422);
            }
        }
    }

    private static JsonNode statistics(ServerProcess server) throws IOException, InterruptedException {
        return io.hone.http.Json.MAPPER.readTree(
                server.get("/api/v1/cache/stats/dashboard.stats").body());
    }

    private static void writeAndKill(ServerProcess server, int round, Map<String, Told> told) throws Exception {
        CountDownLatch acknowledged = new CountDownLatch(WRITES);
        ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int writer = 0; writer < WRITERS; writer++) {
                String name = "round %d writer %d".formatted(round, writer);
                running.add(writers.submit(() -> write(server, name, told, acknowledged)));
            }
            assertThat(acknowledged.await(60, TimeUnit.SECONDS)).isTrue();
            server.kill();
            for (Future<?> writer : running) {
                writer.get(60, TimeUnit.SECONDS);
            }
        } finally {
            writers.shutdownNow();
        }
    }

    /** Writes until the server is gone. */
    private static Void write(ServerProcess server, String name, Map<String, Told> told, CountDownLatch acknowledged)
            throws InterruptedException {
        try {
            for (int i = 0; ; i++) {
                Told session = new Told("%s session %d".formatted(name, i).replace(' ', '-'));
                told.put(session.key, session);
                session.created = sent(server, "POST", SESSIONS, session.body, 201, "Idempotency-Key", session.key);
                acknowledged.countDown();
                String address = SESSIONS + "/" + session.id();
                List<String> path = i % 3 == 0
                        ? List.of("running", "paused", "running", "completed")
                        : i % 3 == 1 ? List.of("running", "failed") : List.of("running");
                for (String status : path) {
                    if (!status.equals("completed") && !status.equals("failed")) {
                        session.batchesAsked++;
                        sent(server, "POST", address + "/steps", batch(session.batches), 200);
                        session.batches++;
                        acknowledged.countDown();
                    }
                    session.asked = status;
                    sent(server, "PUT", address + "/status", Map.of("status", status), 200);
                    session.status = status;
                    acknowledged.countDown();
                }
            }
        } catch (IOException e) {
            return null;
        }
    }

    private static String sent(
            ServerProcess server, String method, String path, Object body, int status, String... headers)
            throws IOException, InterruptedException {
        HttpResponse<String> response = server.send(method, path, body, headers);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return response.body();
    }

    private static List<Map<String, Object>> batch(int number) {
        List<Map<String, Object>> steps = new ArrayList<>();
        for (int i = 0; i < STEPS; i++) {
            steps.add(Map.of("step", number * STEPS + i, "metrics", Map.of("loss", 1.0 / (i + 1), "batch", number)));
        }
        return steps;
    }

    private static void verify(ServerProcess server, Map<String, Told> told) throws Exception {
        Map<String, JsonNode> stored = new HashMap<>();
        Map<String, Long> byStatus = new TreeMap<>();
        String cursor = "";
        do {
            JsonNode page = ServerProcess.json(server.get(SESSIONS + "?project=restart&parent=any&limit=500" + cursor));
            page.get("items").forEach(session -> {
                assertThat(stored.put(session.get("name").asText(), session))
                        .as("a session stored twice")
                        .isNull();
                byStatus.merge(session.get("status").asText(), 1L, Long::sum);
            });
            cursor = page.get("next_cursor").isNull()
                    ? ""
                    : "&cursor=" + page.get("next_cursor").asText();
        } while (!cursor.isEmpty());

        for (Told session : told.values()) {
            verify(server, session, stored.get(session.key));
        }
        assertThat(told.keySet()).as("sessions that nobody asked for").containsAll(stored.keySet());
        JsonNode statistics = ServerProcess.json(server.get("/api/v1/dashboard/stats?window=all&project=restart"));
        assertThat(statistics.at("/sessions/total").asLong()).isEqualTo(stored.size());
        statistics.at("/sessions/by_status").properties().forEach(count -> assertThat(
                        count.getValue().asLong())
                .as(count.getKey())
                .isEqualTo(byStatus.getOrDefault(count.getKey(), 0L)));
        JsonNode projects = ServerProcess.json(server.get("/api/v1/projects"));
        projects.get("items").forEach(project -> {
            if (project.get("name").asText().equals("restart")) {
                assertThat(project.get("sessions").asLong()).isEqualTo(stored.size());
            }
        });
    }

    private static void verify(ServerProcess server, Told told, JsonNode stored) throws Exception {
        if (told.created == null) {
            // Asked for, not acknowledged: either is right.
            return;
        }
        assertThat(stored).as(told.key).isNotNull();
        assertThat(stored.get("status").asText()).as(told.key).isIn(told.status, told.asked);
        JsonNode series = ServerProcess.json(server.get(SESSIONS + "/" + told.id() + "/steps?metric=batch"));
        int values = series.get("total").asInt();
        assertThat(values % STEPS)
                .as("%s: half a batch, %d values", told.key, values)
                .isZero();
        assertThat(values / STEPS).as(told.key).isBetween(told.batches, told.batchesAsked);
        JsonNode loss = ServerProcess.json(server.get(SESSIONS + "/" + told.id() + "/steps?metric=loss"));
        assertThat(loss.get("total").asInt()).as(told.key).isEqualTo(values);
        if (values > 0) {
            assertThat(stored.at("/metrics/batch/last_step").asInt()).isEqualTo(values - 1);
        }
        JsonNode audit = ServerProcess.json(server.get(SESSIONS + "/" + told.id() + "/audit"));
        assertThat(audit.get("items").get(0).get("action").asText()).isEqualTo("session.created");
        HttpResponse<String> repeated = server.send("POST", SESSIONS, told.body, "Idempotency-Key", told.key);
        assertThat(repeated.statusCode()).isEqualTo(201);
        assertThat(repeated.body()).as(told.key).isEqualTo(told.created);
    }

    @Test
    void terminate_withARequestInFlight_finishesIt(@TempDir Path data) throws Exception {
        byte[] body = "{\"name\":\"slow\",\"model\":\"m\",\"technique\":\"other\"}".getBytes(StandardCharsets.UTF_8);
        String id;
        try (ServerProcess server = ServerProcess.start(data);
                RawHttp slow = RawHttp.connect(server.port())) {
            slow.send(RawHttp.request(
                    "POST",
                    SESSIONS,
                    server.authorizationLine(),
                    "Content-Type: application/json",
                    "X-Request-ID: slow-upload",
                    "Content-Length: " + body.length));
            slow.send(new byte[] {body[0]});
            server.awaitOutput(Pattern.compile("request_start .*request_id=slow-upload"));

            long asked = System.nanoTime();
            server.process().destroy();
            Awaitility.await("new requests are refused")
                    .atMost(Duration.ofSeconds(5))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> isRefused(server));
            // One byte at a time, each sent only when the one before is on its way.
            for (int i = 1; i < body.length; i++) {
                slow.send(new byte[] {body[i]});
            }
            RawHttp.Answer answer = slow.read();
            assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
            id = io.hone.http.Json.MAPPER.readTree(answer.body()).get("id").asText();

            assertThat(server.process().waitFor(10, TimeUnit.SECONDS))
                    .as("the process has ended")
                    .isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(10));
            assertThat(server.process().exitValue()).isIn(0, 143);
            // Refused newcomers are logged as errors; nothing may have failed otherwise.
            assertThat(server.output()).doesNotContain("\tat ");
        }
        try (ServerProcess server = ServerProcess.start(data)) {
            assertThat(server.get(SESSIONS + "/" + id).statusCode()).isEqualTo(200);
        }
    }

    /** A client that never ends its request does not keep the server from stopping. */
    @Test
    void terminate_withARequestThatNeverEnds_stopsAllTheSame(@TempDir Path data) throws Exception {
        try (ServerProcess server = ServerProcess.start(data);
                RawHttp stuck = RawHttp.connect(server.port())) {
            String kept = server.createSession("kept");
            stuck.send(RawHttp.request(
                    "PUT",
                    SESSIONS + "/" + kept + "/status",
                    server.authorizationLine(),
                    "Content-Type: application/json",
                    "X-Request-ID: stuck-upload",
                    "Content-Length: 100"));
            server.awaitOutput(Pattern.compile("request_start .*request_id=stuck-upload"));
            server.process().destroy();
            assertThat(server.process().waitFor(10, TimeUnit.SECONDS))
                    .as("the process has ended")
                    .isTrue();
            assertThat(server.process().exitValue()).isIn(0, 143);
        }
    }

    private static boolean isRefused(ServerProcess server) {
        try {
            String request = RawHttp.request("GET", "/api/v1/about", server.authorizationLine(), "Connection: close");
            int status = RawHttp.ask(server.port(), request).status();
            assertThat(status).isIn(200, 503);
            return status == 503;
        } catch (IOException e) {
            return true;
        }
    }
}
