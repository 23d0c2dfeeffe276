package io.hone.tool.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A client of the public REST API, as a job would have one. Every request may be repeated without harm: creates
 * carry an {@code Idempotency-Key}, the others replace. Thread-safe.
 *
 * <p>429 and 503, and connections lost on the way, are tried again up to {@value #ATTEMPTS} times in all, after the
 * time the server asks for but at most 30 s. All methods throw {@link ReportingException} when that does not help,
 * or when the server refuses, and {@link CancellationException} once the stop signal is given while waiting.
 */
final class Reporter {

    static final int ATTEMPTS = 6;

    private static final String API = "/api/v1";
    private static final int CONFLICT = 409;

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final Duration PAUSE_AFTER_LOSS = Duration.ofMillis(200);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI server;
    private final @Nullable String key;
    private final StopSignal stop;
    // HTTP/1.1, for an upgrade to HTTP/2 in clear text costs a round trip and gains a job nothing.
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();

    /**
     * @param server address of the server, without a slash at the end
     * @param key    sent as bearer token; null for none
     * @param stop   ends waiting between two tries
     */
    Reporter(URI server, @Nullable String key, StopSignal stop) {
        this.server = server;
        this.key = key;
        this.stop = stop;
    }

    /** Makes the criteria of this name read as given; a new version comes of it only where something changes. */
    void putCriteria(String name, Map<String, Object> body) {
        send("PUT", "/config/criteria/" + name, body, null);
    }

    /** Creates a session and returns it as the server answers it. */
    JsonNode create(NewSession session) {
        return send("POST", "/sessions", session.body(), UUID.randomUUID().toString());
    }

    /** Returns the session as it is after the change. */
    JsonNode putStatus(String id, String status, @Nullable Double progress) {
        return send("PUT", statusPath(id), statusBody(status, progress, null), null);
    }

    /** Ends a session as failed, at the progress it has. */
    JsonNode fail(String id, String message) {
        return send("PUT", statusPath(id), statusBody("failed", null, message), null);
    }

    /** Ends a session as cancelled. Tries once, and works after the stop signal too. */
    void cancel(String id) {
        HttpResponse<String> response =
                exchange("PUT", API + statusPath(id), statusBody("cancelled", null, null), Map.of());
        if (!accepted(response)) {
            throw refused(response);
        }
    }

    void putSteps(String id, List<Step> steps) {
        send(
                "POST",
                "/sessions/" + id + "/steps",
                steps.stream().map(Step::body).toList(),
                null);
    }

    /** Makes the provider of this name as given, whether it is there or not. */
    void putProvider(String name, Map<String, Object> body) {
        Map<String, Object> created = new LinkedHashMap<>(body);
        created.put("name", name);
        created.put("kind", "openai");
        try {
            send("POST", "/providers", created, null);
        } catch (ReportingException e) {
            if (e.status() != CONFLICT) {
                throw e;
            }
            send("PATCH", "/providers/" + name, body, null);
        }
    }

    /** Bounds what a session may spend; calls beyond that are refused. */
    void createBudget(String session, String amountUsd) {
        send(
                "POST",
                "/budgets",
                Map.of(
                        "scope",
                        "session",
                        "subject",
                        session,
                        "amount_usd",
                        amountUsd,
                        "window",
                        "total",
                        "action",
                        "block"),
                UUID.randomUUID().toString());
    }

    /** What a session's calls to providers came to. */
    JsonNode cost(String id) {
        return send("GET", "/sessions/" + id + "/cost", null, null);
    }

    /**
     * What came back through the gateway.
     *
     * @param body  of the provider, or a problem of the server's
     * @param isHit whether the provider was not asked, as the answer was there
     */
    record Answer(int status, JsonNode body, boolean isHit) {}

    /**
     * Has a model complete a chat, on a session's account, through the gateway.
     *
     * @return whatever is answered, errors too, but for those that are worth another try
     */
    Answer ask(String provider, String session, String project, Map<String, Object> question) {
        HttpResponse<String> response = retried(() -> exchange(
                "POST",
                "/gateway/" + provider + "/chat/completions",
                question,
                Map.of("X-Hone-Session", session, "X-Hone-Project", project)));
        return new Answer(
                response.statusCode(),
                parse(response.body()),
                response.headers().firstValue("Cache-Status").orElse("").contains("; hit"));
    }

    JsonNode verdict(String id) {
        return send("GET", "/sessions/" + id + "/verdict", null, null);
    }

    private static String statusPath(String id) {
        return "/sessions/" + id + "/status";
    }

    private static Map<String, Object> statusBody(String status, @Nullable Double progress, @Nullable String error) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("status", status);
        if (progress != null) {
            body.put("progress", progress);
        }
        if (error != null) {
            body.put("error", Map.of("message", error));
        }
        return body;
    }

    private JsonNode send(String method, String path, @Nullable Object body, @Nullable String idempotencyKey) {
        HttpResponse<String> response = retried(() -> exchange(
                method,
                API + path,
                body,
                idempotencyKey == null ? Map.of() : Map.of("Idempotency-Key", idempotencyKey)));
        if (!accepted(response)) {
            throw refused(response);
        }
        return parse(response.body());
    }

    /** The answer, after as many tries as it takes and is worth. */
    private HttpResponse<String> retried(Supplier<HttpResponse<String>> exchange) {
        for (int attempt = 1; ; attempt++) {
            stop.check();
            Duration pause = PAUSE_AFTER_LOSS;
            try {
                HttpResponse<String> response = exchange.get();
                if (attempt == ATTEMPTS || (response.statusCode() != 429 && response.statusCode() != 503)) {
                    return response;
                }
                pause = retryAfter(response);
            } catch (LostConnection e) {
                if (attempt == ATTEMPTS) {
                    throw unreachable(String.valueOf(e.getMessage()));
                }
            }
            stop.pause(pause);
        }
    }

    /** A connection that broke after it stood; worth another try. */
    private static final class LostConnection extends RuntimeException {

        private static final long serialVersionUID = 1L;

        LostConnection(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    private HttpResponse<String> exchange(
            String method, String path, @Nullable Object body, Map<String, String> fields) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server + path))
                .timeout(REQUEST_TIMEOUT)
                .header("Accept", "application/json, application/problem+json")
                .header("User-Agent", "hone-demo");
        if (body == null) {
            request.method(method, BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json").method(method, BodyPublishers.ofByteArray(json(body)));
        }
        fields.forEach(request::header);
        if (key != null) {
            request.header("Authorization", "Bearer " + key);
        }
        try {
            return http.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (ConnectException e) {
            throw unreachable("connection refused or host unknown");
        } catch (HttpTimeoutException e) {
            throw unreachable("no answer in time");
        } catch (IOException e) {
            throw new LostConnection(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        }
    }

    private static byte[] json(Object body) {
        try {
            return JSON.writeValueAsBytes(body); // writes NaN and infinities as strings
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a report cannot be written as JSON", e);
        }
    }

    private JsonNode parse(String body) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new ReportingException("What answers at %s is not Hone: its answer is not JSON.".formatted(server));
        }
    }

    private static boolean accepted(HttpResponse<String> response) {
        return response.statusCode() >= 200 && response.statusCode() < 300;
    }

    /** The seconds the server asks for; 1 s where it says nothing, or names a date. */
    private static Duration retryAfter(HttpResponse<String> response) {
        String value = response.headers().firstValue("Retry-After").orElse("1");
        if (!value.matches("\\d{1,6}")) {
            return Duration.ofSeconds(1);
        }
        Duration asked = Duration.ofSeconds(Long.parseLong(value));
        return asked.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : asked;
    }

    private ReportingException unreachable(String reason) {
        return new ReportingException(
                "Cannot reach Hone at %s: %s. Start it with: ./hone serve".formatted(server, reason));
    }

    private static ReportingException refused(HttpResponse<String> response) {
        JsonNode problem;
        try {
            problem = JSON.readTree(response.body());
        } catch (JsonProcessingException e) {
            problem = MissingNode.getInstance(); // not a problem document; the status must do
        }
        StringBuilder message = new StringBuilder("%s %s: %d %s"
                .formatted(
                        response.request().method(),
                        response.request().uri().getPath(),
                        response.statusCode(),
                        problem.path("title").asText("(no title)")));
        if (problem.hasNonNull("detail")) {
            message.append(". ").append(problem.get("detail").asText());
        }
        for (JsonNode error : problem.path("errors")) {
            message.append("%n  %s: %s"
                    .formatted(
                            error.path("pointer").asText(), error.path("detail").asText()));
        }
        if (problem.hasNonNull("request_id")) {
            message.append(
                    "%n  request id: %s".formatted(problem.get("request_id").asText()));
        }
        return new ReportingException(response.statusCode(), message.toString());
    }
}
