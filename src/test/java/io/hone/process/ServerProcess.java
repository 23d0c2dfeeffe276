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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A real server in a process of its own, as {@code java -jar hone.jar serve} starts it: for what only a process can show.
 * What is sent carries the operator's token of this start, unless {@link #as} or {@link #anonymously} say otherwise.
 */
public final class ServerProcess implements AutoCloseable {

    /** System property of measurements: servers compile as those of users do. */
    public static final String BOTH_COMPILERS = "hone.both-compilers";

    private static final Duration START_WITHIN = Duration.ofSeconds(300);
    private static final String AUTHORIZATION = "Authorization";
    private static final Pattern READY = Pattern.compile("Hone is ready at (http://\\S+)");

    private final Process process;
    private final Path output;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final int port;

    private final Path data;

    /** Whoever asks with one credential. */
    public final class Caller {

        private final String authorization;

        private Caller(String authorization) {
            this.authorization = authorization;
        }

        /** Sends a request with a JSON body; null for none. */
        public HttpResponse<String> send(String method, String path, Object body, String... headers)
                throws IOException, InterruptedException {
            String[] all = Arrays.copyOf(headers, headers.length + 2);
            all[headers.length] = AUTHORIZATION;
            all[headers.length + 1] = authorization;
            return ServerProcess.this.send(method, path, body, all);
        }

        public HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
            return send("GET", path, null, headers);
        }
    }

    private ServerProcess(Process process, Path output, int port, Path data) {
        this.process = process;
        this.output = output;
        this.port = port;
        this.data = data;
    }

    /** Starts a server on a free port and waits until it says that it is ready. */
    public static ServerProcess start(Path data, String... options) throws IOException, InterruptedException {
        return start(data, Map.of(), options);
    }

    /** The same with environment variables. */
    public static ServerProcess start(Path data, Map<String, String> environment, String... options)
            throws IOException, InterruptedException {
        ServerProcess server = launch(data, environment, options);
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
                // Tests end before what the second compiler makes would pay: it takes half of a start.
                Boolean.getBoolean(BOTH_COMPILERS) ? "-XX:+TieredCompilation" : "-XX:TieredStopAtLevel=1",
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
        return new ServerProcess(builder.start(), output, port, data);
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

    /** Whoever has that token or key. */
    public Caller as(String credential) {
        return new Caller(bearer(credential));
    }

    /** Somebody without token or key. */
    public Caller anonymously() {
        return new Caller("");
    }

    /** The operator's token of the running server; null while it has written none. */
    public String operatorToken() throws IOException {
        Path file = data.resolve("server").resolve("operator-token");
        return Files.isRegularFile(file) ? Files.readString(file).strip() : null;
    }

    /** The header field with the operator's token, as a line of a request. */
    public String authorizationLine() throws IOException {
        return AUTHORIZATION + ": " + bearer(operatorToken());
    }

    /** Value of the header field for a token or key. */
    public static String bearer(String credential) {
        return "Bearer " + credential;
    }

    /** Makes a key of a role and returns it. */
    public String createKey(String name, String role) throws IOException, InterruptedException {
        HttpResponse<String> created = send("POST", "/api/v1/keys", Map.of("name", name, "role", role));
        return json(required(201, created)).get("key").asText();
    }

    /** Creates an account that signs in with a password, and returns its id. */
    public String createAccount(String username, String role, String password)
            throws IOException, InterruptedException {
        HttpResponse<String> created =
                send("POST", "/api/v1/accounts", Map.of("username", username, "role", role, "password", password));
        return json(required(201, created)).get("id").asText();
    }

    /** Signs in and returns the answer, with access and refresh token. */
    public JsonNode signIn(String username, String password) throws IOException, InterruptedException {
        HttpResponse<String> tokens =
                anonymously().send("POST", "/api/v1/auth/login", Map.of("username", username, "password", password));
        return json(required(200, tokens));
    }

    private static HttpResponse<String> required(int status, HttpResponse<String> response) {
        if (response.statusCode() != status) {
            throw new IllegalStateException(response.statusCode() + " " + response.body());
        }
        return response;
    }

    /**
     * Sends a request with a JSON body; null for none.
     *
     * @param headers names and values in turn; an empty {@code Authorization} sends none
     */
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
        String operator = operatorToken();
        String authorization = operator == null ? "" : bearer(operator);
        for (int i = 0; i < headers.length; i += 2) {
            if (headers[i].equalsIgnoreCase(AUTHORIZATION)) {
                authorization = headers[i + 1];
            } else {
                request.setHeader(headers[i], headers[i + 1]);
            }
        }
        if (!authorization.isEmpty()) {
            request.setHeader(AUTHORIZATION, authorization);
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
        return json(required(201, created)).get("id").asText();
    }
}
