package io.hone.process;

import com.fasterxml.jackson.databind.JsonNode;
import io.hone.http.Json;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A real server in a process of its own, as {@code java -jar hone.jar serve} starts it: for what only a process can show.
 */
public final class ServerProcess implements AutoCloseable {

    private static final Duration START_WITHIN = Duration.ofSeconds(120);
    private static final Pattern READY = Pattern.compile("Hone is ready at (http://\\S+)");

    private final Process process;
    private final Path output;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final int port;

    private ServerProcess(Process process, Path output, int port) {
        this.process = process;
        this.output = output;
        this.port = port;
    }

    /** Starts a server on a free port and waits until it says that it is ready. */
    public static ServerProcess start(Path data, String... options) throws IOException, InterruptedException {
        ServerProcess server = launch(data, Map.of(), options);
        server.awaitOutput(READY);
        return server;
    }

    /** Starts a server without waiting: for starts that are meant to fail. */
    public static ServerProcess launch(Path data, Map<String, String> environment, String... options)
            throws IOException {
        return launch(freePort(), data, environment, options);
    }

    /** The same on that port, free or not. */
    public static ServerProcess launch(int port, Path data, Map<String, String> environment, String... options)
            throws IOException {
        Path output = Files.createTempFile("hone", ".log");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:+UseSerialGC",
                "-jar",
                System.getProperty("hone.jar", "target/hone.jar"),
                "serve",
                "--port",
                Integer.toString(port),
                "--data",
                data.toString()));
        command.addAll(List.of(options));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment()
                .put(
                        "HONE_RUNTIME_DIR",
                        Path.of("target/runtime").toAbsolutePath().toString());
        builder.environment().putAll(environment);
        return new ServerProcess(builder.start(), output, port);
    }

    /** A port that was free a moment ago. */
    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** Address of the server, without a slash at the end. */
    public String address() {
        return "http://127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    public Process process() {
        return process;
    }

    /** Everything the process has printed so far. */
    public String output() throws IOException {
        return Files.readString(output, StandardCharsets.UTF_8);
    }

    /** Waits until the process prints that, and fails loudly if it ends before. */
    public Matcher awaitOutput(Pattern pattern) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START_WITHIN.toNanos();
        while (System.nanoTime() < deadline) {
            Matcher matcher = pattern.matcher(output());
            if (matcher.find()) {
                return matcher;
            }
            if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("The server ended with " + process.exitValue() + ":\n" + output());
            }
        }
        throw new IllegalStateException("The server did not print " + pattern + ":\n" + output());
    }

    /** Ends the process as a power cut would: no handler of it runs. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Asks the process to stop (SIGTERM) and waits for it. */
    public int terminate() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("The server did not stop within 60 s");
        }
        return process.exitValue();
    }

    @Override
    public void close() throws InterruptedException {
        if (process.isAlive()) {
            kill();
        }
    }

    /** Sends a request with a JSON body; null for none. */
    public HttpResponse<String> send(String method, String path, Object body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address() + path))
                .timeout(Duration.ofSeconds(60))
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(
                                        body instanceof String text ? text : Json.write(body)));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    public HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        return send("GET", path, null, headers);
    }

    /** Body of an answer as JSON. */
    public static JsonNode json(HttpResponse<String> response) throws IOException {
        return Json.MAPPER.readTree(response.body());
    }

    /** Creates a session and returns its id. */
    public String createSession(String name) throws IOException, InterruptedException {
        HttpResponse<String> created =
                send("POST", "/api/v1/sessions", Map.of("name", name, "model", "resnet", "technique", "quantization"));
        if (created.statusCode() != 201) {
            throw new IllegalStateException(created.statusCode() + " " + created.body());
        }
        return json(created).get("id").asText();
    }
}
