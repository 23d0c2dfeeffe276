package io.hone.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** {@code /metrics} as Prometheus sees it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MetricsIT {

    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0";

    private ServerProcess server;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        server = ServerProcess.start(data);
        String id = server.createSession("measured");
        server.send("POST", "/api/v1/sessions/" + id + "/steps", "[{\"step\":1,\"metrics\":{\"a\":1}}]");
        server.get("/api/v1/dashboard/stats");
        server.get("/api/v1/sessions");
        try (LiveClient client = LiveClient.connect(server)) {
            client.subscribe("sessions");
        }
    }

    @AfterAll
    void stop() throws Exception {
        server.close();
    }

    @Test
    void promtool_findsNothing() throws Exception {
        assertThat(promtool(server.get("/metrics").body())).isEmpty();
    }

    @Test
    void promtool_findsNothingInTheOpenMetricsForm_readAsText() throws Exception {
        // promtool reads the text format only; what OpenMetrics adds is taken off, and its counters are named as there.
        String text = server.get("/metrics", "Accept", OPEN_METRICS)
                .body()
                .lines()
                .filter(line -> !line.startsWith("# UNIT") && !line.equals("# EOF"))
                .map(line -> line.startsWith("# HELP") ? line.replace("\\\"", "\"") : line.replaceAll(" # \\{.*", ""))
                .collect(Collectors.joining("\n", "", "\n"));
        for (String counter : families(text, "counter")) {
            text = text.replaceAll("(?m)^# (HELP|TYPE) " + counter + " ", "# $1 " + counter + "_total ");
        }
        assertThat(promtool(text)).isEmpty();
    }

    @Test
    void openMetrics_keepsItsRules() throws Exception {
        var response = server.get("/metrics", "Accept", OPEN_METRICS);
        assertThat(response.headers().firstValue("Content-Type").orElseThrow())
                .startsWith("application/openmetrics-text");
        String body = response.body();
        assertThat(body).endsWith("# EOF\n");
        assertThat(body.lines().filter(line -> line.equals("# EOF"))).hasSize(1);
        assertThat(families(body, "counter")).isNotEmpty().noneMatch(name -> name.endsWith("_total"));
        List<String> wrong = new ArrayList<>();
        Map<String, String> types = new HashMap<>();
        body.lines().filter(line -> line.startsWith("# TYPE ")).forEach(line -> {
            String[] words = line.split(" ");
            if (types.put(words[2], words[3]) != null) {
                wrong.add(words[2] + " is declared twice");
            }
        });
        body.lines().filter(line -> line.startsWith("# UNIT ")).forEach(line -> {
            String[] words = line.split(" ");
            if (!words[2].endsWith("_" + words[3])) {
                wrong.add(words[2] + " does not end in its unit " + words[3]);
            }
        });
        body.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            String name = line.replaceAll("[{ ].*", "");
            boolean known = types.containsKey(name)
                    || List.of("_total", "_bucket", "_count", "_sum", "_created", "_info").stream()
                            .anyMatch(suffix -> name.endsWith(suffix)
                                    && types.containsKey(name.substring(0, name.length() - suffix.length())));
            if (!known) {
                wrong.add(name + " has no type");
            }
        });
        assertThat(wrong).isEmpty();
    }

    @Test
    void accept_choosesTheFormat() throws Exception {
        for (String accept : List.of("*/*", "text/plain", "text/html")) {
            assertThat(server.get("/metrics", "Accept", accept)
                            .headers()
                            .firstValue("Content-Type")
                            .orElseThrow())
                    .startsWith("text/plain; version=0.0.4");
        }
        assertThat(server.get("/metrics").headers().firstValue("Vary").orElseThrow())
                .contains("Accept");
    }

    @Test
    void metrics_haveWhatOperatorsAskFor() throws Exception {
        assertThat(server.get("/metrics").body())
                .contains("http_server_requests_seconds_bucket{")
                .contains("uri=\"/api/v1/sessions/{id}/steps\"")
                .contains("jvm_memory_used_bytes")
                .contains("process_cpu_seconds_total")
                .contains("hikaricp_connections_active")
                .contains("hone_live_connections")
                .containsPattern("statement=\"session\\.list\"")
                .containsPattern("(?m)^hone_cache|^cache_");
    }

    /** Whatever clients ask for, the series stay those that the code names. */
    @Test
    void series_doNotGrowWithRandomRequests() throws Exception {
        // Every kind of request once, the reading of metrics too.
        requests(new Random(1), 14 * 3);
        // What the server does by the clock makes its own series, once.
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> series().stream()
                .anyMatch(name -> name.contains("session.expired")));
        Set<String> before = series();
        requests(new Random(2), 200);
        Set<String> after = series();
        after.removeAll(before);
        // The collector names a cause when it first meets it, whatever was asked.
        after.removeIf(name -> name.startsWith("jvm_"));
        assertThat(after).isEmpty();
        assertThat(ServerProcess.json(server.get("/api/v1/performance/profiles"))
                        .get("items")
                        .size())
                .isLessThan(60);
    }

    private void requests(Random random, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            String word = Long.toHexString(random.nextLong());
            String id = new UUID(random.nextLong(), random.nextLong()).toString();
            List<String> targets = List.of(
                    "/" + word,
                    "/api/v1/" + word,
                    "/api/v1/sessions/" + word,
                    "/api/v1/sessions/" + id,
                    "/api/v1/sessions/" + id + "/steps?metric=" + word,
                    "/api/v1/sessions?q=" + word + "&" + word + "=1",
                    "/api/v1/config/criteria/" + word,
                    "/api/v1/config/settings/" + word,
                    "/api/v1/dashboard/stats?project=" + word,
                    "/" + word + ".js",
                    "/webjars/" + word,
                    "/sessions/" + id,
                    "/health/" + word,
                    "/openapi/" + word);
            // Each target in turn, so that the smaller number has seen every kind as well.
            String target = targets.get(i % targets.size());
            String method = List.of("GET", "DELETE", "M" + word.toUpperCase(java.util.Locale.ROOT))
                    .get(i / targets.size() % 3);
            // Of somebody known and of nobody: what is refused has its series too.
            for (String authorization : List.of(server.authorizationLine(), "Authorization: Bearer " + word)) {
                RawHttp.ask(
                        server.port(),
                        RawHttp.request(
                                method,
                                target,
                                authorization,
                                "Connection: close",
                                "User-Agent: " + word,
                                "X-Request-ID: " + id));
            }
        }
    }

    private Set<String> series() throws Exception {
        // Garbage collections come with causes of the runtime's, in their own time.
        return server.get("/metrics")
                .body()
                .lines()
                .filter(line -> !line.startsWith("#") && !line.startsWith("jvm_"))
                .map(line -> line.substring(0, line.lastIndexOf(' ')))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> families(String body, String type) {
        return body.lines()
                .filter(line -> line.startsWith("# TYPE ") && line.endsWith(" " + type))
                .map(line -> line.split(" ")[2])
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String promtool(String metrics) throws IOException, InterruptedException {
        // Told by the check script, which fetches it where it is missing.
        Path tool = Path.of(System.getProperty("promtool", "target/tools/promtool"));
        assumeTrue(Files.isExecutable(tool), "There is no promtool: run ./hone check");
        Path input = Files.writeString(Files.createTempFile("metrics", ".txt"), metrics);
        Path output = Files.createTempFile("promtool", ".txt");
        try {
            Process check = new ProcessBuilder(tool.toString(), "check", "metrics")
                    .redirectInput(input.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            assertThat(check.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return Files.readString(output) + (check.exitValue() == 0 ? "" : "exit " + check.exitValue());
        } finally {
            Files.delete(input);
            Files.delete(output);
        }
    }
}
