package io.hone.web;

import com.fasterxml.jackson.databind.JsonNode;
import io.hone.http.Json;
import io.hone.process.ServerProcess;
import io.hone.sessions.SessionGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * A real server in a process of its own that can go and come back at the same address with the same data, and what
 * tests tell it through its API. {@link ServerProcess} takes a new port with every start.
 */
final class LocalServer implements AutoCloseable {

    private static final Duration START_WITHIN = Duration.ofSeconds(300);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private final Path data;
    private final Path output;
    private final int port;
    /** Accounts that browsers sign in with, by role; made when first needed. */
    private final Map<String, Account> accounts = new ConcurrentHashMap<>();

    private Process process;

    /** Somebody who may sign in. */
    record Account(String id, String username, String password) {}

    /**
     * Starts a server and waits until it is ready.
     *
     * @param sessions how many its database has, made by {@link SessionGenerator}; with 0 it is empty
     */
    LocalServer(int sessions) {
        try {
            data = Files.createTempDirectory("hone-web");
            if (sessions > 0) {
                SessionGenerator.generate(data, sessions, System.out::println);
            }
            output = Files.createTempFile("hone-web", ".log");
            port = ServerProcess.freePort();
            process = launch();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        awaitReady();
    }

    /** Address without a slash at the end. */
    String address() {
        return "http://127.0.0.1:" + port;
    }

    /** Ends the process as a power cut would. */
    void kill() {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Starts the server again if it is gone; it is not ready yet when this returns. */
    void startAgain() {
        if (!process.isAlive()) {
            try {
                Files.writeString(output, "");
                process = launch();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    void awaitReady() {
        long deadline = System.nanoTime() + START_WITHIN.toNanos();
        try {
            while (!Files.readString(output, StandardCharsets.UTF_8).contains("Hone is ready at")) {
                if (process.waitFor(50, TimeUnit.MILLISECONDS) || System.nanoTime() > deadline) {
                    throw new IllegalStateException("The server is not ready:\n" + Files.readString(output));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    @Override
    public void close() {
        kill();
    }

    /** Creates a session of a project; {@code more} adds members or replaces the usual ones. */
    String createSession(String project, String name, Map<String, ?> more) {
        Map<String, Object> body = new HashMap<>(
                Map.of("name", name, "project", project, "model", "resnet-50", "technique", "quantization"));
        body.putAll(more);
        return send("POST", "/sessions", body).get("id").asText();
    }

    String createSession(String project, String name) {
        return createSession(project, name, Map.of());
    }

    void report(String session, long step, Map<String, ?> metrics) {
        send("POST", "/sessions/" + session + "/steps", List.of(Map.of("step", step, "metrics", metrics)));
    }

    void move(String session, String status) {
        move(session, status, Map.of());
    }

    void move(String session, String status, Map<String, ?> more) {
        Map<String, Object> body = new HashMap<>(more);
        body.put("status", status);
        send("PUT", "/sessions/" + session + "/status", body);
    }

    /** Runs a session to its completion. */
    void complete(String session) {
        move(session, "running");
        move(session, "completed");
    }

    void fail(String session, String message) {
        move(session, "running");
        move(session, "failed", Map.of("error", Map.of("message", message)));
    }

    /** Creates the criteria or their next version. */
    void saveCriteria(String name, Sample.Criterion... criteria) {
        send("PUT", "/config/criteria/" + name, Map.of("criteria", List.of(criteria)));
    }

    /** An account of that role which many tests share, and none may change. */
    Account account(String role) {
        return accounts.computeIfAbsent(role, this::createAccount);
    }

    /** Creates an account of that role with a name of its own. */
    Account createAccount(String role) {
        String username = role + "-" + UUID.randomUUID().toString().substring(0, 8);
        String password = "password of " + username;
        JsonNode created = send("POST", "/accounts", Map.of("username", username, "password", password, "role", role));
        return new Account(created.get("id").asText(), username, password);
    }

    /** Makes a sign-in link and returns its path. */
    String signInLink(Account account) {
        return send("POST", "/accounts/" + account.id() + "/sign-in-link", null)
                .get("path")
                .asText();
    }

    /**
     * Sends a request below {@code /api/v1} as the operator of the server's machine.
     *
     * @param body null for none
     * @return the answer's body
     */
    JsonNode send(String method, String path, Object body) {
        try {
            return send(
                    method,
                    path,
                    body,
                    Files.readString(data.resolve("server/operator-token")).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same with that key or token. */
    JsonNode send(String method, String path, Object body, String token) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address() + "/api/v1" + path))
                .timeout(Duration.ofSeconds(60))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(Json.write(body)))
                .build();
        try {
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() >= 300) {
                throw new IllegalStateException(
                        "%s %s: %d %s".formatted(method, path, response.statusCode(), response.body()));
            }
            return Json.MAPPER.readTree(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private Process launch() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx384m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-jar",
                        System.getProperty("hone.jar", "target/hone.jar"),
                        "serve",
                        "--port",
                        Integer.toString(port),
                        "--data",
                        data.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        builder.environment()
                .put(
                        "HONE_RUNTIME_DIR",
                        Path.of("target/runtime").toAbsolutePath().toString());
        // Tests sign in far more often than people do.
        builder.environment().put("HONE_LIMIT_SIGN_IN_PER_MINUTE", "10000");
        return builder.start();
    }

    private static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("Interrupted", e);
    }
}
