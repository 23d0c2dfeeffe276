package io.hone.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hone.sessions.SessionGenerator;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of sessions on their way out and in, while the database or the process goes away. */
class TransferIT {

    private static final int SESSIONS = 20_000;

    /** A table of all sessions must not look whole when it is not. */
    @Test
    void export_databaseFailsOnTheWay_endsTheConnection(@TempDir Path data) throws Exception {
        SessionGenerator.generate(data, SESSIONS, line -> {});
        try (ServerProcess server = ServerProcess.start(data)) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(
                            server.address() + "/api/v1/sessions/export?format=csv&parent=any&columns=id,name"))
                    .header("Authorization", ServerProcess.bearer(server.operatorToken()))
                    .build();
            try (InputStream body = HttpClient.newHttpClient()
                    .send(request, HttpResponse.BodyHandlers.ofInputStream())
                    .body()) {
                assertThat(body.readNBytes(1_000)).hasSize(1_000);
                // What is on its way already still arrives: the rest is read from a table that is no longer there.
                change(data, "ALTER TABLE session_metric RENAME TO gone");
                assertThatThrownBy(body::readAllBytes).isInstanceOf(IOException.class);
            }
            change(data, "ALTER TABLE gone RENAME TO session_metric");

            assertThat(server.output()).contains("An answer was cut off");
            assertThat(server.get("/api/v1/sessions/export?format=csv&columns=id")
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void import_processIsKilled_leavesNothing(@TempDir Path data) throws Exception {
        String lines = IntStream.range(0, SESSIONS)
                .mapToObj(i -> "{\"name\":\"run %d\",\"model\":\"m\",\"technique\":\"other\"}".formatted(i))
                .collect(Collectors.joining("\n"));
        try (ServerProcess server = ServerProcess.start(data)) {
            String before = server.createSession("there before");
            CompletableFuture<HttpResponse<String>> answer = CompletableFuture.supplyAsync(() -> {
                try {
                    return server.send(
                            "POST", "/api/v1/sessions/import", lines, "Content-Type", "application/x-ndjson");
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            Awaitility.await().until(() -> !leftOver(data).isEmpty());
            server.kill();
            assertThatThrownBy(answer::join).hasRootCauseInstanceOf(IOException.class);
            assertThat(before).isNotEmpty();
        }
        try (ServerProcess server = ServerProcess.start(data)) {
            assertThat(ServerProcess.json(server.get("/api/v1/sessions"))
                            .get("items")
                            .size())
                    .isEqualTo(1);
            assertThat(leftOver(data)).isEmpty();
            HttpResponse<String> again =
                    server.send("POST", "/api/v1/sessions/import", lines, "Content-Type", "application/x-ndjson");
            assertThat(ServerProcess.json(again).get("sessions").asInt()).isEqualTo(SESSIONS);
        }
    }

    private static List<Path> leftOver(Path data) throws IOException {
        try (Stream<Path> files = Files.list(data)) {
            return files.filter(file -> file.getFileName().toString().startsWith("import-"))
                    .toList();
        }
    }

    private static void change(Path data, String sql) throws Exception {
        try (Connection connection =
                        DriverManager.getConnection("jdbc:sqlite:" + data.resolve("hone.db") + "?busy_timeout=30000");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
