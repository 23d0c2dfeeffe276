package io.hone.tool.demo;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** One quick run against the stub, looked at from several sides; the tests only read what it left. */
class DemoRunTest {

    private static final StringWriter OUT = new StringWriter();
    private static final StringWriter ERR = new StringWriter();
    private static StubHone hone;
    private static int exitCode;

    @BeforeAll
    static void runOnce() throws IOException {
        hone = new StubHone();
        exitCode = demo(hone, OUT, ERR, "--parallel", "3");
    }

    @AfterAll
    static void closeStub() {
        hone.close();
    }

    private static int demo(StubHone server, StringWriter out, StringWriter err, String... options) {
        return new CommandLine(new DemoCommand(Clocks.system(), new StopSignal()))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(Stream.concat(
                                Stream.of("--quick", "--url", server.address().toString()), Stream.of(options))
                        .toArray(String[]::new));
    }

    @Test
    void call_quick_everySessionIsReportedToItsEnd() {
        assertThat(exitCode).isZero();
        assertThat(ERR.toString()).isEmpty();
        assertThat(hone.sessions()).hasSizeGreaterThan(12);
        for (JsonNode session : hone.sessions()) {
            assertThat(hone.statuses(session)).startsWith("pending", "running").hasSize(3);
            assertThat(session.path("status").asText()).isIn("completed", "failed");
            assertThat(hone.steps(session)).isNotEmpty();
            assertThat(session.path("project").asText()).isEqualTo("demo-spirals");
            String name = session.path("name").asText();
            assertThat(OUT.toString()).contains("started   " + name).contains("finished  " + name);
        }
        assertThat(OUT.toString()).endsWith("See it at %s/%n".formatted(hone.address()));
    }

    @Test
    void call_quick_techniquesParentsAndBaselinesAreSent() {
        assertThat(hone.sessions().stream()
                        .map(session -> session.path("technique").asText()))
                .contains("other", "quantization", "pruning", "distillation", "hyperparameter_search");
        String baseline = hone.session("Train the baseline").path("id").asText();
        String sweep = hone.session("Quantization sweep").path("id").asText();
        List<? extends JsonNode> schemes = hone.sessions().stream()
                .filter(session -> session.path("parent_id").asText().equals(sweep))
                .toList();
        assertThat(schemes).hasSize(4);
        for (JsonNode scheme : schemes) {
            assertThat(scheme.path("baseline").asText()).isEqualTo(baseline);
            assertThat(hone.steps(scheme).stream()
                            .map(step -> step.path("metrics").path("bits").asInt()))
                    .containsExactly(32, 16, 8, 6, 4, 3, 2);
            assertThat(scheme.path("verdict").asText()).isEqualTo("not_met"); // 2 bits without training
        }
        assertThat(hone.steps(hone.session("Magnitude pruning")).stream()
                        .map(step -> step.path("step").asInt()))
                .containsExactly(0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95);
    }

    @Test
    void call_quick_criteriaComeFirst() {
        assertThat(hone.calls().subList(0, 2))
                .allSatisfy(call -> assertThat(call.path()).startsWith("/api/v1/config/criteria/demo-"));
        assertThat(hone.criteria().get(Goals.SMALL).path("criteria")).anySatisfy(criterion -> {
            assertThat(criterion.path("metric").asText()).isEqualTo("model_bytes");
            assertThat(criterion.path("op").asText()).isEqualTo("<=");
            assertThat(criterion.path("value").asDouble()).isEqualTo(0.35);
            assertThat(criterion.path("relative_to").asText()).isEqualTo("baseline");
        });
    }

    @Test
    void call_keyThatMayNotCreateProviders_leavesThePromptOut() {
        assertThat(OUT.toString())
                .contains("left out  Prompt for sorting messages · creating its provider takes the role admin");
        assertThat(hone.calls()).noneMatch(call -> call.path().contains("budgets"));
    }

    @Test
    void call_excessiveLearningRate_failsWithTheNaNItMeasured() {
        JsonNode session = hone.session("Train with a learning rate up to 10");
        assertThat(session.path("status").asText()).isEqualTo("failed");
        assertThat(session.path("error").path("message").asText())
                .matches("loss became NaN at epoch \\d+, learning rate \\d+");
        List<JsonNode> steps = hone.steps(session);
        JsonNode last = steps.get(steps.size() - 1);
        assertThat(last.path("metrics").path("train_loss").asText()).isEqualTo("NaN");
        assertThat(session.path("error").path("message").asText())
                .contains("epoch %d,".formatted(last.path("step").asInt()));
    }

    @Test
    void call_sameSeedOneThread_measuresTheSameAccuracies() throws IOException {
        try (StubHone other = new StubHone()) {
            demo(other, new StringWriter(), new StringWriter(), "--parallel", "1");

            assertThat(accuracies(other)).isEqualTo(accuracies(hone));
        }
    }

    private static Map<String, String> accuracies(StubHone server) {
        return server.sessions().stream()
                .collect(toMap(session -> session.path("name").asText(), session -> session.path("metrics")
                        .path("accuracy")
                        .path("last")
                        .asText()));
    }

    @Test
    void call_creates_carryDifferentIdempotencyKeys() {
        List<String> keys = hone.calls().stream()
                .filter(call -> call.method().equals("POST") && call.path().equals("/api/v1/sessions"))
                .map(call -> String.valueOf(call.headers().get("idempotency-key")))
                .toList();
        assertThat(keys).hasSameSizeAs(hone.sessions()).doesNotHaveDuplicates().noneMatch("null"::equals);
    }
}
