package io.hone.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Guidance for failures, as clients of a running server see it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FailuresIT {

    private static final String ANALYZE = "/api/v1/failures/analyze";
    private static final String SECRET = "sk-proj-abcDEF1234567890abcDEF";

    private ServerProcess server;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        Files.writeString(data.resolve("failure-rules.yaml"), """
                rules:
                  - name: our-licence-server
                    category: quota_exceeded
                    contains: [no licence left]
                    next_steps: [Ask the team of tools]
                """);
        server = ServerProcess.start(data, Map.of("HONE_LOG_REQUESTS", "true"));
    }

    @AfterAll
    void stop() throws Exception {
        server.close();
    }

    @Test
    void analyze_everyRole_mayAsk_nobodyElse() throws Exception {
        Map<String, String> body = Map.of("message", "CUDA out of memory");
        for (String role : List.of("viewer", "reporter", "admin")) {
            String key = server.createKey("failures-" + role, role);
            assertThat(server.as(key).send("POST", ANALYZE, body).statusCode())
                    .as(role)
                    .isEqualTo(200);
        }
        assertThat(server.anonymously().send("POST", ANALYZE, body).statusCode())
                .isEqualTo(401);
    }

    @Test
    void analyze_answersWithGuidance() throws Exception {
        JsonNode guidance = analyze(Map.of(
                "message",
                "429: insufficient_quota",
                "provider",
                "openai",
                "status",
                429,
                "technique",
                "distillation"));

        assertThat(guidance.get("category").asText()).isEqualTo("quota_exceeded");
        assertThat(guidance.get("matched_rule").asText()).isEqualTo("openai-quota");
        assertThat(guidance.get("severity").asText()).isEqualTo("critical");
        assertThat(guidance.get("retryable").asBoolean()).isFalse();
        assertThat(guidance.get("provider_health").isNull()).isTrue();
        assertThat(guidance.get("next_steps")).hasSizeGreaterThan(2);
    }

    @Test
    void analyze_ruleOfTheDataFolder_goesFirst() throws Exception {
        JsonNode guidance = analyze(Map.of("message", "No licence left; CUDA out of memory"));

        assertThat(guidance.get("matched_rule").asText()).isEqualTo("our-licence-server");
        assertThat(guidance.at("/next_steps/0").asText()).isEqualTo("Ask the team of tools");
    }

    @Test
    void analyze_megabyteAndControlCharacters_areTaken() throws Exception {
        String padding = "a\u0000\u001B[31m ".repeat(150_000);

        assertThat(analyze(Map.of("message", padding + "\nNo space left on device"))
                        .get("category")
                        .asText())
                .isEqualTo("disk_full");
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void analyze_invalid_isRefusedNamingThePlace(Map<String, Object> body, String pointer) throws Exception {
        HttpResponse<String> answer = server.send("POST", ANALYZE, body);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
        assertThat(ServerProcess.json(answer).at("/errors/0/pointer").asText()).isEqualTo(pointer);
    }

    static Stream<Arguments> invalid() {
        return Stream.of(
                Arguments.of(Map.of(), "/message"),
                Arguments.of(Map.of("message", ""), "/message"),
                Arguments.of(Map.of("message", " \n"), "/message"),
                Arguments.of(Map.of("message", 7), "/message"),
                Arguments.of(Map.of("message", "x".repeat(2_000_001)), "/message"),
                Arguments.of(Map.of("message", "x", "provider", ""), "/provider"),
                Arguments.of(Map.of("message", "x", "provider", "p".repeat(101)), "/provider"),
                Arguments.of(Map.of("message", "x", "status", 99), "/status"),
                Arguments.of(Map.of("message", "x", "status", 600), "/status"),
                Arguments.of(Map.of("message", "x", "status", "429"), "/status"),
                Arguments.of(Map.of("message", "x", "technique", "magic"), "/technique"),
                Arguments.of(Map.of("message", "x", "colour", "red"), "/colour"));
    }

    @Test
    void analyze_malformed_isRefused() throws Exception {
        assertThat(server.send("POST", ANALYZE, Map.of("message", "x"), "Content-Type", "text/plain")
                        .statusCode())
                .isEqualTo(415);
        assertThat(server.send("POST", ANALYZE + "?x=1", Map.of("message", "x")).statusCode())
                .isEqualTo(422);
        assertThat(server.get(ANALYZE).statusCode()).isEqualTo(405);
    }

    @Test
    void analyze_again_isAnsweredFromTheCache_andNoSecretIsSeen() throws Exception {
        Map<String, String> body = Map.of("message", "Incorrect API key provided: " + SECRET + " at step 1234");
        Map<String, String> same = Map.of("message", "Incorrect API key provided: " + SECRET + "x at step 99999");
        analyze(body);
        long before = hits();
        JsonNode again = analyze(same);

        assertThat(hits()).isEqualTo(before + 1);
        assertThat(again.toString()).doesNotContain("abcDEF");
        assertThat(server.output()).doesNotContain("abcDEF");
    }

    @Test
    void failedSession_hasCategoryAndGuidance() throws Exception {
        String id = server.createSession("failing");
        assertThat(server.get("/api/v1/sessions/" + id + "/guidance").statusCode())
                .isEqualTo(404);
        Map<String, Object> error = new HashMap<>(Map.of("message", "Unauthorized", "provider", "mistral"));
        HttpResponse<String> failed =
                server.send("PUT", "/api/v1/sessions/" + id + "/status", Map.of("status", "failed", "error", error));

        assertThat(ServerProcess.json(failed).at("/error/category").asText()).isEqualTo("api_key_invalid");
        JsonNode guidance = ServerProcess.json(server.get("/api/v1/sessions/" + id + "/guidance"));
        assertThat(guidance.get("category").asText()).isEqualTo("api_key_invalid");
        assertThat(server.get("/api/v1/sessions/no-uuid/guidance").statusCode()).isEqualTo(404);
    }

    @Test
    void brokenFile_stopsTheStart_withOneLine(@TempDir Path data) throws Exception {
        Files.createDirectories(data);
        Files.writeString(
                data.resolve("failure-rules.yaml"), "rules:\n- {name: ours, category: timeout, matches: ['(']}\n");
        try (ServerProcess broken = ServerProcess.launch(data, Map.of())) {
            assertThat(broken.process().waitFor(120, TimeUnit.SECONDS)).isTrue();
            assertThat(broken.process().exitValue()).isNotZero();
            assertThat(broken.output())
                    .containsPattern("Hone cannot start: .*failure-rules.yaml cannot be used: .*rules ours.*RE2")
                    .doesNotContainPattern(Pattern.compile("^\\s+at ", Pattern.MULTILINE));
        }
    }

    private JsonNode analyze(Map<String, ?> body) throws Exception {
        HttpResponse<String> answer = server.send("POST", ANALYZE, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return ServerProcess.json(answer);
    }

    private long hits() throws Exception {
        return ServerProcess.json(server.get("/api/v1/cache/stats/failure.analysis"))
                .get("hits")
                .asLong();
    }
}
