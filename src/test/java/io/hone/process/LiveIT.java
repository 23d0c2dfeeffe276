package io.hone.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Live events over a real WebSocket. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LiveIT {

    private static final String SESSIONS = "/api/v1/sessions";

    private ServerProcess server;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        server = ServerProcess.launch(data, Map.of("HONE_LIVE_HEARTBEAT_SECONDS", "1"));
        server.awaitOutput(Pattern.compile("Hone is ready at"));
    }

    @AfterAll
    void stop() throws Exception {
        server.close();
    }

    @Test
    void hello_tellsWhereEventsStandAndHowOftenTheHeartBeats() throws Exception {
        try (LiveClient client = LiveClient.connectSlow(server)) {
            client.readOn();
            JsonNode hello = client.await("hello");
            assertThat(hello.get("heartbeat_seconds").asInt()).isEqualTo(1);
            // Exact in JavaScript.
            assertThat(hello.get("seq").asLong()).isBetween(1L, 1L << 53);
            client.await("heartbeat");
            client.await("heartbeat");
            client.send(Map.of("type", "ping"));
            client.await("pong");
        }
    }

    @Test
    void events_tellOfCreationStatusAndSteps() throws Exception {
        try (LiveClient list = LiveClient.connect(server);
                LiveClient one = LiveClient.connect(server);
                LiveClient dashboard = LiveClient.connect(server)) {
            dashboard.subscribe("dashboard");
            JsonNode subscribed = list.subscribe("sessions");
            assertThat(subscribed.get("resumed").asBoolean()).isFalse();
            String id = server.createSession("watched");
            JsonNode created = list.awaitEvent("session.created");
            assertThat(created.get("topic").asText()).isEqualTo("sessions");
            assertThat(created.at("/data/id").asText()).isEqualTo(id);

            one.subscribe("session:" + id);
            server.send("PUT", SESSIONS + "/" + id + "/status", Map.of("status", "running"));
            for (LiveClient client : List.of(list, one)) {
                JsonNode changed = client.awaitEvent("session.changed");
                assertThat(changed.at("/data/status").asText()).isEqualTo("running");
            }

            server.send(
                    "POST",
                    SESSIONS + "/" + id + "/steps",
                    "[{\"step\":1,\"metrics\":{\"loss\":0.5}},{\"step\":2,\"metrics\":{\"loss\":NaN}}]");
            JsonNode metrics = list.awaitEvent("session.metrics");
            assertThat(metrics.at("/data/metrics/loss/last").asText()).isEqualTo("NaN");
            assertThat(metrics.at("/data/metrics/loss/last_step").asLong()).isEqualTo(2);
            JsonNode steps = one.awaitEvent("session.steps");
            assertThat(steps.at("/data/steps")).hasSize(2);
            assertThat(steps.at("/data/steps/0/2/loss").asDouble()).isEqualTo(0.5);
            assertThat(steps.at("/data/truncated").asBoolean()).isFalse();
            dashboard.awaitEvent("dashboard.changed");
        }
    }

    @Test
    void events_haveRisingNumbers() throws Exception {
        try (LiveClient client = LiveClient.connect(server)) {
            long last = client.subscribe("sessions", "dashboard", "settings", "criteria")
                    .get("seq")
                    .asLong();
            for (int i = 0; i < 20; i++) {
                server.createSession("numbered " + i);
            }
            server.send("PUT", "/api/v1/config/settings/hone.slow-request-ms", Map.of("value", 900));
            List<JsonNode> events = new ArrayList<>();
            while (events.stream()
                    .noneMatch(event -> event.get("event").asText().equals("settings.changed"))) {
                events.add(client.await("event"));
            }
            for (JsonNode event : events) {
                assertThat(event.get("seq").asLong()).isGreaterThan(last);
                last = event.get("seq").asLong();
            }
            assertThat(events.stream()
                            .filter(event -> event.get("event").asText().equals("session.created")))
                    .hasSizeGreaterThanOrEqualTo(20);
        }
    }

    @Test
    void events_tellOfCriteriaAndSettings() throws Exception {
        try (LiveClient client = LiveClient.connect(server)) {
            client.subscribe("criteria", "settings");
            server.send(
                    "PUT",
                    "/api/v1/config/criteria/live",
                    Map.of("criteria", List.of(Map.of("metric", "a", "op", ">", "value", 1))));
            assertThat(client.awaitEvent("criteria.changed").at("/data/name").asText())
                    .isEqualTo("live");
            server.send("PUT", "/api/v1/config/settings/hone.slow-request-ms", Map.of("value", 800));
            assertThat(client.awaitEvent("settings.changed").at("/data/key").asText())
                    .isEqualTo("hone.slow-request-ms");
        }
    }

    @Test
    void topics_ofAdmins_areRefusedToOthers() throws Exception {
        try (LiveClient client = LiveClient.connect(server, server.createKey("live-reporter", "reporter"))) {
            for (String topic : List.of("settings", "caches")) {
                client.send(Map.of("type", "subscribe", "topics", List.of("sessions", topic)));
                assertThat(client.await("error").get("detail").asText()).contains(topic, "admin");
            }

            client.subscribe("sessions");
            server.send("PUT", "/api/v1/config/settings/hone.slow-request-ms", Map.of("value", 950));
            server.createSession("heard");
            assertThat(client.await("event").get("event").asText()).isEqualTo("session.created");
        }
    }

    @Test
    void unsubscribe_endsTheEventsOfATopic() throws Exception {
        try (LiveClient client = LiveClient.connect(server)) {
            client.subscribe("sessions", "settings");
            client.send(Map.of("type", "unsubscribe", "topics", List.of("sessions")));
            client.await("unsubscribed");
            server.createSession("unheard");
            // What comes after it on another topic shows that nothing is on its way any more.
            server.send("PUT", "/api/v1/config/settings/hone.slow-request-ms", Map.of("value", 700));
            JsonNode next = client.await("event");
            assertThat(next.get("event").asText()).isEqualTo("settings.changed");
        }
    }

    @Test
    void resume_sendsWhatWasMissedInOrder() throws Exception {
        long seen;
        try (LiveClient client = LiveClient.connect(server)) {
            client.subscribe("sessions");
            String first = server.createSession("seen");
            JsonNode event =
                    client.await(message -> message.at("/data/id").asText().equals(first), "the event");
            seen = event.get("seq").asLong();
            client.abort();
        }
        List<String> missed = List.of(
                server.createSession("missed 1"), server.createSession("missed 2"), server.createSession("missed 3"));
        try (LiveClient client = LiveClient.connect(server)) {
            assertThat(client.resume(seen, "sessions").get("resumed").asBoolean())
                    .isTrue();
            List<String> ids = new ArrayList<>();
            while (ids.size() < missed.size()) {
                ids.add(client.awaitEvent("session.created").at("/data/id").asText());
            }
            assertThat(ids).isEqualTo(missed);
        }
    }

    @Test
    void resume_ofWhatIsForgottenOrUnknown_tellsToReload() throws Exception {
        try (LiveClient client = LiveClient.connect(server)) {
            long newest = client.subscribe("sessions").get("seq").asLong();
            for (long unknown : new long[] {0, 1, newest + 1_000_000, Long.MAX_VALUE}) {
                assertThat(client.resume(unknown, "sessions").get("resumed").asBoolean())
                        .as("last_seq " + unknown)
                        .isFalse();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "[]",
                "null",
                "1",
                "{}",
                "{\"type\":null}",
                "{\"type\":\"nope\"}",
                "{\"type\":1}",
                "{\"type\":\"subscribe\"}",
                "{\"type\":\"subscribe\",\"topics\":[]}",
                "{\"type\":\"subscribe\",\"topics\":[null]}",
                "{\"type\":\"subscribe\",\"topics\":\"sessions\"}",
                "{\"type\":\"subscribe\",\"topics\":[\"nope\"]}",
                "{\"type\":\"subscribe\",\"topics\":[\"session:x\"]}",
                "{\"type\":\"subscribe\",\"topics\":[\"sessions\"],\"last_seq\":\"x\"}",
                "{\"type\":\"subscribe\",\"topics\":[\"sessions\"],\"last_seq\":1e400}",
                "{\"type\":\"subscribe\",\"topics\":[\"sessions\"],\"unknown\":1}",
                "{\"type\":\"unsubscribe\"}",
                "{\"type\":\"ping\"} trailing",
                "{\"type\":\"subscribe\",\"topics\":[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]}"
            })
    void message_malformedOrUnknown_isAnsweredWithAnError(String message) throws Exception {
        try (LiveClient client = LiveClient.connect(server)) {
            client.sendText(message);
            JsonNode error = client.await("error");
            assertThat(error.get("detail").asText())
                    .isNotEmpty()
                    .doesNotContain("Exception")
                    .doesNotContain("java.");
            client.send(Map.of("type", "ping"));
            client.await("pong");
        }
    }

    @Test
    void message_nestedDeeply_isAnsweredWithAnError() throws Exception {
        try (LiveClient client = LiveClient.connect(server)) {
            client.sendText("[".repeat(30_000));
            client.await("error");
        }
    }

    @Test
    void message_tooLong_closesTheConnection() throws Exception {
        try (LiveClient client = LiveClient.connect(server)) {
            client.sendText("\"" + "x".repeat(200_000) + "\"");
            assertThat(client.awaitClose()).isEqualTo(1009);
        }
    }

    @Test
    void message_binary_leavesTheServerWell() throws Exception {
        try (LiveClient client = LiveClient.connect(server)) {
            client.socket().sendBinary(ByteBuffer.wrap(new byte[1_000]), true).get();
            client.socket().sendPing(ByteBuffer.wrap(new byte[10])).get();
        }
        try (LiveClient client = LiveClient.connect(server)) {
            client.send(Map.of("type", "ping"));
            client.await("pong");
        }
    }

    @Test
    void topics_moreThanAllowed_areRefused() throws Exception {
        List<String> topics = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            topics.add("session:019aa2f0-5c00-7000-8000-%012x".formatted(i));
        }
        try (LiveClient client = LiveClient.connect(server)) {
            client.subscribe(topics.toArray(String[]::new));
            client.send(Map.of(
                    "type",
                    "subscribe",
                    "topics",
                    topics.stream().map(topic -> topic.replace("8000", "9000")).toList()));
            assertThat(client.await("error").get("detail").asText()).contains("1000");
        }
    }

    /** A client that reads nothing: what waits for it is bounded, and it is told to reload. */
    @Test
    void consumer_thatIsSlow_isToldToReload() throws Exception {
        String notes = "n".repeat(10_000);
        Map<String, Object> large = Map.of("name", "large", "model", "m", "technique", "other", "notes", notes);
        long resyncs = counts().get("resyncs").asLong();
        int published = 2_500;
        try (LiveClient slow = LiveClient.connectSlow(server);
                LiveClient quick = LiveClient.connect(server)) {
            slow.send(Map.of("type", "subscribe", "topics", List.of("sessions")));
            Awaitility.await()
                    .until(() -> counts().at("/subscriptions/sessions").asInt() >= 1);
            ExecutorService writers = Executors.newFixedThreadPool(8);
            try {
                List<Future<Integer>> created = new ArrayList<>();
                for (int i = 0; i < published; i++) {
                    created.add(writers.submit(
                            () -> server.send("POST", SESSIONS, large).statusCode()));
                }
                for (Future<Integer> status : created) {
                    assertThat(status.get()).isEqualTo(201);
                }
            } finally {
                writers.shutdownNow();
            }
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> counts().get("resyncs").asLong() > resyncs);
            // Others are not held up by it.
            quick.send(Map.of("type", "ping"));
            quick.await("pong");
            assertThat(liveHeapBytes()).as("bytes in use").isLessThan(300L * 1_024 * 1_024);

            slow.readOn();
            slow.await("resync");
            String id = server.createSession("after the resync");
            slow.await(message -> message.at("/data/id").asText().equals(id), "an event after the resync");
        }
    }

    @Test
    void connections_areCountedWithTheirCloseCodes() throws Exception {
        JsonNode before = counts();
        LiveClient normal = LiveClient.connect(server);
        LiveClient away = LiveClient.connect(server);
        LiveClient lost = LiveClient.connect(server);
        normal.subscribe("performance");
        JsonNode during = counts();
        assertThat(during.get("opened").asLong()).isEqualTo(before.get("opened").asLong() + 3);
        assertThat(during.at("/subscriptions/performance").asInt()).isEqualTo(1);
        assertThat(during.get("messages_in").asLong())
                .isGreaterThan(before.get("messages_in").asLong());
        assertThat(during.get("bytes_out").asLong())
                .isGreaterThan(before.get("bytes_out").asLong());
        normal.close(1000);
        away.close(1001);
        lost.abort();
        for (String code : List.of("1000", "1001", "1006")) {
            Awaitility.await("close code " + code)
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> counts().at("/closed/" + code).asLong()
                            == before.at("/closed/" + code).asLong() + 1);
        }
        assertThat(counts().at("/subscriptions/performance").asInt()).isZero();
        assertThat(server.get("/metrics").body())
                .containsPattern("hone_live_closed_total\\{code=\"1001\"} \\d")
                .contains("hone_live_opened_total")
                .contains("hone_live_connections ");
    }

    private JsonNode counts() throws Exception {
        return ServerProcess.json(server.get("/api/v1/performance/live"));
    }

    private double liveHeapBytes() throws Exception {
        Matcher used = Pattern.compile("jvm_memory_used_bytes\\{area=\"heap\",id=\"[^\"]+\"} (\\S+)")
                .matcher(server.get("/metrics").body());
        return used.results()
                .mapToDouble(found -> Double.parseDouble(found.group(1)))
                .sum();
    }
}
