package io.hone.tool.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class DemoCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final StopSignal stop = new StopSignal();
    private StubHone hone;

    @BeforeEach
    void startStub() throws IOException {
        hone = new StubHone();
    }

    @AfterEach
    void closeStub() {
        hone.close();
    }

    private int demo(String... options) {
        return new CommandLine(new DemoCommand(Clocks.system(), stop))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(Stream.concat(
                                Stream.of("--quick", "--url", hone.address().toString()), Stream.of(options))
                        .toArray(String[]::new));
    }

    @Test
    void call_keyGiven_isSentAsBearerToken() {
        stopAfterFirstSession();
        demo("--key", "hone_secret");

        assertThat(hone.calls())
                .allSatisfy(call -> assertThat(call.headers()).containsEntry("authorization", "Bearer hone_secret"));
        assertThat(out.toString() + err).doesNotContain("hone_secret");
    }

    @Test
    void call_noServer_oneClearLineAndExitCode1() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        int code = new CommandLine(new DemoCommand(Clocks.system(), stop))
                .setErr(new PrintWriter(err, true))
                .execute("--url", "http://127.0.0.1:" + free);

        assertThat(code).isEqualTo(1);
        assertThat(err.toString().lines())
                .containsExactly(("Cannot reach Hone at http://127.0.0.1:%d: connection refused or host unknown."
                                + " Start it with: ./hone serve")
                        .formatted(free));
    }

    @Test
    void call_reportRefused_printsTheProblemAndEndsWith1() {
        hone.answerNext(422, Map.of("Content-Type", "application/problem+json"), """
                {"title":"Invalid input","status":422,"detail":"One member is wrong.","request_id":"abcdefgh",
                 "errors":[{"pointer":"/criteria/0/op","detail":"must be one of >=, <=, >, <, ="}]}""");

        assertThat(demo()).isEqualTo(1);

        assertThat(err.toString())
                .contains("PUT /api/v1/config/criteria/demo-accurate: 422 Invalid input. One member is wrong.")
                .contains("  /criteria/0/op: must be one of >=, <=, >, <, =")
                .contains("request id: abcdefgh")
                .doesNotContain("\tat ");
    }

    @Test
    void call_reportRefusedOnTheWay_openSessionsAreCancelled() {
        hone.watch(call -> {
            if (call.path().endsWith("/steps")) {
                hone.answerNext(413, Map.of(), "");
                hone.watch(other -> {});
            }
        });

        assertThat(demo()).isEqualTo(1);

        assertThat(hone.sessions())
                .isNotEmpty()
                .allSatisfy(
                        session -> assertThat(session.path("status").asText()).isIn("cancelled", "completed", "failed"))
                .anySatisfy(
                        session -> assertThat(session.path("status").asText()).isEqualTo("cancelled"));
        assertThat(err.toString()).contains("413 (no title)");
    }

    @Test
    void call_serverBusy_isTriedAgain() {
        hone.answerNext(503, Map.of("Retry-After", "0"), "");
        hone.answerNext(429, Map.of("Retry-After", "0"), "");
        stopAfterFirstSession();

        demo();

        assertThat(hone.criteria()).containsKeys(Goals.ACCURATE, Goals.SMALL);
        assertThat(err.toString()).isEqualToIgnoringNewLines("Stopped.");
    }

    @Test
    void call_serverStaysBusy_givesUp() {
        for (int i = 0; i < Reporter.ATTEMPTS; i++) {
            hone.answerNext(429, Map.of("Retry-After", "0"), "{\"title\":\"Too many requests\"}");
        }

        assertThat(demo()).isEqualTo(1);

        assertThat(err.toString()).contains("429 Too many requests");
        assertThat(hone.calls()).isEmpty();
    }

    @Test
    void call_stopped_sessionsUnderWayAreCancelled() {
        stopAfterFirstSession();

        assertThat(demo()).isEqualTo(130);

        assertThat(hone.sessions())
                .isNotEmpty()
                .allSatisfy(
                        session -> assertThat(session.path("status").asText()).isIn("cancelled", "completed", "failed"))
                .anySatisfy(
                        session -> assertThat(session.path("status").asText()).isEqualTo("cancelled"));
        assertThat(out.toString()).contains("cancelled ");
    }

    private void stopAfterFirstSession() {
        hone.watch(call -> {
            if (call.path().endsWith("/status")) {
                stop.give();
            }
        });
    }

    @Test
    void call_wrongOptions_exitCode2AndTheRange() {
        assertThat(demo("--parallel", "0")).isEqualTo(2);
        assertThat(err.toString()).contains("--parallel is 0, not 1 to 64");
        assertThat(new CommandLine(new DemoCommand(Clocks.system(), stop))
                        .setErr(new PrintWriter(err, true))
                        .execute("--url", "localhost:8080"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("not an address like http://127.0.0.1:8080");
        assertThat(hone.calls()).isEmpty();
    }
}
